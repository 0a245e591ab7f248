// SPDX-License-Identifier: Apache-2.0
// Divides the populations of a network into pieces that fit on a core each.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "workload/mapping/measure.h"

namespace cortile {

struct Division {
    std::vector<Piece> pieces;                      // ascending in (population, begin)
    std::vector<std::vector<std::uint32_t>> order;  // as Mapping::order
    // Per population, as Runs::grains; empty where the runs are not to be moved.
    std::vector<std::vector<std::uint32_t>> grains;
    Measurement measurement;
    std::vector<std::string> notes;
};

// `cores` is the number that the chip has. Throws ConfigError as map_network.
Division divide(const QuantizedNetwork& network, const CoreLimits& limits, std::uint32_t cores,
                const MappingOptions& options);

}  // namespace cortile
