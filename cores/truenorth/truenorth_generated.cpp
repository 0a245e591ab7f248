// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_generated.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "cores/truenorth/neuron.h"
#include "hw_model/base/random.h"

namespace cortile::truenorth {

namespace {

struct Drive {
    std::int32_t leak = 0, threshold = 0, initial = 0;
};

constexpr std::int32_t kMostLeak = 255;

// Draws of one neuron: generate_random has those before.
constexpr std::uint64_t kDrawsOfChoice = 3, kDrawsOfPhase = 4;

Drive fixed_drive(double rate, RandomKey key, std::uint64_t neuron) {
    if (rate <= 0) {
        return {0, kLargestThreshold, 0};
    }
    const double shorter = std::floor(1 / rate + 1e-9);
    const double share = (1 / shorter - rate) / (1 / shorter - 1 / (shorter + 1));
    const double period = shorter + (uniform01(key, neuron, kDrawsOfChoice) < share ? 1 : 0);
    const auto q = static_cast<std::int64_t>(std::min(period, double{kLargestThreshold}));
    const std::int64_t leak = std::clamp<std::int64_t>(kLargestThreshold / q, 1, kMostLeak);
    const auto age = static_cast<std::int64_t>(
        uniform_below(philox(key, neuron, kDrawsOfPhase)[0], static_cast<std::uint32_t>(q)));
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
            alive *= 1 - std::clamp(over / (1 << kLargestMaskBits), 0.0, 1.0);
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

    Drive operator()(RandomKey key, std::uint64_t neuron) const {
        const bool low = uniform01(key, neuron, kDrawsOfChoice) < share_low_;
        const std::int32_t age = (low ? low_ : high_).age(uniform01(key, neuron, kDrawsOfPhase));
        return {leak_, threshold_ + (low ? 0 : 1), leak_ * age};
    }

  private:
    // The largest threshold whose rate is not below `rate`.
    std::int32_t best_threshold(double rate) const {
        std::int32_t low = 0, high = kLargestThreshold - 1;
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

}  // namespace

void adapt_generated(const RandomNetworkOptions& o, Population& population) {
    const RandomKey key{o.seed, RandomUse::network_drive};
    std::vector<double> leak(o.neurons), threshold(o.neurons), initial(o.neurons);
    const bool stochastic = o.stochastic && o.firing_rate > 0;
    const StochasticDrive random(stochastic ? o.firing_rate : 0.1);
    for (std::uint32_t i = 0; i < o.neurons; ++i) {
        const Drive drive = stochastic ? random(key, i) : fixed_drive(o.firing_rate, key, i);
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
    hardware["truenorth/floor"] = {kLargestThreshold};
    hardware["truenorth/floor_saturates"] = {1};
    if (stochastic) {
        hardware["truenorth/threshold_mask"] = {kLargestMaskBits};
    }
    if (o.locality == Locality::permuted) {
        hardware["truenorth/weight0"] = {1};
        hardware["truenorth/weight1"] = {-1};
    }
}

}  // namespace cortile::truenorth
