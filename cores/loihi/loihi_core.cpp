// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_core.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "cores/loihi/loihi_quantizer.h"
#include "hw_model/base/error.h"

namespace cortile {

namespace {

const std::vector<std::int32_t>& parameter(const CoreProgram& program, const char* name) {
    const auto found = program.parameters.find(name);
    if (found == program.parameters.end() || found->second.size() != program.neurons) {
        throw ContractViolation(std::string("LoihiCore: program lacks parameter ") + name);
    }
    return found->second;
}

CubaLifState make_soma(const CoreProgram& program) {
    CubaLifState soma(program.neurons);
    const auto& du = parameter(program, "du");
    const auto& dv = parameter(program, "dv");
    const auto& vth = parameter(program, "vth_mantissa");
    const auto& mantissa = parameter(program, "bias_mantissa");
    const auto& exponent = parameter(program, "bias_exponent");
    const auto& refractory = parameter(program, "refractory");
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        soma.u_keep[n] = static_cast<std::uint16_t>(4095 - du[n]);
        soma.v_keep[n] = static_cast<std::uint16_t>(4096 - dv[n]);
        soma.threshold[n] =
            program.spikes[n] ? vth[n] * 64 : std::numeric_limits<std::int32_t>::max();
        soma.bias[n] = mantissa[n] * (1 << exponent[n]);
    }
    if (std::any_of(refractory.begin(), refractory.end(), [](auto r) { return r > 1; })) {
        soma.refractory.assign(refractory.begin(), refractory.end());
        soma.hold.assign(program.neurons, 0);
    }
    return soma;
}

// With inputs up to 2^24 after their shift by 6, one wrap always brings u back into 24 bits, which
// the narrow kernel relies on.
bool needs_wide_sums(std::int64_t largest_input) {
    return largest_input * 64 > std::int64_t{1} << 24;
}

}  // namespace

LoihiCore::LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program)
    : parameters_(parameters),
      synapses_(std::get<SynapseMemory>(std::move(program.synapses))),
      axons_(std::move(program.axons)),
      dendrite_(program.neurons, synapses_),
      soma_(make_soma(program)),
      wide_(needs_wide_sums(program.largest_input)),
      spike_counts_(program.neurons, 0) {}

void LoihiCore::begin_sample(std::uint32_t) {
    std::fill(soma_.u.begin(), soma_.u.end(), 0);
    std::fill(soma_.v.begin(), soma_.v.end(), 0);
    std::fill(soma_.hold.begin(), soma_.hold.end(), std::uint8_t{0});
    std::fill(soma_.fired.begin(), soma_.fired.end(), std::uint8_t{0});
    dendrite_.clear();
    outbox_.clear();
}

void LoihiCore::step() {
    update_cuba_lif(soma_, dendrite_.input(synapses_).data(), wide_);
    dendrite_.take();
    collect_spikes();
}

// Neurons are updated in index order, so a neuron's spike leaves the soma after the updates of all
// neurons up to it and after the spikes before it.
void LoihiCore::collect_spikes() {
    const Picoseconds inactive = time_of(CoreEvent::neuron_update_inactive);
    const Picoseconds extra = time_of(CoreEvent::neuron_update_active) - inactive;
    const Picoseconds spike_time = time_of(CoreEvent::neuron_spike);
    const std::uint8_t* const active = soma_.active.data();
    const std::uint8_t* const fired = soma_.fired.data();
    const std::uint32_t count = soma_.neurons();
    outbox_.clear();
    std::uint32_t actives = 0;  // among the neurons before the present eight
    std::uint32_t first = 0;
    const auto emit = [&](std::uint32_t neuron, std::uint32_t actives_before_next) {
        ++spike_counts_[neuron];
        const auto spikes = static_cast<Picoseconds>(outbox_.size() + 1);
        outbox_.push_back(
            {(neuron + 1) * inactive + actives_before_next * extra + spikes * spike_time, neuron});
    };
    // Eight flags at a time: most neurons do not fire. Flags are 0 or 1, so a byte of the product
    // with 0x01…01 counts the flags up to it.
    for (; first + 8 <= count; first += 8) {
        std::uint64_t active8, fired8;
        std::memcpy(&active8, active + first, 8);
        std::memcpy(&fired8, fired + first, 8);
        const std::uint64_t prefix = active8 * 0x0101010101010101u;
        while (fired8 != 0) {
            const int bit = std::countr_zero(fired8);
            fired8 &= fired8 - 1;
            const auto upto = static_cast<std::uint32_t>(prefix >> (bit & ~7) & 0xFF);
            emit(first + static_cast<std::uint32_t>(bit) / 8, actives + upto);
        }
        actives += static_cast<std::uint32_t>(prefix >> 56);
    }
    for (; first < count; ++first) {
        actives += active[first];
        if (fired[first]) {
            emit(first, actives);
        }
    }
    update_finish_ =
        count * inactive + actives * extra + static_cast<Picoseconds>(outbox_.size()) * spike_time;
    count_of(CoreEvent::neuron_update_active) += actives;
    count_of(CoreEvent::neuron_update_inactive) += count - actives;
    count_of(CoreEvent::neuron_spike) += outbox_.size();
}

Picoseconds LoihiCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    const Picoseconds per_packet = time_of(CoreEvent::axon_out);
    const std::size_t before = out.size();
    Picoseconds left = 0;
    for (const OutboundSpike& spike : outbox_) {
        left = std::max(left, spike.time);
        for (const std::uint32_t destination : axons_.destinations(spike.neuron)) {
            left += per_packet;
            out.push_back({left, destination, source});
        }
    }
    count_of(CoreEvent::axon_out) += out.size() - before;
    return std::max(left, update_finish_);
}

Picoseconds LoihiCore::receive(std::span<const SpikePacket> packets) {
    const ReceiveResult result = dendrite_.receive(synapses_, packets, time_of(CoreEvent::axon_in),
                                                   time_of(CoreEvent::synaptic_operation));
    count_of(CoreEvent::axon_in) += packets.size();
    count_of(CoreEvent::synaptic_operation) += result.synapses;
    return result.finish;
}

double LoihiCore::read(StateVariable variable, std::uint32_t neuron) const {
    switch (variable) {
        case StateVariable::spikes:
            return soma_.fired[neuron];
        case StateVariable::u:
            return soma_.u[neuron];
        case StateVariable::v:
            break;
    }
    if (parameters_.voltage_readout == VoltageReadout::refractory_marker) {
        // Where every period is 1 only the spike's own timestep is refractory.
        const int period = soma_.refractory.empty() ? 1 : soma_.refractory[neuron];
        const int left = soma_.hold.empty() ? soma_.fired[neuron] : soma_.hold[neuron];
        if (left > 0) {
            return (period << 7) + period - left;
        }
    }
    return soma_.v[neuron];
}

void LoihiCore::set_input(std::uint32_t neuron, float current) {
    soma_.bias[neuron] = static_cast<std::int32_t>(std::lround(current * float{kInputThreshold}));
}

}  // namespace cortile
