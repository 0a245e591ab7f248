// SPDX-License-Identifier: Apache-2.0
// What a run is, in lines of text: two runs whose lines are equal give the same results.
#pragma once

#include <string>
#include <vector>

#include "hw_model/config/parameters.h"

namespace cortile {

// "key: value" for every parameter. Of a file that is read, in place of where it lies: its name,
// size and checksum. Threads do not count; results do not depend on them.
std::vector<std::string> run_identity(const Parameters& parameters);

// The first line in which they differ, in words: "core.learning.seed: 1, not core.learning.seed: 2"
// of `saved` and `present`; empty: they are equal.
std::string difference(const std::vector<std::string>& saved,
                       const std::vector<std::string>& present);

}  // namespace cortile
