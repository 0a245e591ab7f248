// SPDX-License-Identifier: Apache-2.0
// Hardware integers that a network brings along ("loihi/du", ...): names, ranges, checks.
#pragma once

#include <optional>

#include "workload/quantize/quantized_network.h"

namespace cortile {

// Is the population given in hardware integers, so that its weights are too?
bool is_in_hardware_units(const Population& population);

// Puts the population's hardware values over the derived ones. Throws ConfigError naming population
// and key: unknown keys, wrong count, fractions, values out of range.
void apply_hardware_values(const Population& population, QuantizedPopulation& result);

struct ProjectionHardware {
    std::optional<int> weight_exponent, weight_bits;
};
// Throws ConfigError naming projection and key.
ProjectionHardware projection_hardware(const Projection& projection);

}  // namespace cortile
