// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/blocks/dendrite.h"
#include "cores/blocks/spike_sender.h"

namespace cortile {

// Latency of each CoreEvent.
using CoreTiming = std::array<Picoseconds, kCoreEvents>;

// A neuron that fired, and when its spike left the soma.
struct OutboundSpike {
    Picoseconds time = 0;
    std::uint32_t neuron = 0;  // local index
};

// What an update of all neurons did to each: 1 or 0, one byte a neuron.
struct UpdateFlags {
    const std::uint8_t* active = nullptr;  // state changed
    const std::uint8_t* fired = nullptr;
    // What the packets of a neuron that fired carry, one each; null: all 1.
    const std::int32_t* values = nullptr;
};

// A core of integer synapses around any soma: synapse memory, dendrite and axon table, the counts,
// and the times. Within a timestep the soma updates the neurons one after another and spikes leave
// through the axon stage in order; arriving spikes are served in order of arrival by the synapse
// stage, beside the soma. A core type derives from it and gives the arithmetic of its neurons.
class SpikingCore : public CoreModel {
  public:
    std::uint32_t neurons() const override {
        return static_cast<std::uint32_t>(spike_counts_.size());
    }
    void begin_sample(std::uint32_t input_timesteps) override;
    void step() override;
    // Spikes of the last step(), ascending in neuron and in time.
    std::vector<OutboundSpike> outbox() const;
    Picoseconds update_finish() const override { return update_finish_; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override { return activity_; }
    std::span<const std::uint64_t> energy_counts() const override { return activity_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    // For types whose quantiser refuses NeuronKind::current_input; others override it.
    void set_input(std::uint32_t neuron, float current) override;
    void transfer_state(StateArchive& archive) final;

  protected:
    // Each update takes `timing.interval`, and a spike no time of its own.
    void set_datapath_timing(const DatapathTiming& timing);

    // Takes the synapses and axons out of `program`. Charges energy for the six CoreEvents.
    SpikingCore(const CoreTiming& timing, CoreProgram& program);

    SynapseMemory& synapses() { return synapses_; }
    // One sum of weights each of the projections of a channel that is no input of the neurons, in
    // the coming step().
    std::span<const std::int32_t> channel_input(std::uint8_t channel) {
        return dendrite_.channel_input(synapses_, channel);
    }
    const std::uint8_t* fired() const { return flags_.fired; }  // of the last step()

    // All neurons' state back to its start.
    virtual void reset() = 0;
    // One timestep of all neurons, `input` being one sum of weights each. The flags stay as they
    // are until the next call of this or of reset().
    virtual UpdateFlags update(std::span<const std::int32_t> input) = 0;
    // What the type adds: transfer_state() of its neurons, and of synapses that learn.
    virtual void transfer_soma(StateArchive& archive) = 0;

  private:
    Picoseconds time_of(CoreEvent event) const { return timing_[static_cast<std::size_t>(event)]; }
    std::uint64_t& count_of(CoreEvent event) { return activity_[static_cast<std::size_t>(event)]; }
    template <typename Body>
    void for_each_spike(Body body) const;
    void count_updates();

    CoreTiming timing_;
    Picoseconds pipeline_ = 0;  // from the end of an update to its result
    SynapseMemory synapses_;
    AxonTable axons_;
    Dendrite dendrite_;
    bool takes_values_;
    UpdateFlags flags_;         // of the last step()
    std::uint32_t spikes_ = 0;  // in it
    SpikeSender sender_;
    std::vector<std::uint32_t> spike_counts_;
    Picoseconds update_finish_ = 0;
    ActivityCounts activity_{};
};

// A parameter of all neurons. Throws ContractViolation if the program lacks it.
const std::vector<std::int32_t>& program_parameter(const CoreProgram& program, const char* name);

}  // namespace cortile
