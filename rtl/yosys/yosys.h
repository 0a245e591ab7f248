// SPDX-License-Identifier: Apache-2.0
// yosys, where it is installed.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "rtl/verilated/rtl_port.h"

namespace cortile {

// One line that names what is missing; empty: nothing is.
std::string missing_yosys();

// Runs a script in `folder`, which keeps it as <name>.ys and all that yosys says as <name>.log.
// Returns what it prints in spite of -q: warnings, and output of `tee` without a file. Throws
// ConfigError at `where`: yosys is missing, or its first error, in which a file that is a link in
// `folder` (YosysSources) has the name of what it links to.
std::string run_yosys(const std::string& script, const std::filesystem::path& folder,
                      const std::string& name, const std::string& where);

// The output of its command `portlist`: "input [9:0] req_tag" a line. Throws ConfigError at
// `where` if there is no port.
std::map<std::string, RtlPort> parse_port_list(const std::string& list, const std::string& where);

}  // namespace cortile
