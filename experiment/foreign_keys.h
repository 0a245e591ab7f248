// SPDX-License-Identifier: Apache-2.0
// Keys under `core.` that a core type does not have and another one does.
#pragma once

#include <string>
#include <vector>

#include "cores/registry/core_type.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// Takes them from `experiment`; returns their names, sorted.
std::vector<std::string> drop_foreign_keys(ConfigTree& experiment, const CoreType& type);
// Throws ConfigError for the first of them, naming the types that have it; for a key of a section,
// as core.learning, the types that have the section.
void refuse_foreign_keys(const ConfigTree& tree, const CoreType& type);

}  // namespace cortile
