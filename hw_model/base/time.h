// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortile {

// Modelled time as an integer number of picoseconds: sums are exact, so that results do not depend
// on the order of addition. 2^63 ps are 106 days.
using Picoseconds = std::int64_t;

inline constexpr double kSecondsPerPicosecond = 1e-12;

constexpr double to_seconds(Picoseconds t) {
    return static_cast<double>(t) * kSecondsPerPicosecond;
}

}  // namespace cortile
