// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/truenorth/neuron.h"
#include "cores/truenorth/scheduler.h"
#include "cores/truenorth/truenorth_parameters.h"

namespace cortile {

// A core of TrueNorth: scheduler, crossbar, 256 neurons of which each has one outgoing axon. In
// each tick the neurons are visited one after another; a neuron takes the synapses of the active
// axons, leaks, and perhaps fires. What arrives is written into the scheduler beside that.
//
// Program parameters, one a neuron or one for all: "weight0" … "weight3", "leak", "threshold",
// "floor", "reset_voltage", "threshold_mask" (bits), "stochastic_synapse" (a bit per axon type),
// "leak_reversal", "stochastic_leak", "reset_mode", "floor_saturates", "initial"; and "copies": how
// many neurons at the end are copies of others, made because one outgoing axon was not enough.
// Copies take part in everything, but are no neurons of the network: neurons(), spike_count() and
// the counts of spikes leave them out.
class TrueNorthCore : public CoreModel {
  public:
    TrueNorthCore(const TrueNorthParameters& parameters, CoreProgram program);

    std::uint32_t neurons() const override { return originals_; }
    void begin_sample(std::uint32_t input_timesteps) override;
    void step() override;
    Picoseconds update_finish() const override { return update_finish_; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    // A spike whose delay is d ticks is due d ticks after the present one. If it arrives after that
    // tick has begun, it counts as late and acts in the first tick that begins after its arrival.
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override;
    std::span<const std::uint64_t> energy_counts() const override { return counts_; }
    std::uint64_t late_spikes() const override { return late_spikes_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    // u is 0: there is no synaptic current.
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;
    void transfer_state(StateArchive& archive) override;

  private:
    struct OutboundSpike {
        Picoseconds time = 0;
        SpikePacket::Target destination = 0;
    };

    Picoseconds time_of(TrueNorthEvent event) const {
        return parameters_.timing[static_cast<std::size_t>(event)];
    }
    std::uint64_t& count_of(TrueNorthEvent event) {
        return counts_[static_cast<std::size_t>(event)];
    }
    void collect_spikes(const std::array<std::uint32_t, Crossbar::kNeurons>& events);

    TrueNorthParameters parameters_;
    Crossbar crossbar_;
    truenorth::Neurons neurons_;
    truenorth::Scheduler scheduler_;
    std::vector<SpikePacket::Target> destinations_;  // per neuron; kNowhere: none
    std::uint32_t originals_ = 0;
    std::vector<std::uint8_t> active_axons_;  // of the present tick
    std::vector<OutboundSpike> outbox_;
    std::vector<std::uint32_t> spike_counts_;
    std::uint64_t tick_ = 0;  // since construction, so that samples draw different numbers
    Picoseconds update_finish_ = 0;
    Picoseconds behind_ = 0;  // how much of the last tick's work reaches into the present one
    std::array<std::uint64_t, kTrueNorthEvents> counts_{};
    std::uint64_t changed_ = 0, spikes_ = 0, packets_out_ = 0, late_spikes_ = 0;
};

}  // namespace cortile
