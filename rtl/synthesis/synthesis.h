// SPDX-License-Identifier: Apache-2.0
// From RTL to what an operation costs: cells, delays, a check of the netlist against the reference,
// the toggles of a workload, and the energy of these.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "rtl/synthesis/gate_energy.h"
#include "rtl/synthesis/timing_analysis.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile {

inline constexpr const char* kDefaultLiberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

// One line that names what is missing (yosys, OpenSTA, Verilator, a compiler); empty: nothing is.
std::string missing_synthesis_tools();

struct SynthesisOptions {
    std::filesystem::path liberty = kDefaultLiberty;
    std::filesystem::path folder;  // exists; all files go there
    // Recorded operations (CSV) whose toggles count; empty: random ones.
    std::filesystem::path operations;
    std::size_t activity_operations = 4000;  // at most so many of them, spread over the recording
    std::uint64_t check_operations = 20000;  // random ones, of the netlist against the reference
    std::uint64_t seed = 1;
    double clock_slew = 0.1e-9;                             // s
    std::function<void(const std::string&)> progress = {};  // what is being done
};

// What some operations cost.
struct ActivityResult {
    std::string which;   // "all", "active = 1"
    std::string output;  // that they were chosen by, and its value; empty: all
    std::int64_t value = 0;
    std::uint64_t operations = 0, clocks = 0;
    std::uint64_t toggles = 0, functional_toggles = 0;  // of all nets
    GateEnergy energy;                                  // of all operations together

    double per_operation(double joules) const { return joules / static_cast<double>(operations); }
};

struct SynthesisResult {
    std::string datapath, semantics;
    std::string library, library_file, library_version, corner, process;
    double voltage = 0, temperature = 0;  // V, °C
    std::string yosys, sta;               // versions

    double area = 0;     // library units
    double leakage = 0;  // W
    std::map<std::string, std::uint32_t> cells;
    std::uint32_t cell_count = 0, states = 0;
    std::size_t nets = 0;
    std::vector<std::string> dropped_ports;

    double wanted_period = 0;  // s, of datapath.yaml; 0: it states none
    double least_period = 0;   // s, that all paths meet
    double period = 0;         // s, that was used: the wanted one if all paths meet it
    std::string slowest_start, slowest_end;

    std::uint64_t checked_operations = 0;
    bool recorded = false;  // else random
    std::string recording;  // file name
    std::uint64_t recorded_operations = 0;
    std::vector<ActivityResult> activities;  // the first: all
    std::vector<CostKey> cost_keys;

    bool meets_clock() const { return wanted_period == 0 || period == wanted_period; }
    // The activity of operations with this value of this output; all, where there is none.
    const ActivityResult& activity_of(const CostKey& key) const;
};

// Writes the netlist (netlist.v, cells.v), activity.saif, timing.tcl and the tools' logs to
// `options.folder`. Throws ConfigError for missing tools and what they refuse, DatapathMismatch
// where the netlist does not compute what the reference does.
SynthesisResult synthesize(const DatapathDescription& description, const SynthesisOptions& options);

}  // namespace cortile
