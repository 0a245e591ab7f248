// SPDX-License-Identifier: Apache-2.0
// From a network in floating point to the integers of ODIN's neurons (odin_neurons.h). Method and
// conventions: docs/reference/odin.md.
#pragma once

#include "workload/quantize/quantized_network.h"

namespace cortile {

// Every population gets the parameters "thr" (1..255), "leak_str" (0..127), "bias" (units of the
// membrane per timestep) and "onset" (timestep from which the bias acts); weights are -7..7.
// `exponential`: decay factors exp(-dt / tau) instead of 1 - dt / tau.
//
// Population::hardware["odin/thr" | "odin/leak_str" | "odin/bias"] wins over the derived value.
// With "odin/thr" the population is in hardware integers: weights into it are integers and used as
// they are.
//
// Throws ConfigError naming population or projection, with the nearest change that ODIN could
// compute: neurons other than IF, LIF and Threshold, resets other than to 0, potentials that do not
// rest at 0, delays, inputs that a current drives, two projections between the same populations.
QuantizedNetwork quantize_for_odin(const Network& network, bool exponential);

}  // namespace cortile
