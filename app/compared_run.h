// SPDX-License-Identifier: Apache-2.0
// One run of a comparison, in a child process.
#pragma once

#include <filesystem>
#include <string>

#include "app/compare_plan.h"
#include "hw_model/base/child_process.h"
#include "hw_model/report/comparison.h"

namespace cortile {

struct ComparedRunOptions {
    unsigned threads = 1;
    std::string command;            // for summary.json
    std::filesystem::path results;  // the run's result folder goes below it
    std::filesystem::path scratch;  // a private folder, for what the child has to say
};

// Reads what the experiment names; throws ConfigError if that cannot be used.
void check_workload(const PlannedRun& planned, const ComparedRunOptions& options,
                    ChildRunner& children);

// Runs it and writes results / planned.folder; a chip that cannot run the network is part of the
// answer. Throws ConfigError for a mistake in the experiment and for results that cannot be
// written.
report::ComparedRun run_compared(const PlannedRun& planned, const ComparedRunOptions& options,
                                 ChildRunner& children);

}  // namespace cortile
