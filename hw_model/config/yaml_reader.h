// SPDX-License-Identifier: Apache-2.0
// YAML text -> leaves with their places. A strict subset: one document, mappings of keys down to
// scalars, lists of scalars and lists of rows. Anchors, aliases, merge keys and tags are errors, as
// are a key given twice, tabs in the indentation, and bytes that are not UTF-8.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "hw_model/config/config_entry.h"

namespace cortile {

struct YamlLeaves {
    std::map<std::string, ConfigEntry> entries;   // "noc.hop_x.value" -> leaf
    std::map<std::string, std::string> sections;  // "noc" -> where its mapping starts
};

struct YamlOrigin {
    std::string name;                 // for places: "exp.yaml" gives "exp.yaml:12"
    bool with_lines = true;           // false: every place is `name` alone
    std::filesystem::path directory;  // relative paths start here
};

// An empty text, or one of comments only, has no leaves. Throws ConfigError with file and line.
YamlLeaves read_yaml(const std::string& text, const YamlOrigin& origin);

}  // namespace cortile
