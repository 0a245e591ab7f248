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

// Ranges of the Loihi registers: docs/reference/nir.md, "Hardware integers".
constexpr std::uint32_t kMaxRefractory = 63;
constexpr std::int64_t kMaxBiasMantissa = 4095;
constexpr int kMaxBiasExponent = 7;
constexpr std::int64_t kMaxBias = kMaxBiasMantissa << kMaxBiasExponent;
constexpr std::int64_t kVoltsPerUnit = 64;  // threshold and weights are shifted left by 6

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
    std::int64_t threshold;  // in units of a weight
    std::int64_t mantissa;
    int exponent;
};

Drive choose_drive(std::uint32_t first) {
    // Up to here the largest bias fits below the largest threshold, 2^17 - 1.
    constexpr std::uint32_t kLongest = 16;
    const std::uint32_t steps = std::clamp(first, 1u, kLongest);
    const std::int64_t threshold = (kMaxBias * (2 * std::int64_t{steps} - 1)) / 2 / kVoltsPerUnit;
    if (first == 0) {
        return {threshold, 0, 0};
    }
    if (first <= kLongest) {
        return {threshold, kMaxBiasMantissa, kMaxBiasExponent};
    }
    const double bias = static_cast<double>(threshold * kVoltsPerUnit) / (first - 0.5);
    int exponent = 0;
    while (std::ldexp(bias, -exponent) > static_cast<double>(kMaxBiasMantissa)) {
        ++exponent;
    }
    const auto mantissa = static_cast<std::int64_t>(std::lround(std::ldexp(bias, -exponent)));
    return {threshold, std::max<std::int64_t>(mantissa, 1), exponent};
}

// The same rhythm for TrueNorth: a leak that brings the membrane to its threshold once a period,
// in one of `period` phases.
struct TrueNorthDrive {
    std::int32_t leak = 0, threshold = 0, initial = 0;
};

constexpr std::int32_t kMostLeak = 255, kMostTrueNorthThreshold = (1 << 18) - 1;
constexpr int kThresholdBits = 8;  // of the random part of a stochastic threshold

TrueNorthDrive fixed_drive(double rate, RandomKey key, std::uint64_t neuron) {
    if (rate <= 0) {
        return {0, kMostTrueNorthThreshold, 0};
    }
    const double shorter = std::floor(1 / rate + 1e-9);
    const double share = (1 / shorter - rate) / (1 / shorter - 1 / (shorter + 1));
    const double period = shorter + (uniform01(key, neuron, 3) < share ? 1 : 0);
    const auto q = static_cast<std::int64_t>(std::min(period, double{kMostTrueNorthThreshold}));
    const std::int64_t leak = std::clamp<std::int64_t>(kMostTrueNorthThreshold / q, 1, kMostLeak);
    const auto age = static_cast<std::int64_t>(
        uniform_below(philox(key, neuron, 4)[0], static_cast<std::uint32_t>(q)));
    // Passed by half a leak with the q-th addition, so that weights move a spike little.
    return {static_cast<std::int32_t>(leak),
            static_cast<std::int32_t>(std::max<std::int64_t>(1, leak * q - leak / 2)),
            static_cast<std::int32_t>(leak * age)};
}

// Stochastic neurons: how long after a spike a neuron has not fired again, for one threshold.
struct Survival {
    std::vector<double> beyond;  // [k]: probability of no spike within k ticks
    double mean = 0;             // ticks between two spikes: the sum of `beyond`

    Survival(std::int32_t leak, std::int32_t threshold) {
        double alive = 1;
        for (std::int64_t k = 1; alive > 0; ++k) {
            beyond.push_back(alive);
            mean += alive;
            // Fires if leak * k >= threshold + eta, eta uniform in [0, 2^bits).
            const double over = static_cast<double>(leak * k - threshold + 1);
            alive *= 1 - std::clamp(over / (1 << kThresholdBits), 0.0, 1.0);
        }
    }
    std::int32_t age(double share) const {  // of a neuron met at random
        double left = share * mean;
        std::size_t k = 0;
        while (k + 1 < beyond.size() && left >= beyond[k]) {
            left -= beyond[k++];
        }
        return static_cast<std::int32_t>(k);
    }
};

class StochasticDrive {
  public:
    explicit StochasticDrive(double rate)
        : leak_(std::clamp(static_cast<std::int32_t>(std::ceil(320 * rate)), 16, kMostLeak)),
          threshold_(best_threshold(rate)),
          low_(leak_, threshold_),
          high_(leak_, threshold_ + 1),
          share_low_(
              std::clamp((rate - 1 / high_.mean) / (1 / low_.mean - 1 / high_.mean), 0.0, 1.0)) {}

