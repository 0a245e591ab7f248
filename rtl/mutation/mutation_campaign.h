// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "rtl/mutation/mutation_result.h"

namespace cortile {

struct MutationOptions {
    std::uint32_t mutants = 1000;
    std::uint64_t seed = 1;        // of the choice of mutants
    unsigned proof_seconds = 20;   // of each search for a proof; 0: none is tried
    unsigned threads = 1;          // results do not depend on it
    std::filesystem::path folder;  // for what yosys writes
    // Told what is going on, a line at a time; may be empty.
    std::function<void(const std::string&)> progress = {};
};

// Mutates a datapath and lets the stimuli look for the mutants. Those that none of them shows are
// tried by SAT. Throws ConfigError, also where the tools for proofs are missing and proofs are
// asked for; DatapathMismatch if the datapath itself does not pass.
MutationResult measure_mutation_score(const DatapathDescription& description,
                                      const std::vector<MutationStimulus>& stimuli,
                                      const MutationOptions& options);

}  // namespace cortile
