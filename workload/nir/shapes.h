// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/nir/node.h"

namespace cortile::nir {

// Gives every node of `graph` that has an edge its input and output shape, and checks each edge.
// Where a file contradicts itself in a way that has one likely reading (docs/reference/nir.md,
// "Repaired with a warning"), that reading is taken as a guess.
void infer_shapes(Graph& graph, Diagnostics& diagnostics);

}  // namespace cortile::nir
