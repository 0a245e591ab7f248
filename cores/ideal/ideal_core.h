// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/blocks/spike_sender.h"
#include "cores/ideal/fixed_point_dendrite.h"
#include "cores/ideal/ideal_soma.h"

namespace cortile {

// Names of a population's parameters, from the quantiser to the core.
namespace ideal_parameter {
inline constexpr const char* kRule = "rule";    // FiringRule
inline constexpr const char* kOnset = "onset";  // first timestep
inline constexpr const char* kRest = "rest";    // timesteps of rest after a spike
inline constexpr const char* kInputUnit = "input_unit";
inline constexpr const char* kBias = "bias";
inline constexpr const char* kStartBias = "start_bias";
inline constexpr const char* kUKeep = "u_keep";
inline constexpr const char* kUGain = "u_gain";
inline constexpr const char* kVKeep = "v_keep";
inline constexpr const char* kVFromU = "v_from_u";
inline constexpr const char* kVGain = "v_gain";
inline constexpr const char* kDrive = "drive";
inline constexpr const char* kThreshold = "threshold";
inline constexpr const char* kReset = "reset";
}  // namespace ideal_parameter

// A core that computes in double precision and takes no time. Population by population it starts
// at the timestep in which the first input of a sample can have arrived.
class IdealCore final : public CoreModel {
  public:
    explicit IdealCore(CoreProgram program);

    std::uint32_t neurons() const override { return soma_.neurons(); }
    void begin_sample(std::uint32_t input_timesteps) override;
    // Throws ConfigError if a neuron has more than kMostSpikes spikes in one timestep.
    void step() override;
    Picoseconds update_finish() const override { return 0; }
    Picoseconds packetise(std::uint32_t source, std::vector<SpikePacket>& out) override;
    Picoseconds receive(std::span<const SpikePacket> packets) override;
    ActivityCounts activity() const override { return activity_; }
    std::span<const std::uint64_t> energy_counts() const override { return activity_; }
    std::uint64_t spike_count(std::uint32_t neuron) const override { return spike_counts_[neuron]; }
    // `spikes` is at most 255 here; spike_count() has them all.
    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;
    void transfer_state(StateArchive& archive) override;

  private:
    std::uint64_t& count_of(CoreEvent event) { return activity_[static_cast<std::size_t>(event)]; }
    bool awake(const NeuronRun& run) const;
    void collect();

    RealSynapseMemory synapses_;
    AxonTable axons_;
    SpikeSender sender_;
    FixedPointDendrite dendrite_;
    IdealSomaState soma_;
    std::vector<NeuronRun> runs_;
    std::uint32_t timestep_ = 0, input_timesteps_ = 0;  // of the sample
    std::vector<std::uint32_t> outbox_;                 // neurons that send, ascending
    std::vector<std::uint64_t> spike_counts_;
    ActivityCounts activity_{};
};

}  // namespace cortile
