// SPDX-License-Identifier: Apache-2.0
// A population's equations in discrete time, in the form that the core computes:
//   u <- keep_u u + sum(w s),   y <- keep_v y + u + drive,   spike when y > threshold.
// y is (v - v_reset) / gain: measured in units of the incoming weights, so that populations whose
// neurons differ in time constant or resistance need no weights of their own.
#pragma once

#include <string>
#include <vector>

#include "cores/loihi/loihi_quantizer.h"

namespace cortile {

// Vectors have one entry for all neurons, or one each.
struct LoihiDynamics {
    std::vector<double> gain;       // network voltage of y = 1; positive unless `scales_weights`
    std::vector<double> threshold;  // of y; empty: never spikes
    std::vector<double> drive;      // added to y in every timestep
    // Gains of both signs, zero gains, or voltages that must stay comparable between neurons:
    // multiply the weights into neuron i by weight_factor[i]; `gain` is 1 then. Otherwise empty.
    std::vector<double> weight_factor;
    double weight_sign = 1;  // -1: uniform negative gain, taken into the weights

    std::vector<std::int32_t> du, dv;
    double keep_u = 0, keep_v = 0;  // largest factors of any neuron, as they will be on the core
    // Of the neuron whose time constants come out worst; seconds.
    double tau_syn_asked = 0, tau_syn_got = 0, tau_mem_asked = 0, tau_mem_got = 0;
};

// Appends to `warnings`. Throws ConfigError naming the population.
LoihiDynamics loihi_dynamics(const Population& population, double time_step,
                             Discretization discretization, std::vector<std::string>& warnings);

}  // namespace cortile
