// SPDX-License-Identifier: Apache-2.0
// Neurons that are not cuba_lif, resets at intervals: what registers make of a population.
#pragma once

#include "workload/quantize/quantized_network.h"

namespace cortile {

// Largest magnitude that a packet of the population carries.
std::int32_t largest_value(const Population& source);

// After apply_hardware_values(): parameters of ternary and of sigma-delta neurons, whether they
// send values. Throws ConfigError naming the population for registers that do not go together.
void set_neuron_kind(const Population& population, QuantizedPopulation& result);

}  // namespace cortile
