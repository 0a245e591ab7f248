// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/spiking_core.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "cores/blocks/packet_value.h"
#include "hw_model/base/error.h"

namespace cortile {

const std::vector<std::int32_t>& program_parameter(const CoreProgram& program, const char* name) {
    const auto found = program.parameters.find(name);
    if (found == program.parameters.end() || found->second.size() != program.neurons) {
        throw ContractViolation(std::string("the core's program lacks parameter ") + name);
    }
    return found->second;
}

SpikingCore::SpikingCore(const CoreTiming& timing, CoreProgram& program)
    : timing_(timing),
      synapses_(std::get<SynapseMemory>(std::move(program.synapses))),
      axons_(std::move(program.axons)),
      dendrite_(program.neurons, synapses_),
      takes_values_(program.takes_values),
      sender_(program.multicast),
      spike_counts_(program.neurons, 0) {}

void SpikingCore::set_datapath_timing(const DatapathTiming& timing) {
    timing_[static_cast<std::size_t>(CoreEvent::neuron_update_inactive)] = timing.interval;
    timing_[static_cast<std::size_t>(CoreEvent::neuron_update_active)] = timing.interval;
    timing_[static_cast<std::size_t>(CoreEvent::neuron_spike)] = 0;
    pipeline_ = timing.latency - std::min(timing.latency, timing.interval);
}

void SpikingCore::begin_sample(std::uint32_t) {
    reset();
    dendrite_.clear();
    spikes_ = 0;
}

void SpikingCore::step() {
    flags_ = update(dendrite_.input(synapses_));
    dendrite_.take();
    count_updates();
}

// Calls body(neuron, time) for each neuron that fired. Neurons are updated in index order, so a
// neuron's spike leaves the soma after the updates of all neurons up to it and after the spikes
// before it.
template <typename Body>
void SpikingCore::for_each_spike(Body body) const {
    const Picoseconds inactive = time_of(CoreEvent::neuron_update_inactive);
    const Picoseconds extra = time_of(CoreEvent::neuron_update_active) - inactive;
    const Picoseconds spike_time = time_of(CoreEvent::neuron_spike);
    const std::uint32_t count = neurons();
    Picoseconds spikes = 0;
    std::uint32_t actives = 0;  // among the neurons before the present eight
    std::uint32_t first = 0;
    const auto emit = [&](std::uint32_t neuron, std::uint32_t actives_before_next) {
        ++spikes;
        body(neuron, pipeline_ + (neuron + 1) * inactive + actives_before_next * extra +
                         spikes * spike_time);
    };
    // Eight flags at a time: most neurons do not fire. Flags are 0 or 1, so a byte of the product
    // with 0x01…01 counts the flags up to it.
    for (; first + 8 <= count; first += 8) {
        std::uint64_t active8, fired8;
        std::memcpy(&active8, flags_.active + first, 8);
        std::memcpy(&fired8, flags_.fired + first, 8);
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
        actives += flags_.active[first];
        if (flags_.fired[first]) {
            emit(first, actives);
        }
    }
}

void SpikingCore::count_updates() {
    std::uint32_t actives = 0;
    spikes_ = 0;
    for (std::uint32_t n = 0; n < neurons(); ++n) {
        actives += flags_.active[n];
        spikes_ += flags_.fired[n];
        spike_counts_[n] += flags_.fired[n];
    }
    const Picoseconds inactive = time_of(CoreEvent::neuron_update_inactive);
    const Picoseconds extra = time_of(CoreEvent::neuron_update_active) - inactive;
    update_finish_ = pipeline_ + neurons() * inactive + actives * extra +
                     spikes_ * time_of(CoreEvent::neuron_spike);
    count_of(CoreEvent::neuron_update_active) += actives;
    count_of(CoreEvent::neuron_update_inactive) += neurons() - actives;
    count_of(CoreEvent::neuron_spike) += spikes_;
}

std::vector<OutboundSpike> SpikingCore::outbox() const {
    std::vector<OutboundSpike> spikes;
    if (spikes_ > 0) {
        for_each_spike([&](std::uint32_t neuron, Picoseconds time) {
            spikes.push_back({time, neuron});
        });
    }
    return spikes;
}

Picoseconds SpikingCore::packetise(std::uint32_t source, std::vector<SpikePacket>& out) {
    if (spikes_ == 0) {
        return update_finish_;
    }
    const Picoseconds per_packet = time_of(CoreEvent::axon_out);
    std::uint64_t sent = 0;
    Picoseconds left = 0;
    for_each_spike([&](std::uint32_t neuron, Picoseconds time) {
        left = std::max(left, time);
        const std::uint32_t value =
            flags_.values == nullptr ? 1 : packet_value(flags_.values[neuron]);
        sent += sender_.send(axons_.destinations(neuron), per_packet, source, value, left, out);
    });
    count_of(CoreEvent::axon_out) += sent;
    return std::max(left, update_finish_);
}

Picoseconds SpikingCore::receive(std::span<const SpikePacket> packets) {
    const Picoseconds per_packet = time_of(CoreEvent::axon_in);
    const Picoseconds per_synapse = time_of(CoreEvent::synaptic_operation);
    const ReceiveResult result =
        takes_values_ ? dendrite_.receive_values(synapses_, packets, per_packet, per_synapse)
                      : dendrite_.receive(synapses_, packets, per_packet, per_synapse);
    count_of(CoreEvent::axon_in) += packets.size();
    count_of(CoreEvent::synaptic_operation) += result.synapses;
    return result.finish;
}

void SpikingCore::transfer_state(StateArchive& archive) {
    archive(dendrite_, sender_, activity_);
    archive.fixed(spike_counts_);
    transfer_soma(archive);
}

void SpikingCore::set_input(std::uint32_t, float) {
    throw ContractViolation("this core has no inputs that a current drives");
}

}  // namespace cortile