    TrueNorthDrive operator()(RandomKey key, std::uint64_t neuron) const {
        const bool low = uniform01(key, neuron, 3) < share_low_;
        const std::int32_t age = (low ? low_ : high_).age(uniform01(key, neuron, 4));
        return {leak_, threshold_ + (low ? 0 : 1), leak_ * age};
    }

  private:
    // The largest threshold whose rate is not below `rate`.
    std::int32_t best_threshold(double rate) const {
        std::int32_t low = 0, high = kMostTrueNorthThreshold - 1;
        while (low < high) {
            const std::int32_t middle = low + (high - low + 1) / 2;
            if (1 / Survival(leak_, middle).mean >= rate) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    std::int32_t leak_, threshold_;
    Survival low_, high_;
    double share_low_;
};

void add_truenorth_values(const RandomNetworkOptions& o, RandomKey key, Population& population) {
    std::vector<double> leak(o.neurons), threshold(o.neurons), initial(o.neurons);
    const bool stochastic = o.stochastic && o.firing_rate > 0;
    const StochasticDrive random(stochastic ? o.firing_rate : 0.1);
    for (std::uint32_t i = 0; i < o.neurons; ++i) {
        const TrueNorthDrive drive =
            stochastic ? random(key, i) : fixed_drive(o.firing_rate, key, i);
        leak[i] = drive.leak;
        threshold[i] = drive.threshold;
        initial[i] = drive.initial;
    }
    auto& hardware = population.hardware;
    const auto uniform_or_each = [](std::vector<double> values) {
        if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; })) {
            values.resize(1);
        }
        return values;
    };
    hardware["truenorth/leak"] = uniform_or_each(std::move(leak));
    hardware["truenorth/threshold"] = uniform_or_each(std::move(threshold));
    hardware["truenorth/initial"] = uniform_or_each(std::move(initial));
    hardware["truenorth/floor"] = {kMostTrueNorthThreshold};
    hardware["truenorth/floor_saturates"] = {1};
    if (stochastic) {
        hardware["truenorth/threshold_mask"] = {kThresholdBits};
    }
    if (o.locality == Locality::permuted) {
        hardware["truenorth/weight0"] = {1};
        hardware["truenorth/weight1"] = {-1};
    }
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
    std::vector<double> threshold(n), mantissa(n), exponent(n), refractory(n), bias(n);
    for (std::uint32_t i = 0; i < n; ++i) {
        const Rhythm rhythm = choose_rhythm(options.firing_rate, key, i);
        const Drive drive = choose_drive(rhythm.first);
        threshold[i] = static_cast<double>(drive.threshold);
        mantissa[i] = static_cast<double>(drive.mantissa);
        exponent[i] = drive.exponent;
        refractory[i] = rhythm.refractory;
        bias[i] = std::ldexp(mantissa[i], drive.exponent) / kVoltsPerUnit;
    }

    // Timesteps of silence after a spike; a register of 4 bits, which rates down to 1 / 16 need.
    std::vector<double> held(n);
    for (std::uint32_t i = 0; i < n; ++i) {
        held[i] = std::min(refractory[i] - 1, 15.0);
    }

    // Forward Euler with these gives I = x and v += I but for one part in 10^6 of leak.
    const double slow = options.time_step * 1e6;
    population.tau_syn = options.time_step;
    population.tau_mem = slow;
    population.r = slow / options.time_step;
    population.v_threshold.values = threshold;
    population.bias.values = std::move(bias);
    population.hardware = {{"loihi/du", {4095}},
                           {"loihi/dv", {0}},
                           {"loihi/vth_mantissa", std::move(threshold)},
                           {"loihi/bias_mantissa", std::move(mantissa)},
                           {"loihi/bias_exponent", std::move(exponent)},
                           {"fcore/refractory", std::move(held)},
                           {"loihi/refractory", std::move(refractory)}};
    add_truenorth_values(options, key, population);

    Projection projection;
    projection.name = "recurrent";
    if (options.locality == Locality::permuted) {
        projection.connectivity = std::make_shared<PermutedConnectivity>(options);
    } else {
        projection.connectivity = std::make_shared<RandomConnectivity>(options);
    }
    projection.hardware = {{"loihi/weight_exponent", {0}}, {"loihi/num_weight_bits", {8}}};

    Network network;
    network.name = fmt::format("random_{}x{}", n, options.synapses_per_neuron);
    network.time_step = options.time_step;
    network.populations.push_back(std::move(population));
    network.projections.push_back(std::move(projection));
    network.outputs.push_back(PopulationId{0u});
    return network;
}

}  // namespace cortile
