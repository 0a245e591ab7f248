// SPDX-License-Identifier: Apache-2.0
// From a population's differential equation to the constants of TrueNorth's neuron, still in
// network units.
#pragma once

#include <string>
#include <vector>

#include "workload/network/network.h"

namespace cortile::truenorth {

// One entry for all neurons, or one each. Voltages count from the reset voltage; the synaptic input
// of a tick enters v as gain * sum of weights.
struct Dynamics {
    std::vector<double> gain, threshold, drive, decay, initial;  // drive, decay: a tick
    bool subtracts = false;
    double tau_asked = 0;  // of neuron 0; 0: no decay
};

// Throws ConfigError naming the population, the reason and the nearest change.
Dynamics dynamics_of(const Population& population, double time_step, bool exponential,
                     std::vector<std::string>& warnings);

}  // namespace cortile::truenorth
