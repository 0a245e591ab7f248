// SPDX-License-Identifier: Apache-2.0
// Routing by a table, for ways that no policy of ours takes.
#pragma once

#include <filesystem>
#include <memory>

#include "noc/api/topology.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

// The table is a text file of lines
//
//     x,y,destination_x,destination_y,direction,virtual_channels
//     0,0,3,2,east,all
//     0,0,3,2,north,0-1
//
// the first of which names the columns: at tile (x, y) a packet for tile (destination_x,
// destination_y) may go on in `direction` (east, west, north, south) on `virtual_channels`: all, a
// number, or a range. Several lines for the same two tiles give it a choice: it takes the direction
// with the most credits. Lines that begin with # are comments. Tiles whose packets never meet need
// no line; whether packets of all others arrive, and cannot wait for each other in a circle, is for
// check_routing() to find out.
//
// Throws ConfigError with file and line for what is no such table: directions over the edge of the
// mesh, virtual channels that are not there, the same direction twice, more than 1,024 tiles.
std::unique_ptr<RoutingPolicy> make_table_routing(const std::filesystem::path& file,
                                                  const Topology& topology,
                                                  unsigned virtual_channels);

}  // namespace cortile
