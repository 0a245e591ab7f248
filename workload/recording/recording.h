// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload/network/network.h"
#include "workload/recording/number_array.h"

namespace cortile {

// An array seen as samples, timesteps and neurons. `axes` names its dimensions, a letter each and
// in their order: N samples, T timesteps; C, H and W channels, rows and columns of neurons, or X
// neurons numbered already. None of these: it is about one. They are
// numbered row-major over (C, H, W), whatever the order here.
class Recording {
  public:
    // `axes` empty: X, TX or NTX by the number of dimensions. Throws ConfigError at `place`.
    Recording(NumberArray array, const std::string& axes, const std::string& place);

    bool has_time() const { return has_time_; }
    std::uint32_t samples() const { return samples_; }
    std::uint32_t timesteps() const { return timesteps_; }  // 1 without an axis T
    std::uint32_t neurons() const { return static_cast<std::uint32_t>(offset_.size()); }

    double operator()(std::uint32_t sample, std::uint32_t timestep, std::uint32_t neuron) const {
        return array_.numbers[sample * sample_stride_ + timestep * time_stride_ + offset_[neuron]];
    }

    // Throws ConfigError at `place` unless the neurons are those of a population: as many and,
    // where both have channels, rows and columns, as many of each.
    void check_neurons(const Shape& population, const std::string& place) const;

  private:
    NumberArray array_;
    bool has_time_ = false;
    std::uint32_t samples_ = 1, timesteps_ = 1;
    std::uint64_t sample_stride_ = 0, time_stride_ = 0;
    Shape shape_;                        // (C, H, W) as far as named, or (X), or (1)
    std::vector<std::uint64_t> offset_;  // of each neuron
};

}  // namespace cortile
