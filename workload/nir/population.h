// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "workload/nir/nir.h"
#include "workload/nir/node.h"

namespace cortile::nir {

// The population of a neuron node with inferred shape.
Population make_population(const Node& node, const NirOptions& options, Diagnostics& diagnostics);

// One value where all are equal.
PerNeuron compressed(std::vector<double> values);

}  // namespace cortile::nir
