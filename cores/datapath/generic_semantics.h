// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cores/datapath/semantics.h"

namespace cortile {

// Semantics that belong to no core type: for anybody's RTL.
std::vector<const DatapathSemantics*> generic_semantics();

}  // namespace cortile
