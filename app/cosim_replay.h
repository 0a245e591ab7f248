// SPDX-License-Identifier: Apache-2.0
// Runs chosen operations on RTL and its reference, and says what to type to run them again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "cores/datapath/operations.h"
#include "rtl/verilated/verilated_datapath.h"

namespace cortile {

// What is run from power-on: `operations`, or those of `before`, a reset, and then they.
struct ReplayCase {
    Operations operations;
    Operations before = {};
};

struct Replay {
    Operations operations;                    // up to the one that differs
    std::vector<std::int64_t> expected, got;  // of the last operation
    std::optional<Disagreement> failure;
};

Replay replay(const DatapathDescription& d, NeuronDatapath& reference, VerilatedDatapath& rtl,
              ReplayCase what);

// The few last operations, if they fail by themselves; else all of them.
Replay shortest_replay(const DatapathDescription& d, NeuronDatapath& reference,
                       VerilatedDatapath& rtl, const Operations& operations);

// "cortile cosim …": with the operations, if they are few; else with a file of them, which is
// written to --out, or among the system's temporary files.
std::string replay_line(const CosimArguments& arguments, const DatapathDescription& d,
                        const ReplayCase& what);

}  // namespace cortile
