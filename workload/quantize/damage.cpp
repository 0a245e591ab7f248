// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortile {

namespace {

std::string remedy(const QuantizedProjection& projection, const DamageCause& cause) {
    if (!projection.rounds_to_step) {
        return fmt::format(
            "they are hardware integers, of which the {} lowest bits are cleared: "
            "store multiples of {}{}",
            projection.truncated_bits, 1 << projection.truncated_bits,
            cause.exponent_key.empty() ? "" : " and a lower " + cause.exponent_key);
    }
    // More bits make steps finer only if the largest weight takes the last codes already.
    const double codes = std::max(-projection.min_weight, projection.max_weight);
    const double used = cause.largest_weight * std::abs(projection.scale);
    if (used < codes / 4) {
        return fmt::format("the weights use {:.3g} of {:.0f} codes: {}", used, codes,
                           cause.exponent_is_given
                               ? "lower " + cause.exponent_key + ", or leave it out"
                               : "bring bias, v_leak and v_threshold of the target nearer to the "
                                 "size of its weights, or give its projections weights of similar "
                                 "size");
    }
    std::string text =
        "a few large weights set the step for all: clip them, or train with "
        "quantised weights";
    if (cause.weight_bits < 8) {
        text = fmt::format("raise {} (now {}), or train with quantised weights", cause.bits_key,
                           cause.weight_bits);
    }
    return text;
}

}  // namespace

std::optional<std::string> weight_damage(const QuantizedProjection& projection,
                                         const QuantizationReport::Layer& layer,
                                         const DamageCause& cause) {
    if (layer.nonzero == 0) {
        return std::nullopt;
    }
    const double zeroed =
        static_cast<double>(layer.rounded_to_zero) / static_cast<double>(layer.nonzero);
    if (layer.rounded_to_zero == layer.nonzero) {
        return fmt::format("projection '{}': all {} weights become 0, so it does nothing; {}",
                           layer.projection, layer.nonzero, remedy(projection, cause));
    }
    if (zeroed <= kMostZeroed && layer.rms_error <= kLargestRmsError) {
        return std::nullopt;
    }
    return fmt::format(
        "projection '{}': {} of {} weights ({:.1f} %) become 0, and the weights' RMS error is "
        "{:.1f} %; {}",
        layer.projection, layer.rounded_to_zero, layer.nonzero, 100 * zeroed, 100 * layer.rms_error,
        remedy(projection, cause));
}

}  // namespace cortile
