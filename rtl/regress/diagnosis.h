// SPDX-License-Identifier: Apache-2.0
// A closer look at a run that failed: again with waveforms, then the search for a minimal case.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "rtl/regress/lockstep_run.h"

namespace cortile::regress {

inline constexpr const char* kWaveFile = "wave.fst";
inline constexpr const char* kMinimalFile = "minimal.csv";

struct Diagnosis {
    std::string wave;     // what the waveform shows; empty: there is none
    std::string minimal;  // the minimal case, in words; empty: there is none
    std::string replay;   // the arguments of `cortile cosim` that repeat it
};

struct DiagnosisRequest {
    const DatapathDescription* datapath = nullptr;
    std::shared_ptr<const DatapathLibrary> plain, traced;
    const TestDescription* test = nullptr;
    std::uint64_t seed = 0;
    std::uint64_t failed_operation = 0;  // where it failed before
    std::filesystem::path folder;        // to make; for kWaveFile and kMinimalFile
    std::filesystem::path shown_folder;  // the same as the user will know it
    std::filesystem::path report;        // file to write
};

// Writes the report after each step, so that what was found is not lost if the next one dies.
// Returns the exit code of its process.
int diagnose(const DiagnosisRequest& request);

// Empty where there is no report.
Diagnosis read_diagnosis(const std::filesystem::path& report);

}  // namespace cortile::regress
