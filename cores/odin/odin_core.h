// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/spiking_core.h"
#include "cores/odin/odin_neurons.h"
#include "cores/odin/odin_parameters.h"

namespace cortile {

// ODIN's crossbar in timesteps, one event after another: a time reference for all neurons (where
// any leaks), the biases as virtual events, then the neuron spike events that were queued in the
// timestep before, in the order of their rows, so that no result depends on when packets arrived.
// A neuron may fire several times in a timestep. Its spikes come back as events of the next one.
class OdinCore : public CoreModel {
  public:
    OdinCore(const OdinCoreParameters& parameters, CoreProgram program);

    std::uint32_t neurons() const override { return neurons_.size(); }
    void begin_sample(std::uint32_t input_timesteps) override;
    void step() override;
    Picoseconds update_finish() const override { return parameters_.time(cycle_); }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override { return activity_; }
    std::span<const std::uint64_t> energy_counts() const override { return energy_counts_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;
    void transfer_state(StateArchive& archive) override;

  private:
    // A spike, and the cycle of the timestep in which it left the neuron.
    struct Spike {
        std::uint64_t cycle = 0;
        std::uint32_t neuron = 0;
    };
    std::uint64_t& count_of(CoreEvent event) { return activity_[static_cast<std::size_t>(event)]; }
    std::uint64_t& count_of(OdinEvent event) {
        return energy_counts_[static_cast<std::size_t>(event)];
    }
    void time_reference();
    void biases();
    void spike_event(std::uint32_t row);
    void fire(std::uint32_t neuron, std::uint64_t cycle);

    OdinCoreParameters parameters_;
    SynapseMemory synapses_;
    AxonTable axons_;
    SpikeSender sender_;
    OdinNeurons neurons_;
    std::vector<std::int32_t> bias_;
    std::vector<std::uint32_t> onset_;  // first timestep in which the bias acts
    bool leaks_ = false;
    std::vector<std::uint32_t> queue_;  // rows whose events wait for the next timestep
    std::vector<Spike> outbox_;
    std::vector<std::uint64_t> spike_counts_;
    std::vector<std::uint32_t> spikes_now_;  // of the last timestep
    std::uint32_t timestep_ = 0;
    std::uint64_t cycle_ = 0;   // of the timestep: what the controller has done so far
    Picoseconds received_ = 0;  // when the controller was done with the packets so far
    ActivityCounts activity_{};
    std::array<std::uint64_t, kOdinEvents> energy_counts_{};
};

}  // namespace cortile
