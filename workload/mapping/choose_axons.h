// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/mapping/mapping.h"

namespace cortile {

// Gives projections of `network` population axons (QuantizedProjection::axon_atoms) as
// `options.axons` says; Axons::automatic: the convolutions into populations that then need fewer
// cores, if the whole network does. Nothing where the core type has none. Throws ConfigError if
// population axons are asked for and it has none.
void choose_axons(QuantizedNetwork& network, const CoreLimits& limits,
                  const MappingOptions& options);

}  // namespace cortile
