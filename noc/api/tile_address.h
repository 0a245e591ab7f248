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

TileAddress address_of(const Topology& topology, TileId tile);
// The tile at an address that is on the board.
TileId tile_at(const Topology& topology, const TileAddress& address);
std::string tile_text(const Topology& topology, TileId tile);

}  // namespace cortile
