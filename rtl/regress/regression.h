// SPDX-License-Identifier: Apache-2.0
// Runs a plan: builds what it needs, runs every test in a process of its own, looks closer at what
// failed, and sums up. Results depend on the plan alone, not on how many processes there are, but
// for the times.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "hw_model/base/child_process.h"
#include "rtl/regress/plan.h"
#include "rtl/regress/regression_result.h"
#include "rtl/verilated/datapath_description.h"

namespace cortile::regress {

struct RegressionOptions {
    unsigned parallel = 1;
    std::filesystem::path scratch;  // an empty folder
    std::filesystem::path results;  // failures/… is made in it; as the user knows it: shown_results
    std::filesystem::path shown_results;
    std::string repeat;     // "cortile regress LIST …"; the name of a run goes behind " --only "
    bool coverage = false;  // also without targets
    bool check_targets = true;
    bool diagnose = true;  // look closer at the first runs of each bucket
    // How far it is, in one of its stages; and each run as it ends, in whatever order that is.
    std::function<void(const std::string& stage, std::size_t done, std::size_t total)> progress;
    std::function<void(const RunOutcome&)> on_end;
};

// `datapaths`: of the list, in its order. Throws Interrupted.
RegressionResult run_regression(const RegressionList& list,
                                const std::vector<DatapathDescription>& datapaths,
                                const std::vector<PlannedRun>& plan,
                                const RegressionOptions& options, ChildRunner& children);

// Where the files of a run that failed are, below the result folder.
std::filesystem::path failure_folder(const RunName& name);

// A path as one would type it here: relative if it lies below the current folder.
std::string shown_path(const std::filesystem::path& path);

}  // namespace cortile::regress
