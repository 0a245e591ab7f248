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
    // The rest of a run that failed.
    std::uint64_t failed_operation = 0;
    std::string message, bucket;  // empty: it passed
    bool broken = false;          // it could not be done; `message` says why
    // Of a minimal case, if there is one: what of `cortile cosim` repeats it, and what it is.
    std::string minimal_arguments, minimal_text;
};

struct RunRequest {
    const DatapathDescription* datapath = nullptr;
    std::shared_ptr<const DatapathLibrary> library;
    const TestDescription* test = nullptr;
    std::uint64_t seed = 0;
    std::filesystem::path report;        // file to write
    std::filesystem::path coverage;      // file to write; empty: none
    std::filesystem::path failure;       // folder to make if it fails, for minimal.csv
    std::filesystem::path failure_name;  // that folder as the user will know it
};

// Runs the test and writes its report: before the search for a minimal case, and again after it, so
// that what was found is not lost if that dies. Returns the exit code of its process.
int run_and_report(const RunRequest& request);

struct WaveRequest {
    const DatapathDescription* datapath = nullptr;
    std::shared_ptr<const DatapathLibrary> library;  // built for waveforms
    const TestDescription* test = nullptr;
    std::uint64_t seed = 0;
    std::uint64_t failed_operation = 0;  // where it failed before
    std::filesystem::path wave;          // file to write
    std::filesystem::path description;   // file to write: one line that says what the wave shows
};

// Runs the test again and writes the waveform around its failure. Returns the exit code of its
// process: not 0 if it did not fail.
int write_wave(const WaveRequest& request);

// Nothing if there is no whole report.
std::optional<RunReport> read_run_report(const std::filesystem::path& file);

}  // namespace cortile::regress
