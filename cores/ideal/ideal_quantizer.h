// SPDX-License-Identifier: Apache-2.0
// From a network to what a core of type ideal is loaded with. Nothing is quantised but the grid of
// the synaptic sums, which is far finer than single-precision weights.
#pragma once

#include "cores/ideal/ideal_dynamics.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

struct IdealOptions {
    IdealDynamics dynamics = IdealDynamics::euler;
    bool reset_is_given = false;  // network.reset is not `file`
};

// Throws ConfigError for weights that are not finite, time constants and thresholds that cannot be
// computed with, and delays beyond the synapse format.
QuantizedNetwork prepare_for_ideal(const Network& network, const IdealOptions& options);

}  // namespace cortile
