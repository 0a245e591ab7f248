// SPDX-License-Identifier: Apache-2.0
// Parameters that core types with rows of synapses and the six CoreEvents share (SpikingCore): a
// type's schema begins with these and adds its own.
#pragma once

#include "cores/api/core_limits.h"
#include "cores/blocks/spiking_core.h"
#include "hw_model/config/parameters.h"
#include "hw_model/energy/ledger.h"

namespace cortile {

// core.neurons, input_axons, output_axons, synapse_memory.
ParameterSchema standard_limits_schema();
CoreLimits standard_limits(const Parameters& parameters);

// core.timing.<event> and core.energy.<event> of each CoreEvent, cited.
ParameterSchema standard_events_schema();
CoreTiming standard_timing(const Parameters& parameters);
std::vector<EnergyEvent> standard_energy_events(const Parameters& parameters);

// Both schemas, with what a type adds between them.
ParameterSchema standard_schema(const ParameterSchema& added = {});

}  // namespace cortile
