// SPDX-License-Identifier: Apache-2.0
// The contract of a functional core: what it computes in one barrier-synchronised timestep. Time
// inside a core is counted in ps from the start of the timestep; the kernel is not known here.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "hw_model/base/time.h"
#include "hw_model/state/state_archive.h"
#include "noc/api/packet.h"

namespace cortile {

// Integer counts of what a core did since it was built: what every report names, whatever the core
// type. What a type charges energy for is its own list (CoreModel::energy_counts).
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

// Of a synapse that learns: weight, delay and tag, and the traces of its axon (x) and neuron (y).
enum class LearntVariable : std::uint8_t { weight, delay, tag, x1, x2, y1, y2, y3 };

enum class StateVariable : std::uint8_t { spikes, u, v };

// Time of a datapath in a core: results come `latency` after the first operation, then one each
// `interval`.
struct DatapathTiming {
    Picoseconds latency = 0, interval = 0;
};

// Where a core's datapath left its contract.
struct CoreMismatch {
    std::uint32_t neuron = 0;  // local index
    Disagreement disagreement;
    DatapathContract contract;
    std::vector<std::int64_t> operations;  // rows of the timestep, the failing one last

    // `rows`: operands of one run() of the datapath. A failure after the last operation (an
    // assertion, a clock later) counts as the last one's.
    CoreMismatch(const DatapathContract& contract, const Disagreement& disagreement,
                 const std::vector<std::int64_t>& rows);
    std::size_t operation() const;  // index in those rows
};

class CoreModel {
  public:
    virtual ~CoreModel() = default;

    virtual std::uint32_t neurons() const = 0;

    // All dynamic state (voltages, refractory counters, pending input) back to its start; counts
    // stay. The next step() is timestep 0 of a sample that has `input_timesteps` of input.
    virtual void begin_sample(std::uint32_t input_timesteps) = 0;

    // Updates every neuron once with the input accumulated for this timestep.
    virtual void step() = 0;
    // When the last neuron of the last step() was updated.
    virtual Picoseconds update_finish() const = 0;

    // Turns what fired into packets, appended to `out`, ascending in time; returns when the core
    // was done with updating and sending: the later of the last packet and update_finish().
    virtual Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) = 0;

    // Accumulates the synapses of `packets` (ascending in arrival time) for later timesteps;
    // returns when the last synapse was processed. Called once, and again for packets that other
    // cores relayed, in the same timestep.
    virtual Picoseconds receive(std::span<const SpikePacket> packets) = 0;

    // Cores that do something once all packets of a timestep have been received, learn for
    // instance: end_timestep() is called then, and returns how long that took.
    virtual bool ends_timesteps() const { return false; }
    virtual Picoseconds end_timestep() { return 0; }

    // Multicast by relay: does receive() hold packets that this core is to pass on? Then relay()
    // appends them to `out`, ascending in time, and returns when the last one left. They travel
    // within the same timestep.
    virtual bool has_relays() const { return false; }
    virtual Picoseconds relay(std::uint32_t /*source*/, std::vector<SpikePacket>& /*out*/) {
        return 0;
    }

    // From now on `datapath` computes what its contract's semantics name, in place of the model's
    // own arithmetic, and takes `timing`. Throws ContractViolation for semantics that the core type
    // does not own.
    virtual void use_datapath(std::unique_ptr<NeuronDatapath> datapath,
                              const DatapathTiming& timing);
    // The first disagreement of a datapath, after which the core's state means nothing; null: none.
    virtual const CoreMismatch* mismatch() const { return nullptr; }

    virtual ActivityCounts activity() const = 0;
    // One count per entry of CoreType::energy_events(), in its order.
    virtual std::span<const std::uint64_t> energy_counts() const = 0;
    // Spikes that the network delivered after the timestep in which they were due.
    virtual std::uint64_t late_spikes() const { return 0; }
    virtual std::uint64_t spike_count(std::uint32_t neuron) const = 0;  // since construction

    // State after the last step(), as a read-out of the hardware would return it. Cores that
    // compute in integers return integers.
    virtual double read(StateVariable variable, std::uint32_t neuron) const = 0;
    // What a core that learns holds of the synapse from neuron `source` of the network to its own
    // `neuron`, by projection; nothing where it has no such synapse.
    virtual std::optional<std::int32_t> read_learnt(LearntVariable /*variable*/,
                                                    std::uint32_t /*projection*/,
                                                    std::uint32_t /*source*/,
                                                    std::uint32_t /*neuron*/) const {
        return std::nullopt;
    }
    // Drives an input neuron by a current: in [0, 1] for NeuronKind::current_input, for others in
    // units of their kind. It stays until the next call.
    virtual void set_input(std::uint32_t neuron, float current) = 0;

    // Saves or restores all that changes after construction, between two timesteps: the timesteps
    // that follow are those of a core that was never interrupted. What step() makes anew need not
    // be in it. Restoring is into a core of the same program, without a datapath.
    virtual void transfer_state(StateArchive& archive) = 0;
};

}  // namespace cortile
