// SPDX-License-Identifier: Apache-2.0
// What a run of a test, in a process of its own, tells the process that started it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "rtl/regress/lockstep_run.h"

namespace cortile::regress {

struct RunReport {
    std::uint64_t operations = 0;  // that agreed
    std::string message, bucket;   // of a run that failed; empty: it passed
    std::uint64_t failed_operation = 0;
    bool broken = false;  // it could not be done; `message` says why
};

struct RunRequest {
    const DatapathDescription* datapath = nullptr;
    std::shared_ptr<const DatapathLibrary> library;
    const TestDescription* test = nullptr;
    std::uint64_t seed = 0;
    std::filesystem::path report;    // file to write
    std::filesystem::path coverage;  // file to write; empty: none
};

// Runs the test and writes its report. Returns the exit code of its process.
int run_and_report(const RunRequest& request);

// Nothing if there is no whole report.
std::optional<RunReport> read_run_report(const std::filesystem::path& file);

}  // namespace cortile::regress
