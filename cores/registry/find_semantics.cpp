// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cores/datapath/generic_semantics.h"
#include "cores/registry/core_type.h"
#include "hw_model/base/error.h"

namespace cortile {

std::vector<const DatapathSemantics*> datapath_semantics() {
    std::vector<const DatapathSemantics*> all = generic_semantics();
    for (const auto& type : core_types()) {
        const auto own = type->semantics();
        all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end(),
              [](const auto* a, const auto* b) { return a->name() < b->name(); });
    return all;
}

const DatapathSemantics& find_semantics(const std::string& name, const std::string& where) {
    std::string known;
    for (const DatapathSemantics* semantics : datapath_semantics()) {
        if (semantics->name() == name) {
            return *semantics;
        }
        known += (known.empty() ? "" : ", ") + semantics->name();
    }
    throw ConfigError(where, "there are no semantics '" + name + "'", "known: " + known);
}

}  // namespace cortile
