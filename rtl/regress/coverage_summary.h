// SPDX-License-Identifier: Apache-2.0
// How much is covered, and what is not.
//
// Not counted, as it says nothing about the design:
//   - lines and toggles between `ifdef CORTILE_ASSERTIONS and its `else or `endif: code that only
//     watches. Cover properties there count: they are the functional coverage;
//   - toggles of signals whose name begins with unused_, and of their bits and members;
//   - points that a waiver names.
// A waived point that is covered all the same counts as covered.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rtl/regress/coverage_data.h"
#include "rtl/regress/coverage_waivers.h"
#include "rtl/regress/regression_list.h"

namespace cortile::regress {

struct CoverageCount {
    std::uint64_t covered = 0;
    std::uint64_t points = 0;  // that count
    std::uint64_t waived = 0, excluded = 0;

    // Share of the points in percent; nothing where there are none.
    std::optional<double> percent() const;
    bool reaches(double target_percent) const;
    // "98.73 %", never 100.00 with a point missing; "-" without points.
    std::string text() const;
};

// A point that counts and was not seen. Bits of one signal, on one line, are one entry.
struct UncoveredPoint {
    CoverageType type = CoverageType::line;
    std::string file;
    unsigned line = 0;
    std::string name;  // "retire_order[31:20]", "v[3], v[7:5]"
    std::uint64_t points = 1;
    std::string source;  // text of the line, without spaces around it; empty if not readable
};

struct CoverageSummary {
    std::array<CoverageCount, 3> counts;    // by CoverageType
    std::vector<UncoveredPoint> uncovered;  // by file, line, type
    std::vector<std::string> idle_waivers;  // that waive nothing which is not covered

    const CoverageCount& count(CoverageType type) const {
        return counts[static_cast<std::size_t>(type)];
    }
};

// The lines of a source file; nothing if it cannot be read.
using SourceReader = std::function<std::optional<std::vector<std::string>>(const std::string&)>;
SourceReader read_sources_from_disk();

// Which lines (from 1) are compiled only with CORTILE_ASSERTIONS.
std::vector<bool> assertion_lines(const std::vector<std::string>& lines);

CoverageSummary summarise_coverage(const CoverageData& data,
                                   const std::vector<CoverageWaiver>& waivers,
                                   const SourceReader& sources);

// Targets that are missed: "toggle 83.20 % of 1,200 points, the target is 90 %".
std::vector<std::string> missed_targets(const CoverageSummary& summary,
                                        const CoverageTargets& targets);

}  // namespace cortile::regress
