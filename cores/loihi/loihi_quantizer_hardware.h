// SPDX-License-Identifier: Apache-2.0
// Hardware integers that a network brings along ("loihi/du", ...): names, ranges, checks.
#pragma once

#include <optional>
#include <string>

#include "workload/quantize/quantized_network.h"
#include "workload/quantize/weight_format.h"
#include "workload/quantize/weight_statistics.h"

namespace cortile {

// Is the population given in hardware integers, so that its weights are too?
bool is_in_hardware_units(const Population& population);

// Puts the population's hardware values over the derived ones. Throws ConfigError naming population
// and key: unknown keys, wrong count, fractions, values out of range.
void apply_hardware_values(const Population& population, QuantizedPopulation& result);

struct ProjectionHardware {
    std::optional<int> weight_exponent, weight_bits;
    std::optional<SignMode> sign_mode;  // not given: by what occurs among the weights
};
// Throws ConfigError naming projection and key.
ProjectionHardware projection_hardware(const Projection& projection);
// Throws ConfigError at `where` if weights have a sign that `mode` has not, or are no hardware
// integers, as `exact` says.
void check_sign_mode(SignMode mode, const WeightStatistics& weights, bool exact,
                     const std::string& where);

}  // namespace cortile
