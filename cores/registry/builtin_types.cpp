// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cores/loihi/loihi_type.h"
#include "cores/registry/core_type.h"
#include "hw_model/base/error.h"

namespace cortile {

std::span<const CoreType* const> core_types() {
    static const LoihiType loihi;
    static const std::array<const CoreType*, 1> types{&loihi};
    return types;
}

const CoreType& core_type(const std::string& name, const std::string& where) {
    std::string known;
    for (const CoreType* type : core_types()) {
        if (type->name() == name) {
            return *type;
        }
        known += (known.empty() ? "" : ", ") + type->name();
    }
    throw ConfigError(where, "there is no core type '" + name + "'", "known types: " + known);
}

}  // namespace cortile
