// SPDX-License-Identifier: Apache-2.0
// All that a regression found; what its reports are written from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rtl/regress/coverage_summary.h"
#include "rtl/regress/failure_buckets.h"
#include "rtl/regress/regression_list.h"
#include "rtl/regress/run_name.h"

namespace cortile::regress {

enum class Verdict {
    passed,
    failed,     // a mismatch: what a regression is for
    crashed,    // the process died
    timed_out,  // the process was killed
    broken,     // the run could not be done: a file, a recording, a library that does not build
};
const char* to_string(Verdict verdict);

// A file that tells more, relative to the result folder.
struct Artefact {
    std::string what;  // "minimal case"
    std::filesystem::path file;
};

struct RunOutcome {
    RunName name;
    Verdict verdict = Verdict::passed;
    bool failed_before = false;
    std::uint64_t operations = 0;  // that were checked
    double seconds = 0;            // of real time
    std::string message;           // of what did not pass; the first line says it all
    std::string bucket;            // normalised message
    std::string replay;            // command that repeats just this run
    std::string minimal_replay;    // command that shows the same with few operations; or empty
    std::vector<Artefact> files;
    std::string log;  // the end of what the run printed, for what was not a mismatch
};

struct DatapathOutcome {
    std::string name;
    std::optional<CoverageSummary> coverage;  // of the runs that passed
    std::vector<std::string> missed;          // targets
};

struct TestOutcome {
    std::string name;
    std::string description;  // "random, 10,000 operations, stalls 30 %"
};

struct RegressionResult {
    std::string list;              // as the user named it
    std::string command;           // as typed
    std::filesystem::path folder;  // of the results, as the user knows it
    std::vector<TestOutcome> tests;
    std::vector<DatapathOutcome> datapaths;
    std::vector<RunOutcome> runs;  // in the order of the plan
    CoverageTargets targets;
    std::vector<std::string> notes;  // in whole sentences

    std::size_t passed() const;
    bool good() const;  // all runs passed, no target is missed
    std::uint64_t operations() const;
    // Of each datapath on its own; the message begins with its name.
    std::vector<FailureBucket> buckets() const;
};

// "random, 10,000 operations, stalls 30 %".
std::string describe(const TestDescription& test);

}  // namespace cortile::regress
