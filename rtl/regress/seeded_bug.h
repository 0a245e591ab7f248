// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "rtl/verilated/datapath_description.h"

namespace cortile::regress {

// Copies the datapath's folder into `scratch`, an empty folder, and puts the bug into the copy;
// returns the copy. What the datapath takes from folders around its own is found from there as
// before: up to three levels up, links stand for the neighbours. Throws ConfigError if the text to
// replace does not occur in its file just once.
std::filesystem::path copy_with_bug(const DatapathDescription& datapath, const SeededBug& bug,
                                    const std::filesystem::path& scratch);

}  // namespace cortile::regress
