// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/yosys_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "hw_model/base/error.h"
#include "rtl/yosys/yosys.h"
#include "rtl/yosys/yosys_sources.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Outputs of the retire channel that are nothing else too.
std::vector<std::string> checkers_ports(const DatapathDescription& d) {
    std::set<std::string> kept{d.request_ready.port, d.response_valid.port, d.response_tag};
    std::set<std::string> retire{d.retire_valid, d.retire_order, d.retire_tag};
    for (const auto& [unused, pins] : d.pins) {
        for (const Pin& pin : pins.out) {
            kept.insert(pin.port);
        }
        for (const auto* some : {&pins.retire, &pins.retire_before}) {
            for (const Pin& pin : *some) {
                retire.insert(pin.port);
            }
        }
    }
    std::vector<std::string> result;
    std::copy_if(retire.begin(), retire.end(), std::back_inserter(result),
                 [&](const std::string& port) { return !port.empty() && !kept.contains(port); });
    return result;
}

// yosys is given plain names in the folder where it runs: no path then needs quotes.
void link(const fs::path& target, const fs::path& name) {
    std::error_code error;
    fs::remove(name, error);
    fs::create_symlink(fs::absolute(target), name, error);
    if (error) {
        throw ConfigError(name.string(), "cannot be made: " + error.message(),
                          "--out names another folder");
    }
}

std::set<std::string> cell_types(const fs::path& netlist, const std::string& top) {
    std::set<std::string> types;
    try {
        const json root = json::parse(std::ifstream(netlist, std::ios::binary));
        for (const auto& [unused, cell] : root.at("modules").at(top).at("cells").items()) {
            types.insert(cell.at("type").get<std::string>());
        }
    } catch (const json::exception& error) {
        throw ConfigError(netlist.string(),
                          fmt::format("not a netlist of yosys: {}", error.what()));
    }
    return types;
}

}  // namespace

const LibertyCell& smallest_driver(const LibertyLibrary& library) {
    const LibertyCell* best = nullptr;
    for (const auto& [unused, cell] : library.cells) {
        if (cell.unusable.empty() && !cell.state && cell.inputs.size() == 1 &&
            cell.pins.size() == 2 && cell.area > 0 && (best == nullptr || cell.area < best->area)) {
            best = &cell;
        }
    }
    if (best == nullptr) {
        throw ConfigError(library.name, "has no inverter", "name a library of standard cells");
    }
    return *best;
}

const LibertyCell& smallest_flip_flop(const LibertyLibrary& library) {
    const LibertyCell* best = nullptr;
    for (const auto& [unused, cell] : library.cells) {
        // Its clock rises with the pin.
        const bool plain = cell.unusable.empty() && cell.state && !cell.state->latch &&
                           !cell.state->clear && !cell.state->preset && cell.inputs.size() == 2 &&
                           !cell.state->clock(0) && cell.state->clock(3);
        if (plain && (best == nullptr || cell.area < best->area)) {
            best = &cell;
        }
    }
    if (best == nullptr) {
        throw ConfigError(library.name, "has no plain flip-flop",
                          "name a library of standard cells");
    }
    return *best;
}

MappedNetlist map_to_cells(const DatapathDescription& d, const LibertyLibrary& library,
                           const CellMappingOptions& options) {
    const fs::path& folder = options.folder;
    MappedNetlist result{folder / "netlist.v", folder / "netlist.json", folder / "cells.v",
                         checkers_ports(d)};
    link(options.liberty, folder / "library.lib");
    // With a constraint file ABC buffers large fan-outs and chooses sizes; without, one gate may
    // drive hundreds, with transitions far outside of the library's tables.
    std::ofstream(folder / "constraints", std::ios::binary)
        << "set_driving_cell " << smallest_driver(library).name << "\nset_load 0.0\n";
    const YosysSources sources(d, folder);
    std::string script = sources.read_commands() + sources.elaborate_commands();
    for (const std::string& port : result.dropped) {
        script += fmt::format("delete -output {}/{}\n", d.top, port);
    }
    script += fmt::format("synth -flatten -top {}\ndfflibmap -liberty library.lib\n", d.top);
    script += "abc -liberty library.lib -constr constraints";
    if (options.period > 0) {
        script += fmt::format(" -D {:.0f}", options.period * 1e12);
    }
    // Plain names, which every tool reads alike. Scalar nets, for a toggle belongs to one bit.
    script +=
        "\nsetundef -zero\nopt_clean -purge\nsplitnets\nrename -hide w:* c:*\nopt_clean -purge\n"
        "rename -enumerate -pattern n% w:*\nrename -enumerate -pattern c% c:*\n"
        "stat -liberty library.lib\nwrite_verilog -noattr -noexpr -nodec netlist.v\n"
        "write_json netlist.json\n";
    run_yosys(script, folder, "map", d.file.string());

    std::set<std::string> used = cell_types(result.json, d.top);
    std::erase_if(used, [&](const std::string& cell) { return !library.cells.contains(cell); });
    run_yosys(fmt::format("read_liberty -ignore_miss_func library.lib\nselect {}\n"
                          "write_verilog -noattr -selected cells.v\n",
                          used.empty() ? "-none" : fmt::format("{}", fmt::join(used, " "))),
              folder, "cells", options.liberty.string());
    return result;
}

DatapathDescription description_of(const DatapathDescription& description,
                                   const MappedNetlist& netlist) {
    DatapathDescription result = description;
    if (!netlist.dropped.empty()) {
        result.retire_valid.clear();
        result.retire_order.clear();
        result.retire_tag.clear();
        for (auto& [unused, pins] : result.pins) {
            pins.retire.clear();
            pins.retire_before.clear();
        }
    }
    return result;
}

}  // namespace cortile
