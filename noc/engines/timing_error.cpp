// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/timing_error.h"

#include <array>
#include <utility>

namespace cortile {

namespace {

// Load, error in percent: the last column of noc_timing_error. Above 0.7 one of its cases (4 x 4,
// uniform) is within a tenth of its saturation.
constexpr std::array<std::pair<double, double>, 9> kMeasured{{{0.0, 0.0},
                                                              {0.05, 0.7},
                                                              {0.1, 1.3},
                                                              {0.2, 3.0},
                                                              {0.3, 5.3},
                                                              {0.4, 8.5},
                                                              {0.5, 13.3},
                                                              {0.6, 20.9},
                                                              {0.7, 36.7}}};

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

// Pollaczek and Khinchine: waited = load / (2 (1 - load)).
double equivalent_load(double waited) {
    return waited > 0 ? 2 * waited / (1 + 2 * waited) : 0;
}

}  // namespace cortile
