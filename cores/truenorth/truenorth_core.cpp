// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_core.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "cores/truenorth/truenorth_quantizer.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr SpikePacket::Target kNowhere = ~SpikePacket::Target{0};

// Copies a parameter's column, or spreads its one value, into a column of the neurons.
template <typename Target>
void load(const CoreProgram& program, const std::string& name, std::vector<Target>& column) {
    const auto found = program.parameters.find(name);
    if (found == program.parameters.end() ||
        (found->second.size() != 1 && found->second.size() != column.size())) {
        throw ContractViolation("TrueNorthCore: program lacks parameter " + name);
    }
    for (std::size_t n = 0; n < column.size(); ++n) {
        column[n] = static_cast<Target>(found->second[found->second.size() == 1 ? 0 : n]);
    }
}

truenorth::Neurons make_neurons(const CoreProgram& program) {
    truenorth::Neurons neurons(program.neurons);
    for (std::size_t type = 0; type < Crossbar::kTypes; ++type) {
        load(program, "weight" + std::to_string(type), neurons.weight[type]);
    }
    load(program, "leak", neurons.leak);
    load(program, "threshold", neurons.threshold);
    load(program, "floor", neurons.floor);
    load(program, "reset_voltage", neurons.reset_voltage);
    load(program, "stochastic_synapse", neurons.stochastic_synapse);
    load(program, "leak_reversal", neurons.leak_reversal);
    load(program, "stochastic_leak", neurons.stochastic_leak);
    load(program, "reset_mode", neurons.reset_mode);
    load(program, "floor_saturates", neurons.floor_saturates);
    load(program, "initial", neurons.initial);
    std::vector<std::uint8_t> bits(program.neurons);
    load(program, "threshold_mask", bits);
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        neurons.threshold_mask[n] = static_cast<std::uint8_t>((1u << bits[n]) - 1);
        if (program.spikes[n] == 0) {
            neurons.threshold[n] = truenorth::kNever;
        }
    }
    neurons.prepare();
    return neurons;
}

std::vector<SpikePacket::Target> single_destinations(const AxonTable& axons) {
    std::vector<SpikePacket::Target> result(axons.neurons(), kNowhere);
    for (std::uint32_t n = 0; n < axons.neurons(); ++n) {
        for (const SpikePacket::Target destination : axons.destinations(n)) {
            if (result[n] != kNowhere) {
                throw ContractViolation("TrueNorthCore: a neuron with several outgoing axons");
            }
            result[n] = destination;
        }
    }
    return result;
}

}  // namespace

TrueNorthCore::TrueNorthCore(const TrueNorthParameters& parameters, CoreProgram program)
    : parameters_(parameters),
      crossbar_(std::get<Crossbar>(std::move(program.synapses))),
      neurons_(make_neurons(program)),
      destinations_(single_destinations(program.axons)),
      originals_(program.neurons) {
    const auto copies = program.parameters.find("copies");
    if (copies != program.parameters.end()) {
        originals_ -= static_cast<std::uint32_t>(copies->second.at(0));
    }
    spike_counts_.resize(originals_);
}

void TrueNorthCore::begin_sample(std::uint32_t) {
    neurons_.v = neurons_.initial;
    std::fill(neurons_.fired.begin(), neurons_.fired.end(), std::uint8_t{0});
    scheduler_.clear();
    outbox_.clear();
    update_finish_ = behind_ = 0;
}

void TrueNorthCore::step() {
    const truenorth::Draw draw{parameters_.seed, crossbar_.core(), tick_};
    behind_ =
        parameters_.tick > 0 ? std::max<Picoseconds>(0, update_finish_ - parameters_.tick) : 0;
    scheduler_.advance(active_axons_);
    truenorth::Sums sums;
    std::array<std::uint32_t, Crossbar::kNeurons> events;
    if (active_axons_.empty()) {
        sums.fill(0);
        events.fill(0);
    } else {
        count_of(TrueNorthEvent::synaptic_operation) +=
            truenorth::integrate(neurons_, crossbar_, draw, active_axons_, sums, &events);
    }
    changed_ += truenorth::update(neurons_, sums, draw);
    count_of(TrueNorthEvent::neuron_update) += neurons_.count();
    ++tick_;
    collect_spikes(events);
}

