// SPDX-License-Identifier: Apache-2.0
// Points that need not be covered, each with its reason.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl/regress/coverage_data.h"

namespace cortile::regress {

struct CoverageWaiver {
    std::string name;
    CoverageType type = CoverageType::line;
    std::string file;    // pattern: the file's name, without folders
    std::string point;   // pattern: the point's name
    std::string source;  // pattern: the text of its line, without spaces around it
    std::string reason;
    std::string where;  // for messages

    bool covers(const CoveragePoint& point_to_waive, const std::string& source_line) const;
};

// A YAML file:
//   order_counter:
//     type: toggle
//     file: datapath_pipeline.sv
//     point: retire_order[*]
//     reason: 2^32 operations are longer than any regression
// Without file, point or source any of them will do. A waiver without type or reason, or for
// everything, is a ConfigError, as is an unknown key. No file: no waivers.
std::vector<CoverageWaiver> read_coverage_waivers(const std::filesystem::path& file);

}  // namespace cortile::regress
