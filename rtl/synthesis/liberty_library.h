// SPDX-License-Identifier: Apache-2.0
// What a simulation of gates and a bill of their energy need of a Liberty file: functions, pin
// capacitances, internal energies, leakage, area. Delays stay with the timing analyser. All in SI
// units; areas in the file's own unit, which Liberty does not name.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rtl/synthesis/cell_function.h"
#include "rtl/synthesis/energy_table.h"

namespace cortile {

struct InternalEnergy {
    std::optional<unsigned> related;  // the input pin that causes it; none: whatever does
    std::optional<CellFunction> when;
    std::optional<EnergyTable> rise, fall;  // of the pin that has it
};

struct LibertyPin {
    std::string name;
    bool output = false;
    bool clock = false;
    double capacitance = 0;                // F
    std::optional<CellFunction> function;  // of an output
    std::vector<InternalEnergy> internal;
};

// State of a flip-flop or a latch. Functions are of the cell's inputs.
struct LibertyState {
    bool latch = false;
    CellFunction clock;  // a rise loads a flip-flop; a latch is open while it is 1
    CellFunction data;
    std::optional<CellFunction> clear, preset;
};

struct LibertyCell {
    std::string name;
    double area = 0;
    double leakage = 0;  // W
    std::vector<LibertyPin> pins;
    // Arguments of the functions: the input pins in the order of `pins`, then, of cells with state,
    // the state and its complement.
    std::vector<unsigned> inputs;
    std::optional<LibertyState> state;
    // Why it cannot be simulated (three-state, no function, …); empty: it can.
    std::string unusable;

    std::optional<unsigned> pin(const std::string& pin_name) const;
};

struct LibertyLibrary {
    std::string name;        // of the group library
    std::string date;        // attribute, "" if the file has none
    std::string revision;    // attribute, "" if the file has none
    std::string corner;      // operating conditions that hold by default: "typical"
    std::string process;     // its number
    double voltage = 0;      // V
    double temperature = 0;  // °C
    std::map<std::string, LibertyCell> cells;

    // ConfigError for a cell that the library does not have.
    const LibertyCell& cell(const std::string& cell_name) const;
};

// Throws ConfigError for a file that cannot be read, or is no Liberty library with a voltage.
LibertyLibrary read_liberty_library(const std::filesystem::path& file);
LibertyLibrary liberty_library_from_text(const std::string& text, const std::string& name);

}  // namespace cortile
