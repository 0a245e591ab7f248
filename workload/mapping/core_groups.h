// SPDX-License-Identifier: Apache-2.0
// Puts pieces together that share a core.
#pragma once

#include <vector>

#include "workload/mapping/partition.h"

namespace cortile {

struct CoreGroup {
    std::vector<std::uint32_t> pieces;   // into Division::pieces
    std::vector<std::uint32_t> offsets;  // local index of each piece's first neuron
    CoreUse use;                         // `core` not set yet
};

// One piece a group, or first fit in network order if `share_cores`; two pieces of one population
// never share. Groups are in the order of their first pieces.
std::vector<CoreGroup> group_pieces(const Division& division, const CoreLimits& limits,
                                    bool share_cores);

}  // namespace cortile
