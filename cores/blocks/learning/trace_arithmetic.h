// SPDX-License-Identifier: Apache-2.0
// How levels of traces, 0 to 127, saturate and are rounded.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "cores/blocks/learning/learning_engine.h"

namespace cortile::learning {

inline constexpr std::int32_t kMostTrace = 127;

inline std::uint8_t saturated(std::int32_t level) {
    return static_cast<std::uint8_t>(std::min(level, kMostTrace));
}

// floor(q), and one more with the probability of what is left over.
inline std::int32_t rounded_at_random(double q, double random) {
    const double whole = std::floor(q);
    return static_cast<std::int32_t>(whole) + (random < q - whole ? 1 : 0);
}

inline std::size_t index_of(Trace trace) {
    return static_cast<std::size_t>(trace);
}

}  // namespace cortile::learning
