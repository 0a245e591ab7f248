// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/blocks/dendrite.h"
#include "cores/loihi/cuba_lif.h"
#include "cores/loihi/loihi_parameters.h"

namespace cortile {

// A neuron that fired, and when its spike left the soma.
struct OutboundSpike {
    Picoseconds time = 0;
    std::uint32_t neuron = 0;  // local index
};

// Axon, synapse, dendrite and soma of one Loihi-style core. Within a timestep the soma updates the
// neurons one after another and spikes leave through the axon stage in order; arriving spikes are
// served in order of arrival by the synapse stage, beside the soma.
class LoihiCore : public CoreModel {
  public:
    LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program);

    std::uint32_t neurons() const override { return soma_.neurons(); }
    void begin_sample(std::uint32_t input_timesteps) override;
    void step() override;
    // Spikes of the last step(), ascending in neuron and in time.
    std::span<const OutboundSpike> outbox() const { return outbox_; }
    Picoseconds update_finish() const override { return update_finish_; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override { return activity_; }
    std::span<const std::uint64_t> energy_counts() const override { return activity_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;

  private:
    Picoseconds time_of(CoreEvent event) const {
        return parameters_.timing[static_cast<std::size_t>(event)];
    }
    std::uint64_t& count_of(CoreEvent event) { return activity_[static_cast<std::size_t>(event)]; }
    void collect_spikes();

    LoihiCoreParameters parameters_;
    SynapseMemory synapses_;
    AxonTable axons_;
    Dendrite dendrite_;
    CubaLifState soma_;
    bool wide_ = false;
    std::vector<OutboundSpike> outbox_;
    std::vector<std::uint32_t> spike_counts_;
    Picoseconds update_finish_ = 0;
    ActivityCounts activity_{};
};

}  // namespace cortile
