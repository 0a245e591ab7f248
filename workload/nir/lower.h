// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/nir/nir.h"
#include "workload/nir/node.h"

namespace cortile::nir {

// The network of a graph with inferred shapes: neuron nodes and Inputs become populations, each
// path of linear nodes between two of them one projection. `warnings` stays empty.
Network lower(const Graph& graph, const NirOptions& options, Diagnostics& diagnostics);

}  // namespace cortile::nir
