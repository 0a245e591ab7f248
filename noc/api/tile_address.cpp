// SPDX-License-Identifier: Apache-2.0
#include "noc/api/tile_address.h"

#include <fmt/format.h>

namespace cortile {

TileAddress address_of(const Topology& topology, TileId tile) {
    return {topology.chip_x(tile), topology.chip_y(tile),
            topology.x(tile) % topology.chip_tiles_x(), topology.y(tile) % topology.chip_tiles_y()};
}

TileId tile_at(const Topology& topology, const TileAddress& address) {
    return topology.tile(address.chip_x * topology.chip_tiles_x() + address.x,
                         address.chip_y * topology.chip_tiles_y() + address.y);
}

std::string tile_text(const Topology& topology, TileId tile) {
    const TileAddress at = address_of(topology, tile);
    return topology.chips() == 1
               ? fmt::format("({}, {})", at.x, at.y)
               : fmt::format("({}, {}, {}, {})", at.chip_x, at.chip_y, at.x, at.y);
}

}  // namespace cortile
