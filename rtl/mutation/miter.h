// SPDX-License-Identifier: Apache-2.0
// A datapath and its mutants side by side, with an output that says whether what they show differs:
// the question for a solver.
//
// Compared is what lockstep can see, from the end of the first reset on: the handshake always, the
// response where response_valid is 1, the retire channel where retire_valid is 1. Other outputs are
// compared always, unless datapath.yaml does not name them: those nobody looks at. A response that
// does not announce itself is compared always, which is more than lockstep does.
// Registers start at 0, as in a simulation of two states. A reset of so many clocks as
// datapath.yaml says comes first, and may come again at any time. Inputs are free.
#pragma once

#include <map>
#include <string>

#include "rtl/verilated/harness.h"

namespace cortile {

inline constexpr const char* kMiterModule = "cortile_miter";
// Its inputs that are not the datapath's: the mutant's number, and whether operands keep to what
// the contract lets be asked.
inline constexpr const char* kMiterMutant = "cortile_mutant";
inline constexpr const char* kMiterWithin = "within_contract";
// Before the name of each input of the datapath: the raw value, not yet brought into its range.
inline constexpr const char* kMiterInput = "in_";

// Are there values that operands have bits for, but may not take?
bool limits_operands(const DatapathContract& contract);

// In Verilog. `ports`: of the top module; the one with mutants has an input kMutantPort of
// `select_width` bits too.
std::string write_miter(const DatapathDescription& description,
                        const std::map<std::string, RtlPort>& ports, unsigned select_width);

}  // namespace cortile
