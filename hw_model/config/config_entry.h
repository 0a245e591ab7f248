// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cortile {

// One element of a YAML sequence: a scalar, or a row of scalars.
struct ConfigItem {
    bool is_row = false;
    std::string text;
    std::vector<std::string> row;
    std::string where;
};

// One leaf of a configuration, before any schema has said what it should be.
struct ConfigEntry {
    enum class Kind {
        empty,  // a key without a value
        scalar,
        sequence,
    };
    Kind kind = Kind::empty;
    std::string text;                 // scalar
    std::vector<ConfigItem> items;    // sequence
    std::string where;                // "file.yaml:12", "preset loihi:7", "--set"
    std::filesystem::path directory;  // relative paths in the value start here
    std::size_t layer = 0;            // 0 is the lowest; entries of one file share a layer
    bool from_command_line = false;
};

}  // namespace cortile
