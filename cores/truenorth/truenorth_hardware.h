// SPDX-License-Identifier: Apache-2.0
// Hardware integers that a network brings along ("truenorth/leak", ...): names, ranges, checks.
#pragma once

#include <optional>

#include "workload/quantize/quantized_network.h"

namespace cortile::truenorth {

// Is the population given in hardware integers, so that its weights are too?
bool is_in_hardware_units(const Population& population);

// Every parameter of a neuron with the value 0 (threshold 1).
void set_default_parameters(QuantizedPopulation& result);

// Puts the population's hardware values over what is there. Throws ConfigError naming population
// and key: unknown keys, wrong count, fractions, values out of range.
void apply_hardware_values(const Population& population, QuantizedPopulation& result);
// Does it state weights of axon types?
bool gives_weights(const Population& population);

struct ProjectionHardware {
    std::optional<std::int32_t> axon_type, delay;
};
// Throws ConfigError naming projection and key.
ProjectionHardware projection_hardware(const Projection& projection);

// Is R one that the chip's code for it, a sign and an exponent, can express: +-(2^k - 1)?
bool is_reset_voltage(std::int64_t value);
// The nearest such value.
std::int32_t nearest_reset_voltage(double value);

}  // namespace cortile::truenorth
