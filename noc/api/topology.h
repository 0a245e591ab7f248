// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "hw_model/base/ids.h"

namespace cortile {

// W x H mesh of tiles, or torus, several cores a tile. Tile (x, y) has id y * width + x; core c of
// tile t has id t * cores_per_tile + c. x grows to the east, y to the north. External ports (where
// the host injects spikes) are extra packet sources with ids after the last core, each attached to
// a tile.
//
// A board of chips is one mesh, too: tile and core ids run over all of it. Its links from one chip
// to the next are different: all those that leave a chip on the same side share one channel to the
// chip there, behind the link (NocTiming, CycleAccurateTiming). Chip (x, y) of the board has index
// y * chip_columns() + x.
struct Topology {
    std::uint32_t width = 1, height = 1, cores_per_tile = 1;
    std::vector<TileId> external_ports;
    bool torus = false;  // links join the ends of each row and column, too
    // Tiles of each chip along x and y, which divide width and height; 0: the mesh is one chip.
    std::uint32_t chip_width = 0, chip_height = 0;
    // Ascending. They keep their ids, but hold no neurons, send nothing and are sent nothing.
    std::vector<CoreId> dead_cores = {};

    std::uint32_t tiles() const { return width * height; }
    std::uint32_t cores() const { return tiles() * cores_per_tile; }
    std::uint32_t working_cores() const {
        return cores() - static_cast<std::uint32_t>(dead_cores.size());
    }
    bool works(CoreId c) const {
        return !std::binary_search(dead_cores.begin(), dead_cores.end(), c);
    }
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
    // Links between two columns, or two rows.
    std::uint32_t distance_x(std::uint32_t a, std::uint32_t b) const {
        return distance(a, b, width);
    }
    std::uint32_t distance_y(std::uint32_t a, std::uint32_t b) const {
        return distance(a, b, height);
    }
    std::uint32_t hops_x(TileId a, TileId b) const { return distance_x(x(a), x(b)); }
    std::uint32_t hops_y(TileId a, TileId b) const { return distance_y(y(a), y(b)); }
    std::uint32_t hops(TileId a, TileId b) const { return hops_x(a, b) + hops_y(a, b); }

    std::uint32_t chip_tiles_x() const { return chip_width == 0 ? width : chip_width; }
    std::uint32_t chip_tiles_y() const { return chip_height == 0 ? height : chip_height; }
    std::uint32_t chip_columns() const { return width / chip_tiles_x(); }
    std::uint32_t chip_rows() const { return height / chip_tiles_y(); }
    std::uint32_t chips() const { return chip_columns() * chip_rows(); }
    std::uint32_t chip_x(TileId t) const { return x(t) / chip_tiles_x(); }
    std::uint32_t chip_y(TileId t) const { return y(t) / chip_tiles_y(); }
    std::uint32_t chip(TileId t) const { return chip_y(t) * chip_columns() + chip_x(t); }
    // Channels between chips that a packet on a shortest way passes. Of a board that is no torus.
    std::uint32_t crossings_x(TileId a, TileId b) const {
        return chip_x(a) < chip_x(b) ? chip_x(b) - chip_x(a) : chip_x(a) - chip_x(b);
    }
    std::uint32_t crossings_y(TileId a, TileId b) const {
        return chip_y(a) < chip_y(b) ? chip_y(b) - chip_y(a) : chip_y(a) - chip_y(b);
    }
    std::uint32_t crossings(TileId a, TileId b) const {
        return crossings_x(a, b) + crossings_y(a, b);
    }
    // Does the link out of a tile lead to another chip?
    bool leaves_chip(TileId t, unsigned direction) const {
        const std::optional<TileId> next = neighbour(t, direction);
        return next && chip(*next) != chip(t);
    }

    // The four directions out of a tile.
    static constexpr unsigned kEast = 0, kWest = 1, kNorth = 2, kSouth = 3;
    static constexpr unsigned opposite(unsigned direction) { return direction ^ 1; }
    std::optional<TileId> neighbour(TileId t, unsigned direction) const {
        const std::uint32_t at_x = x(t), at_y = y(t);
        switch (direction) {
            case kEast:
                return at(at_x + 1, at_y, at_x + 1 == width, 0, at_y);
            case kWest:
                return at(at_x - 1, at_y, at_x == 0, width - 1, at_y);
            case kNorth:
                return at(at_x, at_y + 1, at_y + 1 == height, at_x, 0);
            default:
                return at(at_x, at_y - 1, at_y == 0, at_x, height - 1);
        }
    }

  private:
    std::uint32_t distance(std::uint32_t a, std::uint32_t b, std::uint32_t size) const {
        const std::uint32_t direct = a < b ? b - a : a - b;
        return torus && size - direct < direct ? size - direct : direct;
    }
    std::optional<TileId> at(std::uint32_t to_x, std::uint32_t to_y, bool over_the_edge,
                             std::uint32_t wrapped_x, std::uint32_t wrapped_y) const {
        if (!over_the_edge) {
            return tile(to_x, to_y);
        }
        return torus ? std::optional(tile(wrapped_x, wrapped_y)) : std::nullopt;
    }
};

}  // namespace cortile