// Neurons are visited in index order, so that a spike leaves after the work for all neurons up to
// its own.
void TrueNorthCore::collect_spikes(const std::array<std::uint32_t, Crossbar::kNeurons>& events) {
    const Picoseconds per_update = time_of(TrueNorthEvent::neuron_update);
    const Picoseconds per_event = time_of(TrueNorthEvent::synaptic_operation);
    const Picoseconds per_spike = time_of(TrueNorthEvent::neuron_spike);
    const std::uint32_t count = neurons_.count();
    const std::uint8_t* const fired = neurons_.fired.data();
    outbox_.clear();
    Picoseconds spikes = 0;
    const auto emit = [&](std::uint32_t neuron) {
        ++spikes;
        if (neuron < originals_) {
            ++spike_counts_[neuron];
            ++spikes_;
        }
        if (destinations_[neuron] != kNowhere) {
            outbox_.push_back({behind_ + (neuron + 1) * per_update + events[neuron] * per_event +
                                   spikes * per_spike,
                               destinations_[neuron]});
        }
    };
    std::uint32_t first = 0;
    for (; first + 8 <= count; first += 8) {  // eight flags at a time: most neurons do not fire
        std::uint64_t eight;
        std::memcpy(&eight, fired + first, 8);
        for (; eight != 0; eight &= eight - 1) {
            emit(first + static_cast<std::uint32_t>(std::countr_zero(eight)) / 8);
        }
    }
    for (; first < count; ++first) {
        if (fired[first]) {
            emit(first);
        }
    }
    count_of(TrueNorthEvent::neuron_spike) += static_cast<std::uint64_t>(spikes);
    update_finish_ =
        behind_ + count * per_update + events[count - 1] * per_event + spikes * per_spike;
}

Picoseconds TrueNorthCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    for (const OutboundSpike& spike : outbox_) {
        out.push_back({spike.time, spike.destination, source});
    }
    packets_out_ += outbox_.size();
    return update_finish_;
}

Picoseconds TrueNorthCore::receive(std::span<const SpikePacket> packets) {
    const Picoseconds per_packet = time_of(TrueNorthEvent::axon_in);
    Picoseconds finish = 0;
    for (const SpikePacket& packet : packets) {
        finish = std::max(finish, packet.time()) + per_packet;
        const std::uint32_t address = packet.address();
        std::uint64_t ahead = address >> 8;
        if (parameters_.tick > 0 && finish > static_cast<Picoseconds>(ahead) * parameters_.tick) {
            ahead = static_cast<std::uint64_t>((finish + parameters_.tick - 1) / parameters_.tick);
            ++late_spikes_;
        }
        scheduler_.put(address & 0xFF, ahead);
    }
    count_of(TrueNorthEvent::axon_in) += packets.size();
    return finish;
}

ActivityCounts TrueNorthCore::activity() const {
    const auto count = [&](TrueNorthEvent event) {
        return counts_[static_cast<std::size_t>(event)];
    };
    ActivityCounts result{};
    const auto set = [&](CoreEvent event, std::uint64_t value) {
        result[static_cast<std::size_t>(event)] = value;
    };
    set(CoreEvent::axon_in, count(TrueNorthEvent::axon_in));
    set(CoreEvent::synaptic_operation, count(TrueNorthEvent::synaptic_operation));
    set(CoreEvent::neuron_update_active, changed_);
    set(CoreEvent::neuron_update_inactive, count(TrueNorthEvent::neuron_update) - changed_);
    set(CoreEvent::neuron_spike, spikes_);
    set(CoreEvent::axon_out, packets_out_);
    return result;
}

double TrueNorthCore::read(StateVariable variable, std::uint32_t neuron) const {
    return variable == StateVariable::spikes ? neurons_.fired[neuron]
           : variable == StateVariable::v    ? neurons_.v[neuron]
                                             : 0;
}

void TrueNorthCore::transfer_state(StateArchive& archive) {
    archive(scheduler_, tick_, update_finish_, behind_, counts_, changed_, spikes_, packets_out_,
            late_spikes_);
    archive.fixed(neurons_.v);
    archive.fixed(neurons_.fired);
    archive.fixed(neurons_.leak);  // set_input() changes leaks
    archive.fixed(spike_counts_);
}

void TrueNorthCore::set_input(std::uint32_t neuron, float current) {
    neurons_.leak[neuron] = static_cast<std::int16_t>(
        std::lround(current * static_cast<float>(kTrueNorthInputThreshold)));
}

}  // namespace cortile
