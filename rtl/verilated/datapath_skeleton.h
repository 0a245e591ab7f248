// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl/verilated/module_survey.h"

namespace cortile {

// A first datapath.yaml for a module: clock, reset, ports and fields as their names and edges
// suggest, equations left to write. Guesses are marked with ???. `sources`: as the file is to name
// them.
std::string datapath_skeleton(const ModuleSurvey& survey, const std::vector<std::string>& sources,
                              bool verilog);

}  // namespace cortile
