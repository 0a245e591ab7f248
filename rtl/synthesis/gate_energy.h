// SPDX-License-Identifier: Apache-2.0
// The energy of what a netlist did: counts times the Liberty file's energies.
//
//   internal   of each transition of a pin, from the table of the path that caused it, at the
//              transition time of the causing pin and the load of the output
//   switching  C V^2 / 2 for each toggle of a net, C being the input pins on it; wires have no
//              capacitance before layout
//   leakage    of all cells, at all times
//
// Nets that come from outside (the operands, the clock) are charged here too, for someone has to:
// what other tools report of a netlist leaves them to whoever drives them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "rtl/synthesis/gate_simulation.h"

namespace cortile {

// Transition times of a pin, s.
struct PinSlews {
    double rise = 0, fall = 0;
};
// Key: cell and pin by name.
using GateSlews = std::map<std::pair<std::string, std::string>, PinSlews>;

// Joules, of all that was counted. The parts do not overlap; their sum is total().
struct GateEnergy {
    double clock_internal = 0;      // at clock pins
    double clock_switching = 0;     // nets that reach clock pins
    double register_internal = 0;   // flip-flops and latches, but for their clock pins
    double register_switching = 0;  // nets that they drive
    double logic_internal = 0;      // all other cells
    double logic_switching = 0;     // nets that they drive
    double input_switching = 0;     // nets that come from outside, but for clocks
    double glitch_switching = 0;    // the part of all `…_switching` that glitches caused
    double leakage_watts = 0;

    double internal() const { return clock_internal + register_internal + logic_internal; }
    double switching() const {
        return clock_switching + register_switching + logic_switching + input_switching;
    }
    double total() const { return internal() + switching(); }  // dynamic, J
};

// `loads`: F by net. A pin without slews counts with those of an ideal edge, 0 s.
GateEnergy gate_energy(const GateNetlist& netlist, const GateActivity& activity,
                       const std::vector<double>& loads, const GateSlews& slews, double voltage);

}  // namespace cortile
