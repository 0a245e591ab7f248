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
    };
    std::string title, subtitle;
    std::string unit;  // "flits/cycle"
    std::uint32_t width = 1, height = 1;
    std::vector<Link> links;
};

// North is up. Links over the edge, of a torus, are half as long. The busiest link has a black
// edge; each link has its load as a tool tip.
std::string to_svg(const MeshPicture& picture);

}  // namespace cortile::report
