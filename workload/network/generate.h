// SPDX-License-Identifier: Apache-2.0
// Networks for benchmarks: one recurrent population whose activity is known beforehand, with
// connections computed on demand instead of stored.
#pragma once

#include <cstdint>

#include "workload/network/network.h"

namespace cortile {

enum class Locality {
    uniform,    // targets anywhere in the population
    clustered,  // the targets of a neuron lie in `target_clusters` clusters
    permuted,   // all targets of a neuron lie in one cluster, and each cluster is that of as many
                // neurons as it has itself: one axon a neuron, with one weight for all its targets
};

struct RandomNetworkOptions {
    std::uint32_t neurons = 1024;
    std::uint32_t synapses_per_neuron = 100;  // distinct targets of each neuron
    double firing_rate = 0.1;                 // spikes per neuron and timestep, in [0, 1]
    Locality locality = Locality::uniform;
    std::uint32_t clusters = 1;         // clustered: equal runs of neurons, e.g. one for each core
    std::uint32_t target_clusters = 4;  // clustered: how many of them hold a neuron's targets
    bool stochastic = false;  // fire at random times of that mean rate, where the core type can
    std::int32_t max_weight = 16;  // even integers in [-max_weight, max_weight], without 0
    std::uint64_t seed = 1;
    double time_step = 1e-3;  // seconds
};

// One population "neurons" of kind cuba_lif, its only output, projecting onto itself; no input.
//
// Every neuron is driven by a constant bias so that it fires once per period of 1 / firing_rate
// timesteps (periods of the two neighbouring integers are mixed so that the mean rate is exact).
// All membranes start at 0, so equal biases would fire in lockstep. Phases come from the refractory
// period instead: a neuron with period Q first fires in timestep p, p uniform in [1, Q], and then
// every p + (R - 1) timesteps with R = Q - p + 1. From the first timestep on, a share `firing_rate`
// of the neurons fires in each. R is kept to 63 or less: below 1/63 spikes per timestep p lies in
// the last 63 timesteps of the period, periods vary by +-50 %, and the rate is level only after
// about three periods.
//
// Weights have mean 0 and are small beside the margin by which the bias passes the threshold, so
// that recurrent input moves a spike by a timestep at most and leaves the rate as it is.
//
// Thresholds and weights are integers, biases multiples of 1/64 with 12 significant bits, so that
// integer cores can hold them exactly. The parameters are those of forward Euler. What a core needs
// besides them, its core type adds afterwards.
//
// With `permuted` the cluster of a neuron follows from a random permutation of all neurons, so that
// on a square mesh with one core a cluster the mean distance is that of two random cores. Half of
// the neurons that reach a cluster excite it with weight 1, half inhibit it with -1; max_weight has
// no meaning. Rows are computed when asked for; the permutation takes 4 bytes a neuron.
//
// Throws ConfigError when an option is out of range or the targets do not fit.
Network generate_random(const RandomNetworkOptions& options);

}  // namespace cortile
