// SPDX-License-Identifier: Apache-2.0
// RTL to a netlist of library cells, by yosys.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl/synthesis/liberty_library.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile {

struct CellMappingOptions {
    std::filesystem::path liberty;
    std::filesystem::path folder;  // where files are written; exists
    double period = 0;             // s, that sizes of cells are chosen for; 0: none
};

// Files in CellMappingOptions::folder.
struct MappedNetlist {
    std::filesystem::path verilog;     // netlist.v: module `top` with scalar nets
    std::filesystem::path json;        // the same, for netlist_from_json()
    std::filesystem::path cells;       // cells.v: what the cells of the library do, for simulators
    std::vector<std::string> dropped;  // ports of the RTL that the netlist does not have
};

// The netlist has the ports of the RTL but those of the retire channel, which is for checkers:
// logic that feeds nothing else goes with them. Throws ConfigError with yosys's messages.
MappedNetlist map_to_cells(const DatapathDescription& description, const LibertyLibrary& library,
                           const CellMappingOptions& options);

// A description of the netlist: the same but for what it dropped.
DatapathDescription description_of(const DatapathDescription& description,
                                   const MappedNetlist& netlist);

// The library's smallest inverter or buffer, and its smallest flip-flop on a rising edge without
// set or reset. ConfigError for a library that lacks them.
const LibertyCell& smallest_driver(const LibertyLibrary& library);
const LibertyCell& smallest_flip_flop(const LibertyLibrary& library);

}  // namespace cortile
