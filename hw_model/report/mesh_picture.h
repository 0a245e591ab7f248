// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortile::report {

// How busy the links of a mesh are, as colours.
struct MeshPicture {
    struct Link {
        std::uint32_t tile_x = 0, tile_y = 0;  // the router that it leaves
        std::string direction;                 // east, west, north, south, or local
        double load = 0;                       // of local: the busiest of the tile's cores
        bool is_channel = false;               // of the chip of that router, to the next chip
    };
    std::string title, subtitle;
    std::string unit;  // "flits/cycle"
    std::uint32_t width = 1, height = 1;
    std::uint32_t chip_width = 0, chip_height = 0;  // tiles of a chip; 0: all
    std::vector<Link> links;
};

// North is up. Links over the edge, of a torus, are half as long. A legend says what the shapes
// are. The busiest link has a black edge; each link has its load as a tool tip. Channels between
// chips are bars along the border, each on the side of the chip that it leaves.
std::string to_svg(const MeshPicture& picture);

}  // namespace cortile::report
