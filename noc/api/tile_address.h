// SPDX-License-Identifier: Apache-2.0
// How users see tiles: "(3, 2)" on one chip; on a board "(1, 0, 3, 2)", the chip's place on the
// board and the tile's on the chip.
#pragma once

#include <cstdint>
#include <string>

#include "noc/api/topology.h"

namespace cortile {

struct TileAddress {
    std::uint32_t chip_x = 0, chip_y = 0;
    std::uint32_t x = 0, y = 0;  // on the chip

    bool operator==(const TileAddress&) const = default;
};

inline TileAddress address_of(const Topology& topology, TileId tile) {
    return {topology.chip_x(tile), topology.chip_y(tile),
            topology.x(tile) % topology.chip_tiles_x(), topology.y(tile) % topology.chip_tiles_y()};
}

// The tile at an address that is on the board.
inline TileId tile_at(const Topology& topology, const TileAddress& address) {
    return topology.tile(address.chip_x * topology.chip_tiles_x() + address.x,
                         address.chip_y * topology.chip_tiles_y() + address.y);
}

inline std::string tile_text(const Topology& topology, TileId tile) {
    const TileAddress at = address_of(topology, tile);
    const std::string place = std::to_string(at.x) + ", " + std::to_string(at.y) + ")";
    return topology.chips() == 1
               ? "(" + place
               : "(" + std::to_string(at.chip_x) + ", " + std::to_string(at.chip_y) + ", " + place;
}

}  // namespace cortile
