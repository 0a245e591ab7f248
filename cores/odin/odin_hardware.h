// SPDX-License-Identifier: Apache-2.0
// Register contents that a network brings along ("odin/thr", "odin/leak_str", "odin/bias").
#pragma once

#include "workload/quantize/quantized_network.h"

namespace cortile {

// Largest bias, in units of the membrane per timestep: 255 virtual events of the largest weight.
inline constexpr std::int32_t kOdinMaxBias = 255 * 7;

// Is the population given in hardware integers, so that its weights are too?
bool is_in_odin_units(const Population& population);

// Puts the population's hardware values over the derived ones. Throws ConfigError naming population
// and key: unknown keys, wrong count, fractions, values out of range.
void apply_odin_values(const Population& population, QuantizedPopulation& result);

}  // namespace cortile
