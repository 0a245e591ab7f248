// SPDX-License-Identifier: Apache-2.0
// The neuron arithmetic of core type ideal, in double precision, and its only place.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/ideal/ideal_dynamics.h"

namespace cortile {

// Neurons one after another that follow the same rule from the same timestep on.
struct NeuronRun {
    std::uint32_t begin = 0, end = 0;
    FiringRule rule = FiringRule::absent;
    std::uint32_t onset = 0;
    bool uniform = false;  // the same coefficients for all of them (biases excepted)
    bool holds = false;    // some of them have a refractory period
};

// State and parameters of a core's neurons, one array each, as the core program gives them.
struct IdealSomaState {
    explicit IdealSomaState(std::uint32_t neurons);

    std::uint32_t neurons() const { return static_cast<std::uint32_t>(v.size()); }
    // Cuts the neurons into runs; call once `rule` and all parameters are set.
    std::vector<NeuronRun> runs(std::span<const std::uint32_t> onset) const;

    std::vector<double> u, v;
    std::vector<double> input_unit;  // of one unit of the synaptic sums
    std::vector<double> bias;
    std::vector<double> start_bias;  // instead of bias in the first timestep; empty: the same
    std::vector<double> u_keep, u_gain, v_keep, v_from_u, v_gain, drive, threshold, reset;
    std::vector<FiringRule> rule;
    // Timesteps in which a neuron rests after a spike, v at reset; empty: none does.
    std::vector<std::uint8_t> rest, resting;
    std::vector<std::uint16_t> sent;  // of the last update: packet value; 0: nothing was sent
};

// Spikes that a neuron may have in one timestep. A packet could tell of 65535, but the smaller the
// largest value is, the finer are the sums that fit into 64 bits (ideal_quantizer.cpp).
inline constexpr std::uint32_t kMostSpikes = 4095;

struct SomaResult {
    std::uint64_t active = 0;  // neurons whose state changed
    bool overflow = false;     // a neuron had more than kMostSpikes spikes, which `sent` lacks
};

// One timestep of the neurons of `run`. input[n]: the synaptic sum in units of input_unit[n].
// `first`: the first timestep of this run, in which start_bias acts.
SomaResult update_ideal(IdealSomaState& state, const NeuronRun& run, const std::int64_t* input,
                        bool first);

}  // namespace cortile
