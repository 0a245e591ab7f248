// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/core_groups.h"

#include <algorithm>

namespace cortile {

namespace {

// What the core uses with one more piece. The index width follows from all neurons on it, so the
// bits of every piece are taken anew.
CoreUse with_piece(const CoreGroup& group, const Division& division, std::uint32_t added) {
    const PieceUse& piece = division.measurement.pieces[added];
    CoreUse use = group.use;
    use.neurons += division.pieces[added].size();
    use.input_axons += piece.input_axons;
    use.output_axons += piece.output_axons;
    use.synapses += piece.synapses;
    use.stored_synapses += piece.stored_synapses;
    use.fan_in = std::max(use.fan_in, piece.fan_in);
    const std::size_t width = index_class(use.neurons);
    use.synapse_bits = piece.synapse_bits[width];
    for (const std::uint32_t other : group.pieces) {
        use.synapse_bits += division.measurement.pieces[other].synapse_bits[width];
    }
    return use;
}

bool holds(const CoreGroup& group, const Division& division, PopulationId population) {
    return std::any_of(group.pieces.begin(), group.pieces.end(), [&](std::uint32_t piece) {
        return division.pieces[piece].population == population;
    });
}

}  // namespace

std::vector<CoreGroup> group_pieces(const Division& division, const CoreLimits& limits,
                                    bool share_cores) {
    std::vector<CoreGroup> groups;
    for (std::uint32_t i = 0; i < division.pieces.size(); ++i) {
        const Piece& piece = division.pieces[i];
        CoreGroup* room = nullptr;
        for (std::size_t g = 0; share_cores && room == nullptr && g < groups.size(); ++g) {
            Resource shortage{};
            if (groups[g].use.neurons + piece.size() <= limits.neurons &&
                !holds(groups[g], division, piece.population) &&
                !exceeds(with_piece(groups[g], division, i), limits, shortage)) {
                room = &groups[g];
            }
        }
        if (room == nullptr) {
            room = &groups.emplace_back();
        }
        const CoreUse use = with_piece(*room, division, i);
        room->offsets.push_back(room->use.neurons);
        room->pieces.push_back(i);
        room->use = use;
    }
    return groups;
}

}  // namespace cortile
