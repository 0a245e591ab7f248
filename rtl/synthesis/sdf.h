// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rtl/synthesis/gate_simulation.h"

namespace cortile {

// The IOPATH delays of an SDF file (IEEE 1497) for a flat netlist; checks and interconnect are left
// out. Of min:typ:max the last that is given; where conditions tell several, the longest. Throws
// ConfigError, at "name:line", for what is no SDF.
GateDelays parse_sdf(const std::string& text, const std::string& name);

}  // namespace cortile
