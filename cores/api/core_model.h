// SPDX-License-Identifier: Apache-2.0
// The contract of a functional core: what it computes in one barrier-synchronised timestep. Time
// inside a core is counted in ps from the start of the timestep; the kernel is not known here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "hw_model/base/time.h"
#include "noc/api/packet.h"

namespace cortile {

// Integer counts of what a core did since it was built. Each is a unit of work that has a cost in
// time and energy; a core type says which of them it charges.
enum class CoreEvent : std::uint8_t {
    axon_in,                 // packets received
    synaptic_operation,      // synapses read and accumulated
    neuron_update_inactive,  // neurons visited whose state did not change
    neuron_update_active,    // neurons visited whose state changed
    neuron_spike,            // neurons that fired
    axon_out,                // packets sent
};
inline constexpr std::size_t kCoreEvents = 6;
const char* to_string(CoreEvent event);
// The block of the core that the event belongs to: axon, synapse, soma.
const char* component_of(CoreEvent event);

using ActivityCounts = std::array<std::uint64_t, kCoreEvents>;

// A neuron that fired, and when its spike left the soma.
struct OutboundSpike {
    Picoseconds time = 0;
    std::uint32_t neuron = 0;  // local index
};

enum class StateVariable : std::uint8_t { spikes, u, v };

class CoreModel {
  public:
    virtual ~CoreModel() = default;

    virtual std::uint32_t neurons() const = 0;

    // All dynamic state (u, v, refractory counters, pending input) back to zero; counts stay.
    virtual void reset_state() = 0;

    // Updates every neuron once with the input accumulated for this timestep.
    virtual void step() = 0;
    // Spikes of the last step(), ascending in neuron and in time.
    virtual std::span<const OutboundSpike> outbox() const = 0;
    // When the last neuron of the last step() was updated.
    virtual Picoseconds update_finish() const = 0;

    // Turns the outbox into packets, appended to `out`, ascending in time; returns when the core
    // was done with updating and sending: the later of the last packet and update_finish().
    virtual Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) = 0;

    // Accumulates the synapses of `packets` (ascending in arrival time) for later timesteps;
    // returns when the last synapse was processed.
    virtual Picoseconds receive(std::span<const SpikePacket> packets) = 0;

    virtual ActivityCounts activity() const = 0;
    virtual std::uint64_t spike_count(std::uint32_t neuron) const = 0;  // since reset_counts()
    virtual void reset_spike_counts() = 0;

    // State after the last step(), as a read-out of the hardware would return it.
    virtual std::int32_t read(StateVariable variable, std::uint32_t neuron) const = 0;
    // Replaces a neuron's constant input (in units of the integer v).
    virtual void set_bias(std::uint32_t neuron, std::int32_t bias) = 0;
};

}  // namespace cortile
