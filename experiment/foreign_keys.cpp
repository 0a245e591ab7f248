// SPDX-License-Identifier: Apache-2.0
#include "experiment/foreign_keys.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

using Owners = std::map<std::string, std::set<std::string>>;  // names of core types, by path

bool is_within(const std::string& path, const std::string& section) {
    return path == section || path.starts_with(section + ".");
}

// `type` has the key, or is finer where others have one key.
bool knows(const ParameterSchema& own, const std::string& path) {
    return std::any_of(own.begin(), own.end(),
                       [&](const ParameterDescriptor& mine) { return is_within(mine.path, path); });
}

Owners foreign_keys(const CoreType& type) {
    const ParameterSchema own = type.schema();
    Owners owners;
    for (const auto& other : core_types()) {
        for (const ParameterDescriptor& key : other->schema()) {
            if (key.path.starts_with("core.") && !knows(own, key.path)) {
                owners[key.path].insert(other->name());
            }
        }
    }
    return owners;
}

// "core.learning" of "core.learning.dw", if the type has nothing in it.
Owners foreign_sections(const Owners& keys, const CoreType& type) {
    const ParameterSchema own = type.schema();
    Owners sections;
    for (const auto& [path, types] : keys) {
        for (auto dot = path.rfind('.'); path.find('.') < dot; dot = path.rfind('.', dot - 1)) {
            if (!knows(own, path.substr(0, dot))) {
                sections[path.substr(0, dot)].insert(types.begin(), types.end());
            }
        }
    }
    return sections;
}

void refuse_any(const Owners& owners, const ConfigTree& tree, const CoreType& type) {
    for (const auto& [path, types] : owners) {
        if (const auto place = tree.place_of(path)) {
            const std::string names = fmt::format("{}", fmt::join(types, " or "));
            throw ConfigError(fmt::format("{}: {}", *place, path),
                              fmt::format("core type {} has no such key", type.name()),
                              fmt::format("core type {} has it: choose a chip with such cores, or "
                                          "remove the key",
                                          names));
        }
    }
}

}  // namespace

std::vector<std::string> drop_foreign_keys(ConfigTree& experiment, const CoreType& type) {
    std::vector<std::string> dropped;
    for (const auto& [path, types] : foreign_keys(type)) {
        if (experiment.drop(path)) {
            dropped.push_back(path);
        }
    }
    return dropped;
}

void refuse_foreign_keys(const ConfigTree& tree, const CoreType& type) {
    const Owners keys = foreign_keys(type);
    refuse_any(keys, tree, type);
    refuse_any(foreign_sections(keys, type), tree, type);
}

}  // namespace cortile
