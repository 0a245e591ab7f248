// SPDX-License-Identifier: Apache-2.0
// Linear nodes as connectivity.
#pragma once

#include <memory>
#include <vector>

#include "workload/nir/node.h"

namespace cortile::nir {

// What a linear node does to its input: y = A x, delayed, + bias.
struct LinearMap {
    std::shared_ptr<const Connectivity> connectivity;  // null: identity
    std::vector<double> bias;                          // per output, row-major; empty: none
};

// `node` with inferred shapes. `time_step` in seconds rounds the delays of a Delay node.
LinearMap make_linear_map(const Node& node, double time_step, Diagnostics& diagnostics);

}  // namespace cortile::nir
