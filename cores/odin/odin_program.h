// SPDX-License-Identifier: Apache-2.0
// A whole network on one crossbar: which source spikes through which row, and what is loaded.
#pragma once

#include "workload/compile/compile.h"
#include "workload/mapping/mapping.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

// All populations side by side on `core`. Every source (input or neuron) takes a row for its
// excitatory synapses and one for its inhibitory ones, since a row has one sign. Throws ConfigError
// naming need and limit when neurons or rows do not fit, or when several cores are asked for.
Mapping map_onto_crossbar(const QuantizedNetwork& network, const CoreLimits& limits,
                          const MappingOptions& options, CoreId core = CoreId{0u});

// Sources send one packet per row.
ChipProgram compile_for_crossbar(const QuantizedNetwork& network, const Mapping& mapping,
                                 const NeuronPlaces& places, const Topology& topology);

}  // namespace cortile
