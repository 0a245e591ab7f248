// SPDX-License-Identifier: Apache-2.0
#include "workload/network/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "workload/network/random_connectivity.h"

namespace cortile {

namespace {

constexpr std::uint32_t kMaxRefractory = 63;  // timesteps, what 6 bits hold
// Biases are counted in steps of 1/64 of a weight's unit, with 12 significant bits.
constexpr std::int64_t kStepsPerUnit = 64;
constexpr std::int64_t kMaxBiasMantissa = 4095;
constexpr int kMaxBiasExponent = 7;
constexpr std::int64_t kMaxBias = kMaxBiasMantissa << kMaxBiasExponent;

// How often and when a neuron fires: first in timestep `first` (counted from 1), then every
// first + refractory - 1.
struct Rhythm {
    std::uint32_t first = 0;  // 0: never
    std::uint32_t refractory = 1;
};

Rhythm choose_rhythm(double rate, RandomKey key, std::uint64_t neuron) {
    if (rate <= 0) {
        return {};
    }
    double own_rate = rate;
    if (rate * kMaxRefractory < 1) {
        own_rate *= 0.5 + uniform01(key, neuron, 0);
    }
    const double shorter = std::floor(1 / own_rate + 1e-9);
    // The share of the longer period that makes the mean rate come out right.
    const double share = (1 / shorter - own_rate) / (1 / shorter - 1 / (shorter + 1));
    const double period = shorter + (uniform01(key, neuron, 1) < share ? 1 : 0);
    const auto q = static_cast<std::uint32_t>(std::min(period, 1e9));
    const std::uint32_t earliest = q > kMaxRefractory ? q - kMaxRefractory + 1 : 1;
    const std::uint32_t first =
        earliest + uniform_below(philox(key, neuron, 2)[0], q - earliest + 1);
    return {first, q - first + 1};
}

// A bias that passes the threshold with the `first`-th addition, by half a bias.
struct Drive {
    double threshold, bias;  // in units of a weight
};

Drive drive_of(std::int64_t threshold, std::int64_t mantissa, int exponent) {
    return {static_cast<double>(threshold),
            std::ldexp(static_cast<double>(mantissa), exponent) / kStepsPerUnit};
}

Drive choose_drive(std::uint32_t first) {
    // Up to here the largest bias fits below the largest threshold, 2^17 - 1.
    constexpr std::uint32_t kLongest = 16;
    const std::uint32_t steps = std::clamp(first, 1u, kLongest);
    const std::int64_t threshold = (kMaxBias * (2 * std::int64_t{steps} - 1)) / 2 / kStepsPerUnit;
    if (first == 0) {
        return drive_of(threshold, 0, 0);
    }
    if (first <= kLongest) {
        return drive_of(threshold, kMaxBiasMantissa, kMaxBiasExponent);
    }
    const double bias = static_cast<double>(threshold * kStepsPerUnit) / (first - 0.5);
    int exponent = 0;
    while (std::ldexp(bias, -exponent) > static_cast<double>(kMaxBiasMantissa)) {
        ++exponent;
    }
    const auto mantissa = static_cast<std::int64_t>(std::lround(std::ldexp(bias, -exponent)));
    return drive_of(threshold, std::max<std::int64_t>(mantissa, 1), exponent);
}

void check(const RandomNetworkOptions& o) {
    const auto require = [](bool good, const char* key, const std::string& what, const char* hint) {
        if (!good) {
            throw ConfigError(std::string("random network: ") + key, what, hint);
        }
    };
    require(o.neurons >= 1, "neurons", "expected at least 1, found 0", "ask for more neurons");
    require(o.firing_rate >= 0 && o.firing_rate <= 1, "firing_rate",
            fmt::format("expected a share in [0, 1], found {}", o.firing_rate),
            "a neuron fires at most once per timestep");
    require(o.max_weight >= 2 && o.max_weight <= 254, "max_weight",
            fmt::format("expected 2 to 254, found {}", o.max_weight),
            "8-bit weights of both signs hold even numbers");
    require(o.time_step > 0 && std::isfinite(o.time_step), "time_step",
            fmt::format("expected a positive time, found {}", o.time_step), "e.g. 1 ms");
    if (o.locality == Locality::uniform) {
        require(o.synapses_per_neuron <= o.neurons, "synapses_per_neuron",
                fmt::format("{} distinct targets do not exist among {} neurons",
                            o.synapses_per_neuron, o.neurons),
                "ask for fewer synapses or more neurons");
        return;
    }
    if (o.locality == Locality::permuted) {
        require(o.clusters >= 1 && o.clusters <= o.neurons, "clusters",
                fmt::format("expected 1 to {} (neurons), found {}", o.neurons, o.clusters),
                "each cluster needs a neuron");
        require(o.synapses_per_neuron <= o.neurons / o.clusters, "synapses_per_neuron",
                fmt::format("{} distinct targets in one cluster of {} neurons",
                            o.synapses_per_neuron, o.neurons / o.clusters),
                "use fewer synapses or fewer clusters");
        return;
    }
    require(o.clusters >= 1 && o.clusters <= o.neurons, "clusters",
            fmt::format("expected 1 to {} (neurons), found {}", o.neurons, o.clusters),
            "each cluster needs a neuron");
    require(o.target_clusters >= 1 && o.target_clusters <= o.clusters, "target_clusters",
            fmt::format("expected 1 to {} (clusters), found {}", o.clusters, o.target_clusters),
            "use more clusters or fewer target clusters");
    const std::uint32_t smallest = o.neurons / o.clusters;
    const std::uint32_t most = (o.synapses_per_neuron + o.target_clusters - 1) / o.target_clusters;
    require(most <= smallest, "synapses_per_neuron",
            fmt::format("{} distinct targets in each of {} clusters of {} neurons", most,
                        o.target_clusters, smallest),
            "use fewer synapses, fewer clusters or more target clusters");
}

}  // namespace

Network generate_random(const RandomNetworkOptions& options) {
    check(options);
    const std::uint32_t n = options.neurons;
    const RandomKey key{options.seed, RandomUse::network_drive};

    Population population;
    population.name = "neurons";
    population.kind = NeuronKind::cuba_lif;
    population.shape = {n};
    population.size = n;
    std::vector<double> threshold(n), bias(n), refractory(n);
    for (std::uint32_t i = 0; i < n; ++i) {
        const Rhythm rhythm = choose_rhythm(options.firing_rate, key, i);
        const Drive drive = choose_drive(rhythm.first);
        threshold[i] = drive.threshold;
        bias[i] = drive.bias;
        refractory[i] = rhythm.refractory;
    }

    // Forward Euler with these gives I = x and v += I but for one part in 10^6 of leak.
    const double slow = options.time_step * 1e6;
    population.tau_syn = options.time_step;
    population.tau_mem = slow;
    population.r = slow / options.time_step;
    population.v_threshold.values = std::move(threshold);
    population.bias.values = std::move(bias);
    population.refractory.values = std::move(refractory);

    Projection projection;
    projection.name = "recurrent";
    if (options.locality == Locality::permuted) {
        projection.connectivity = std::make_shared<PermutedConnectivity>(options);
    } else {
        projection.connectivity = std::make_shared<RandomConnectivity>(options);
    }

    Network network;
    network.name = fmt::format("random_{}x{}", n, options.synapses_per_neuron);
    network.time_step = options.time_step;
    network.populations.push_back(std::move(population));
    network.projections.push_back(std::move(projection));
    network.outputs.push_back(PopulationId{0u});
    return network;
}

}  // namespace cortile
