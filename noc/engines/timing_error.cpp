// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/timing_error.h"

#include <array>
#include <utility>

namespace cortile {

namespace {

// Load, error in percent: the last column of noc_timing_error.
constexpr std::array<std::pair<double, double>, 10> kMeasured{{{0.0, 0.0},
                                                               {0.05, 0.6},
                                                               {0.1, 1.3},
                                                               {0.2, 3.0},
                                                               {0.3, 5.2},
                                                               {0.4, 8.2},
                                                               {0.5, 12.8},
                                                               {0.6, 19.8},
                                                               {0.7, 34.4},
                                                               {0.75, 54.0}}};

}  // namespace

std::optional<double> approximate_error_percent(double load) {
    if (!(load >= 0)) {
        return std::nullopt;
    }
    for (std::size_t i = 1; i < kMeasured.size(); ++i) {
        const auto& [low, low_error] = kMeasured[i - 1];
        const auto& [high, high_error] = kMeasured[i];
        if (load <= high) {
            return low_error + (high_error - low_error) * (load - low) / (high - low);
        }
    }
    return std::nullopt;
}

}  // namespace cortile
