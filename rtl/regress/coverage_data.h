// SPDX-License-Identifier: Apache-2.0
// What Verilator counts with --coverage, as it writes it to coverage.dat (format
// "SystemC::Coverage-3": a line C 'KEYS' COUNT per point, each key as \x01 NAME \x02 VALUE; read
// off files of Verilator 5.006).
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace cortile::regress {

enum class CoverageType {
    line,        // statements and branches
    toggle,      // bits of signals
    functional,  // cover properties
};
inline constexpr CoverageType kCoverageTypes[] = {CoverageType::line, CoverageType::toggle,
                                                  CoverageType::functional};
const char* to_string(CoverageType type);

// One thing to cover. Instances of a module, and its variants with other parameters, share their
// points: a point is a place in the source.
struct CoveragePoint {
    std::string file;  // as Verilator was given it
    unsigned line = 0, column = 0;
    CoverageType type = CoverageType::line;
    std::string name;  // "if", "else", "block"; a signal's bit; a cover property

    auto operator<=>(const CoveragePoint&) const = default;
};

// How often each point was seen, over any number of runs.
struct CoverageData {
    std::map<CoveragePoint, std::uint64_t> counts;

    void merge(const CoverageData& other);
};

// Throws ConfigError with file and line for what is not such a text.
CoverageData parse_coverage(std::string_view text, const std::string& name);
CoverageData read_coverage(const std::filesystem::path& file);

}  // namespace cortile::regress
