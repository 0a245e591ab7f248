// SPDX-License-Identifier: Apache-2.0
// What a population's equations become in discrete time, still in network units.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload/network/network.h"

namespace cortile {

// v <- keep v + gain x + rest, compared with `threshold`; or, for activations,
// y = clamp(gain x / threshold, 0, 1). One entry for all neurons, or one each.
struct FcoreDynamics {
    std::vector<double> gain, keep, rest, threshold, reset;
    std::vector<double> bias;           // constant part of x
    double tau_asked = 0, tau_got = 0;  // of the worst neuron, s; infinity: no leak

    bool uniform_gain() const;
    std::size_t entries() const { return gain.size(); }
};

// The hardware's leak factor for `keep`: 0 .. 255 of 256, or 256 for none.
std::int32_t leak_factor(double keep);

// `exponential`: a time constant keeps exp(-dt / tau) per timestep instead of 1 - dt / tau.
// Throws ConfigError naming the population for dynamics that the soma does not have.
FcoreDynamics fcore_dynamics(const Population& population, double time_step, bool exponential,
                             std::vector<std::string>& warnings);

}  // namespace cortile
