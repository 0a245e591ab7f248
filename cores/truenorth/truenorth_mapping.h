// SPDX-License-Identifier: Apache-2.0
// Where neurons sit when every neuron has a single outgoing axon, and what is then loaded.
#pragma once

#include "cores/api/core_limits.h"
#include "noc/api/topology.h"
#include "workload/compile/compile.h"
#include "workload/mapping/mapping.h"

namespace cortile {

// Populations are cut into runs of their index order, one a core. A neuron whose targets need
// several axons (on several cores, with several delays, or of several types) gets a copy for each
// further one, on its own core: copies have the same synapses and so the same spikes. Runs are cut
// in smaller ones until each fits into its core with all copies and all axons.
//
// Throws ConfigError naming population, need and limit, and the nearest change: a neuron with more
// inputs than a core has axons, more copies than a core holds neurons, copies of neurons that draw
// random numbers, more cores than there are.
Mapping map_for_truenorth(const QuantizedNetwork& network, const Topology& topology,
                          const CoreLimits& limits, const MappingOptions& options);

ChipProgram compile_for_truenorth(const QuantizedNetwork& network, const Mapping& mapping,
                                  const NeuronPlaces& places, const Topology& topology);

}  // namespace cortile
