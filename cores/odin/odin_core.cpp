// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_core.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::uint32_t kMostCount = 255;  // of a probe of spikes
// What neurons excite one another to may grow without end; memory does not.
constexpr std::size_t kMostSpikes = 1 << 20;

}  // namespace

OdinCore::OdinCore(const OdinCoreParameters& parameters, CoreProgram program)
    : parameters_(parameters),
      synapses_(std::get<SynapseMemory>(std::move(program.synapses))),
      axons_(std::move(program.axons)),
      sender_(program.multicast),
      neurons_(program.neurons),
      bias_(program_parameter(program, "bias")),
      spike_counts_(program.neurons, 0),
      spikes_now_(program.neurons, 0) {
    const auto& threshold = program_parameter(program, "thr");
    const auto& leak = program_parameter(program, "leak_str");
    const auto& onset = program_parameter(program, "onset");
    onset_.assign(onset.begin(), onset.end());
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        neurons_.threshold[n] = static_cast<std::uint8_t>(threshold[n]);
        neurons_.leak[n] = static_cast<std::uint8_t>(leak[n]);
        leaks_ |= leak[n] != 0;
    }
}

void OdinCore::begin_sample(std::uint32_t) {
    std::fill(neurons_.v.begin(), neurons_.v.end(), std::uint8_t{0});
    std::fill(spikes_now_.begin(), spikes_now_.end(), 0u);
    queue_.clear();
    outbox_.clear();
    timestep_ = 0;
}

void OdinCore::step() {
    outbox_.clear();
    std::fill(spikes_now_.begin(), spikes_now_.end(), 0u);
    cycle_ = 0;
    if (leaks_) {
        time_reference();
    }
    biases();
    std::sort(queue_.begin(), queue_.end());
    for (const std::uint32_t row : queue_) {
        spike_event(row);
    }
    queue_.clear();
    ++timestep_;
    received_ = update_finish();
}

// Visits every neuron of the chip, used or not.
void OdinCore::time_reference() {
    const std::uint32_t changed = neurons_.leak_all();
    count_of(CoreEvent::neuron_update_active) += changed;
    count_of(CoreEvent::neuron_update_inactive) += parameters_.neurons - changed;
    count_of(OdinEvent::neuron_update) += parameters_.neurons;
    cycle_ += std::uint64_t{parameters_.neurons} * parameters_.neuron_update;
}

// A virtual event carries at most the largest weight, so that a large bias takes several.
void OdinCore::biases() {
    for (std::uint32_t n = 0; n < neurons_.size(); ++n) {
        if (timestep_ < onset_[n]) {
            continue;
        }
        for (std::int32_t left = bias_[n]; left != 0;) {
            const std::int32_t part =
                std::clamp<std::int32_t>(left, -OdinNeurons::kMaxWeight, OdinNeurons::kMaxWeight);
            left -= part;
            cycle_ += parameters_.scheduler_push + parameters_.neuron_update;
            ++count_of(CoreEvent::neuron_update_active);
            ++count_of(OdinEvent::neuron_update);
            if (neurons_.integrate(n, part)) {
                fire(n, cycle_);
            }
        }
    }
}

// All synapses of the row are visited one after another, those that are not there as well.
void OdinCore::spike_event(std::uint32_t row) {
    const std::uint32_t* word = synapses_.words().data() + row;
    std::uint32_t current;
    do {
        current = *word++;
        const std::uint32_t neuron = SynapseWord::neuron(current);
        if (neurons_.integrate(neuron, SynapseWord::weight(current))) {
            fire(neuron, cycle_ + std::uint64_t{neuron + 1} * parameters_.synaptic_operation);
        }
    } while (!(current & SynapseWord::kLast));
    cycle_ += std::uint64_t{parameters_.neurons} * parameters_.synaptic_operation;
    count_of(CoreEvent::synaptic_operation) += parameters_.neurons;
    count_of(OdinEvent::synaptic_operation) += parameters_.neurons;
}

void OdinCore::fire(std::uint32_t neuron, std::uint64_t cycle) {
    if (outbox_.size() == kMostSpikes) {
        throw ConfigError(
            "core type odin",
            fmt::format("its neurons fire more than {} times in one timestep", kMostSpikes),
            "neurons excite one another more from timestep to timestep: lower the weights "
            "between them, or raise v_threshold (odin/thr)");
    }
    outbox_.push_back({cycle, neuron});
    ++spikes_now_[neuron];
    ++spike_counts_[neuron];
    ++count_of(CoreEvent::neuron_spike);
}

Picoseconds OdinCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    for (const Spike& spike : outbox_) {
        Picoseconds time = parameters_.time(spike.cycle);
        count_of(CoreEvent::axon_out) +=
            sender_.send(axons_.destinations(spike.neuron), 0, source, 1, time, out);
    }
    return update_finish();
}

// The controller queues events when it is not at work on others.
Picoseconds OdinCore::receive(std::span<const SpikePacket> packets) {
    const Picoseconds push = parameters_.time(parameters_.scheduler_push);
    for (const SpikePacket& packet : packets) {
        queue_.push_back(packet.address());
        received_ = std::max(received_, packet.time()) + push;
    }
    count_of(CoreEvent::axon_in) += packets.size();
    return received_;
}

double OdinCore::read(StateVariable variable, std::uint32_t neuron) const {
    switch (variable) {
        case StateVariable::spikes:
            return std::min(spikes_now_[neuron], kMostCount);
        case StateVariable::u:
            return 0;  // the neuron has no synaptic current
        case StateVariable::v:
            break;
    }
    return neurons_.v[neuron];
}

void OdinCore::transfer_state(StateArchive& archive) {
    archive(sender_, timestep_, activity_, energy_counts_);
    archive.fixed(neurons_.v);
    archive.list(queue_);
    archive.fixed(spike_counts_);
    archive.fixed(spikes_now_);
}

void OdinCore::set_input(std::uint32_t, float) {
    throw ContractViolation("OdinCore: the quantiser admits no inputs that a current drives");
}

}  // namespace cortile
