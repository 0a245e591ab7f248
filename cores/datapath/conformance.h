// SPDX-License-Identifier: Apache-2.0
// One suite for whatever implements a datapath: the reference itself, RTL of ours, RTL of anybody
// (docs/contracts/neuron_datapath.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cores/datapath/operations.h"
#include "cores/datapath/semantics.h"

namespace cortile {

// How operations may follow one another.
struct DatapathUse {
    bool chained = false;  // the implementation keeps the state: operations continue from it
    // The contract with what the implementation can be asked for.
    DatapathContract contract;
    bool has_reset = true;
};

struct ConformanceCheck {
    std::string name;      // "directed", "corners.spike_enable", "random"
    std::string question;  // what it asks
    std::uint64_t operations = 0;
    // Lowest and highest value of each word of the reference's results.
    std::vector<std::pair<std::int64_t, std::int64_t>> seen = {};
    std::optional<Disagreement> failure;
    Operations replay;  // of a failure: the operations up to it, from power-on
    // Of one that the same operations do not show from power-on, but after these and a reset.
    Operations before = {};
};

struct ConformanceOptions {
    std::uint64_t seed = 1;
    std::uint64_t random_operations = 20000;
    std::function<void(NeuronDatapath&, std::uint64_t seed)> stall;  // where it can be stalled
    // Makes the implementation as it is at power-on. Without it each check starts from a reset.
    std::function<void(NeuronDatapath&)> power_on = {};
    StimulusWatch* watch = nullptr;  // sees all operations
};

// Runs `implementation` against the reference of `semantics`. Each check starts from power-on.
std::vector<ConformanceCheck> run_conformance(const DatapathSemantics& semantics,
                                              NeuronDatapath& reference,
                                              NeuronDatapath& implementation,
                                              const DatapathUse& use,
                                              const ConformanceOptions& options);

}  // namespace cortile
