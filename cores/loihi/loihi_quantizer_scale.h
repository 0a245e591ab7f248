// SPDX-License-Identifier: Apache-2.0
// Chooses the membrane unit of a population and the weight exponents of the projections into it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workload/quantize/weight_format.h"

namespace cortile {

// Hardware bounds (cuba_lif.h).
inline constexpr std::int32_t kMaxThresholdMantissa = 131071;
inline constexpr std::int32_t kMaxBiasMantissa = 4095, kMinBiasMantissa = -4096;
// 3 bits; the quantiser chooses 0 and above, registers may say any of the lower ones too.
inline constexpr int kMaxBiasExponent = 7, kMinBiasExponent = -8;
inline constexpr int kMinWeightExponent = -8, kMaxWeightExponent = 7;
inline constexpr double kMaxState = (1 << 23) - 1;  // u and v

// One projection, as the choice sees it. Weights carry the population's sign.
struct ScaledProjection {
    double smallest = 0, largest = 0;  // over all weights and 0
    std::uint64_t count = 0;
    std::vector<float> sample;
    WeightRange range;
    std::optional<int> pinned_exponent;
};

struct ScaleProblem {
    std::vector<ScaledProjection> projections;
    std::vector<double> threshold;  // empty: never spikes
    double largest_bias = 0;        // magnitude of what is added to v per timestep
    // Largest magnitudes that u and v can reach when every source spikes in every timestep.
    double current_peak = 0, voltage_peak = 0;
};

struct ScaleChoice {
    double unit = 1;             // threshold mantissas per unit of weight: integer * 2^e = unit * w
    std::vector<int> exponents;  // per projection
};

// The sum of the projections' rounding noise is made small first, then the threshold's rounding
// error, by a unit within a few percent of the best. Deterministic.
ScaleChoice choose_scale(const ScaleProblem& problem);

// The smallest bias exponent whose mantissa holds `bias` (in units of v), and that mantissa.
struct BiasIntegers {
    std::int32_t mantissa = 0, exponent = 0;
    bool saturated = false;
};
BiasIntegers bias_integers(double bias);

}  // namespace cortile
