// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/axon_types.h"

#include <algorithm>
#include <cmath>

namespace cortile::truenorth {

namespace {

constexpr std::int32_t kMinWeight = -256, kMaxWeight = 255;

std::int32_t rounded(double x) {
    return static_cast<std::int32_t>(std::clamp<double>(std::nearbyint(x), kMinWeight, kMaxWeight));
}

// Weights of `types` types by value: the smaller a weight, the nearer to the end of its sign, so
// that neurons with different weights agree on the types of a sign.
TypeWeights by_value(std::vector<std::int32_t> values, std::uint32_t types) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    TypeWeights result{};
    std::size_t low = 0, high = types;
    for (const std::int32_t value : values) {
        if (value > 0) {
            result[low++] = value;
        }
    }
    for (auto value = values.rbegin(); value != values.rend(); ++value) {
        if (*value < 0) {
            result[--high] = *value;
        }
    }
    return result;
}

TypeWeights binary(const WeightSet& set, double unit, std::uint32_t types) {
    TypeWeights result{};
    if (types == 1) {
        result[0] = rounded(unit * (set.largest > -set.smallest ? set.largest : set.smallest));
        return result;
    }
    const double top = types == 2 ? 1 : (1 << (types - 1)) - 1;  // two types: -1, 0, 1
    const double bottom = types == 2 ? 1 : 1 << (types - 1);
    constexpr double kLeastError[] = {0, 0, 1.224, 0.586, 0.3352};  // by types; of the RMS
    const double rms = std::sqrt(set.squares / set.total);
    const double step = unit * std::min(std::max(set.largest / top, -set.smallest / bottom),
                                        kLeastError[types] * rms);
    for (std::uint32_t type = 0; type + 1 < types; ++type) {
        result[type] = rounded(std::ldexp(step, static_cast<int>(type)));
    }
    result[types - 1] = rounded(-bottom * step);
    return result;
}

}  // namespace

void WeightSet::add(float weight) {
    smallest = std::min(smallest, weight);
    largest = std::max(largest, weight);
    squares += static_cast<double>(weight) * static_cast<double>(weight);
    ++total;
    if (count > kMost ||
        std::find(values.begin(), values.begin() + count, weight) != values.begin() + count) {
        return;
    }
    if (count < kMost) {
        values[count] = weight;
    }
    ++count;
}

void IncomingWeights::add(std::uint32_t neuron, float weight) {
    neurons[neuron].add(weight);
    if (magnitudes.size() <= kMostMagnitudes) {
        magnitudes.insert(std::abs(weight));
    }
}

float IncomingWeights::largest_magnitude() const {
    float result = 0;
    for (const WeightSet& set : neurons) {
        result = std::max({result, set.largest, -set.smallest});
    }
    return result;
}

bool IncomingWeights::fit(std::uint32_t types) const {
    return std::none_of(neurons.begin(), neurons.end(),
                        [&](const WeightSet& set) { return set.more_than(types); });
}

double choose_unit(const IncomingWeights& weights, bool fit) {
    const double largest = weights.largest_magnitude();
    if (largest == 0) {
        return 1;
    }
    if (!fit) {
        return 224 / largest;  // 7 * 32: both ends of a binary scale of four bits fit
    }
    if (weights.magnitudes.size() <= IncomingWeights::kMostMagnitudes) {
        const double quantum = *weights.magnitudes.begin();
        const double multiple = std::nearbyint(largest / quantum);
        const bool whole = std::all_of(weights.magnitudes.begin(), weights.magnitudes.end(),
                                       [&](double magnitude) {
                                           const double ratio = magnitude / quantum;
                                           return std::abs(ratio - std::nearbyint(ratio)) < 1e-5;
                                       });
        if (whole && multiple <= kMaxWeight) {
            return std::floor(kMaxWeight / multiple) / quantum;
        }
    }
    return kMaxWeight / largest;
}

std::array<std::vector<std::int32_t>, Crossbar::kTypes> choose_type_weights(
    const IncomingWeights& weights, double unit, std::uint32_t types) {
    const auto size = weights.neurons.size();
    std::array<std::vector<std::int32_t>, Crossbar::kTypes> columns;
    std::set<std::int32_t> all;
    for (const WeightSet& set : weights.neurons) {
        for (std::uint8_t i = 0; i < set.count && !set.more_than(types) && all.size() <= types;
             ++i) {
            all.insert(rounded(set.values[i] * unit));
        }
    }
    if (weights.fit(types) && all.size() <= types) {
        const TypeWeights common = by_value({all.begin(), all.end()}, types);
        for (std::size_t type = 0; type < columns.size(); ++type) {
            columns[type] = {common[type]};
        }
        return columns;
    }
    for (auto& column : columns) {
        column.resize(size);
    }
    for (std::size_t n = 0; n < size; ++n) {
        const WeightSet& set = weights.neurons[n];
        TypeWeights own{};
        if (set.more_than(types)) {
            own = binary(set, unit, types);
        } else {
            std::vector<std::int32_t> values;
            for (std::uint8_t i = 0; i < set.count; ++i) {
                values.push_back(rounded(set.values[i] * unit));
            }
            own = by_value(std::move(values), types);
        }
        for (std::size_t type = 0; type < columns.size(); ++type) {
            columns[type][n] = own[type];
        }
    }
    return columns;
}

}  // namespace cortile::truenorth
