// SPDX-License-Identifier: Apache-2.0
// What OpenSTA is asked about a netlist, and its answers.
#pragma once

#include <optional>
#include <string>

#include "rtl/synthesis/gate_energy.h"

namespace cortile {

struct TimingQuestion {
    std::string liberty, netlist, top;  // files and module
    std::string clock;                  // port; empty: a module without a clock
    double period = 0;                  // s
    // Flip-flop and its output pin that drive each input.
    std::string driver, driver_pin;
    double clock_slew = 0;     // s
    std::string answers, sdf;  // files that the script writes
};

// A Tcl script for OpenSTA 2.0.17 and later.
std::string timing_script(const TimingQuestion& question);

struct TimingAnswers {
    double slack = 0;         // s, of the slowest path at the period that was asked
    double least_period = 0;  // s, that all paths meet
    std::string start, end;   // of the slowest path: pins or ports
    GateSlews slews;
};

// The file `answers`. Throws ConfigError at `where` for what is none.
TimingAnswers parse_timing_answers(const std::string& text, const std::string& where);

}  // namespace cortile
