// SPDX-License-Identifier: Apache-2.0
// The list of a regression: which tests, on which datapaths, with which targets
// (docs/rtl.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/config/parameters.h"

namespace cortile::regress {

enum class StimulusKind {
    directed,  // every field at its corners, one after another
    random,    // biased towards corners, from a seed
    recorded,  // operations of a file
};
const char* to_string(StimulusKind kind);

inline constexpr std::uint64_t kAllOperations = UINT64_MAX;

struct TestDescription {
    std::string name;
    StimulusKind stimulus = StimulusKind::random;
    std::uint32_t iterations = 1;        // with a seed each
    std::uint64_t operations = 0;        // in each iteration, at most
    double stalls = 0;                   // probability that a response must wait, each cycle
    std::optional<std::uint64_t> seed;   // of the first iteration, others count up; none: reseed
    std::filesystem::path recording;     // of `recorded`: .csv
    std::vector<std::string> datapaths;  // names; empty: all of the list
    std::chrono::milliseconds time_limit{0};
    bool coverage = true;  // does it take part where coverage has targets?
    std::string where;     // in the list, for messages

    bool runs_on(const std::string& datapath) const;
};

// Percent that must be covered, of each datapath; 0: no target.
struct CoverageTargets {
    double line = 0, toggle = 0, functional = 0;
    bool any() const { return line > 0 || toggle > 0 || functional > 0; }
};

struct RegressionList {
    std::filesystem::path file;
    std::vector<std::filesystem::path> datapaths;  // folders, absolute
    std::vector<TestDescription> tests;            // as the file has them
    CoverageTargets coverage;
};

// Descriptors of a list with these tests, for documentation too.
ParameterSchema regression_schema(const std::vector<std::string>& tests);

// `assignments`: of --set, "tests.random.iterations=100". Throws ConfigError.
RegressionList load_regression_list(const std::filesystem::path& file,
                                    const std::vector<std::string>& assignments = {});

// Are the names of datapaths that tests ask for among `names`, those of the list's folders, and all
// different? Throws ConfigError.
void check_datapath_names(const RegressionList& list, const std::vector<std::string>& names);

}  // namespace cortile::regress
