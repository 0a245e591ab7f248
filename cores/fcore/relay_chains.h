// SPDX-License-Identifier: Apache-2.0
// Multicast by relay: a neuron's routing entry names one core. From there the packet goes on to the
// next core that needs it, and so on.
#pragma once

#include "workload/compile/compile.h"

namespace cortile {

// Leaves each neuron its first destination and hands the others to the cores on the way
// (CoreProgram::relays). Chains go to the nearest core that is left, the lowest address first among
// equally near ones. The host sends copies and keeps all its destinations.
void make_relay_chains(ChipProgram& program, const Topology& topology);

}  // namespace cortile
