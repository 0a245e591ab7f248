// SPDX-License-Identifier: Apache-2.0
// Spikes known beforehand, however they were read: 4 bytes a spike and 4 bytes a timestep; with
// counts 6 bytes a spike.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workload/stimulus/stimulus.h"

namespace cortile {

// More timesteps than this per recording are taken for a mistake (16,777,216).
inline constexpr std::uint32_t kMaxRecordedTimesteps = 1U << 24;

// Throws ConfigError for a stimulus.timesteps of 0 or beyond kMaxRecordedTimesteps.
void check_recorded_timesteps(std::optional<std::uint32_t> timesteps);

// A spike while a recording is read: timestep in the high word, neuron in the low word.
using SpikeKey = std::uint64_t;

constexpr SpikeKey spike_key(std::uint32_t timestep, std::uint32_t neuron) {
    return (SpikeKey{timestep} << 32) | neuron;
}
constexpr std::uint32_t key_timestep(SpikeKey key) {
    return static_cast<std::uint32_t>(key >> 32);
}
constexpr std::uint32_t key_neuron(SpikeKey key) {
    return static_cast<std::uint32_t>(key);
}

class SpikeTable {
  public:
    // `counts`: keeps how often each spike is given.
    explicit SpikeTable(bool counts = false) : counts_(counts) {}

    // One more sample of `timesteps`. Sorts `spikes`; equal ones become one; those at or after
    // `timesteps` are left out. Throws ConfigError for a count above 65535.
    void append(std::vector<SpikeKey>& spikes, std::uint32_t timesteps);
    void shrink_to_fit();

    std::uint32_t samples() const { return static_cast<std::uint32_t>(samples_.size()); }
    std::uint32_t timesteps(std::uint32_t sample) const { return samples_[sample].timesteps; }
    // Ascending neurons; none at and after the sample's last spike.
    std::span<const std::uint32_t> spikes(std::uint32_t sample, std::uint32_t timestep) const;

    bool counts() const { return counts_; }
    // With counts: how often each of spikes(sample, timestep) was given; empty otherwise.
    std::span<const std::uint16_t> times(std::uint32_t sample, std::uint32_t timestep) const;
    std::uint16_t most_times() const { return most_times_; }

  private:
    struct Range {
        std::size_t first = 0, count = 0;
    };
    Range range(std::uint32_t sample, std::uint32_t timestep) const;
    std::vector<std::uint16_t> count_equal(const std::vector<SpikeKey>& sorted) const;

    struct Sample {
        std::size_t first_neuron;  // in neurons_
        std::size_t first_end;     // in ends_
        std::uint32_t steps;       // up to and including the last one with a spike
        std::uint32_t timesteps;
    };
    std::vector<Sample> samples_;
    std::vector<std::uint32_t> ends_;  // per sample and step: spikes up to there
    std::vector<std::uint32_t> neurons_;
    bool counts_;
    std::vector<std::uint16_t> times_;  // as neurons_, with counts
    std::uint16_t most_times_ = 1;
};

// `labels`: one per sample, or none at all. `description`: as Stimulus::description.
std::unique_ptr<Stimulus> make_recorded_stimulus(SpikeTable table, std::uint32_t input_size,
                                                 std::vector<std::uint32_t> labels,
                                                 std::string description);

}  // namespace cortile
