// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "workload/network/network.h"

namespace cortile {

// Puts the weights of `file` (learned.h5, docs/reference/results.md) in place of those of the
// projections that it names. Throws ConfigError with file and dataset: projections that the network
// does not have, has with other sizes, or has with delays, which such a file does not hold.
void load_learned_weights(const std::filesystem::path& file, Network& network);

}  // namespace cortile
