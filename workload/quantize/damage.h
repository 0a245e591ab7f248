// SPDX-License-Identifier: Apache-2.0
// When the cost of quantisation is so high that the user must hear of it.
#pragma once

#include <optional>
#include <string>

#include "workload/quantize/quantized_network.h"

namespace cortile {

// Shares above which integers are taken to be another network than the one that was asked for.
inline constexpr double kMostZeroed = 0.20;             // of the weights that are not 0
inline constexpr double kLargestRmsError = 0.25;        // of the weights, relative
inline constexpr double kLargestThresholdError = 0.25;  // of one neuron, relative

struct DamageCause {
    unsigned weight_bits = 8;                   // that the projection may use
    const char* bits_key = "core.weight_bits";  // where they come from
    double largest_weight = 0;                  // magnitude
    // The network's key that pins the projection's exponent, where the core has one.
    std::string exponent_key = {};
    bool exponent_is_given = false;  // by that key
};

// What became of the weights of a measured projection, and the remedy; nothing if all is well.
std::optional<std::string> weight_damage(const QuantizedProjection& projection,
                                         const QuantizationReport::Layer& layer,
                                         const DamageCause& cause);

}  // namespace cortile
