// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "hw_model/base/ids.h"

namespace cortile {

// W x H mesh of tiles, several cores a tile. Tile (x, y) has id y * width + x; core c of tile t has
// id t * cores_per_tile + c. x grows to the east, y to the north.
// External ports (where the host injects spikes) are extra packet sources with ids after the last
// core, each attached to a tile.
struct Topology {
    std::uint32_t width = 1, height = 1, cores_per_tile = 1;
    std::vector<TileId> external_ports;

    std::uint32_t tiles() const { return width * height; }
    std::uint32_t cores() const { return tiles() * cores_per_tile; }
    std::uint32_t sources() const {
        return cores() + static_cast<std::uint32_t>(external_ports.size());
    }
    std::uint32_t x(TileId t) const { return t.value % width; }
    std::uint32_t y(TileId t) const { return t.value / width; }
    TileId tile(std::uint32_t tile_x, std::uint32_t tile_y) const {
        return TileId{tile_y * width + tile_x};
    }
    TileId tile_of_core(CoreId c) const { return TileId{c.value / cores_per_tile}; }
    TileId tile_of_source(std::uint32_t source) const {
        return source < cores() ? TileId{source / cores_per_tile}
                                : external_ports[source - cores()];
    }
    std::uint32_t hops_x(TileId a, TileId b) const { return distance(x(a), x(b)); }
    std::uint32_t hops_y(TileId a, TileId b) const { return distance(y(a), y(b)); }
    std::uint32_t hops(TileId a, TileId b) const { return hops_x(a, b) + hops_y(a, b); }

  private:
    static std::uint32_t distance(std::uint32_t a, std::uint32_t b) {
        return a < b ? b - a : a - b;
    }
};

}  // namespace cortile
