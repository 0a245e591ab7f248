// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rtl/synthesis/gate_simulation.h"

namespace cortile {

// The activity as SAIF 2.0 (backward), for other power tools: of each net the time at 0 and 1, the
// toggles and, of these, the glitches. Nets stand at the top; each driving pin stands once more
// within its cell, where tools that annotate pins look for it.
std::string to_saif(const GateNetlist& netlist, const GateActivity& activity,
                    const std::string& program);

}  // namespace cortile
