// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "workload/quantize/quantized_network.h"

namespace cortile {

// All that a quantised network has of the float one as it stands: names, sizes, shapes, who
// projects to whom, inputs, outputs, depth. Scales, bounds and parameters are the quantiser's.
// Throws ConfigError for a projection that leads to an input.
QuantizedNetwork outline(const Network& network);

// Scales all weights into population `id` of outline(network) so that the largest of them is
// +-max_weight, reports what that costs, and returns the scale: stored units per unit of weight.
double fill_weights(const Network& network, std::size_t id, std::int32_t max_weight,
                    QuantizedNetwork& result);

}  // namespace cortile
