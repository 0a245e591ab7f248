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

// Axon, synapse, dendrite and soma of one Loihi-style core. Within a timestep the soma updates the
// neurons one after another and spikes leave through the axon stage in order; arriving spikes are
// served in order of arrival by the synapse stage, beside the soma.
class LoihiCore : public CoreModel {
  public:
    LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program);

    std::uint32_t neurons() const override { return soma_.neurons(); }
    void reset_state() override;
    void step() override;
    std::span<const OutboundSpike> outbox() const override { return outbox_; }
    Picoseconds update_finish() const override { return update_finish_; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override { return activity_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    void reset_spike_counts() override;
    std::int32_t read(StateVariable variable, std::uint32_t neuron) const override;
    void set_bias(std::uint32_t neuron, std::int32_t bias) override;

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
