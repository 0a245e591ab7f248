// SPDX-License-Identifier: Apache-2.0
// What a given division of the populations takes of each core, and which packets go between the
// pieces: every row of every projection is generated once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "workload/mapping/resources.h"

namespace cortile {

// Packets from one piece, or one input population, to a piece when every source neuron spikes once.
struct PieceTraffic {
    std::uint32_t from = 0;  // piece; or pieces.size() + ordinal among input populations
    std::uint32_t to = 0;
    std::uint32_t packets = 0;
};

struct Measurement {
    std::vector<PieceUse> pieces;
    std::vector<PieceTraffic> traffic;  // ascending in from, to; each pair once
    // Per population and neuron. Empty for inputs.
    std::vector<std::vector<std::uint32_t>> output_axons;
    std::vector<std::uint32_t> max_delay;  // per projection
};

// `pieces` cover each population that is no input, ascending in (population, begin). `order` as in
// Mapping.
Measurement measure(const QuantizedNetwork& network, const CoreLimits& limits,
                    std::span<const Piece> pieces,
                    const std::vector<std::vector<std::uint32_t>>& order);

}  // namespace cortile
