// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "noc/api/topology.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

// Can packets wait for each other in a circle? Follows every packet that any core may send over
// every link and virtual channel that the policy allows, and looks for a cycle among the channels:
// a channel depends on those that a packet which holds it may ask for next (Dally, Seitz:
// "Deadlock- free message routing in multiprocessor interconnection networks", IEEE Trans.
// Computers C-36(5), 1987). Empty: there is no cycle, hence no deadlock. Else the cycle, as a chain
// of links. Tiles in `silent` neither send nor receive.
//
// Takes the packets to one destination together, unless the policy looks at where they come from:
// 60 ms for XY on 32 x 32 tiles. With sources it looks at every pair of tiles: for some hundred of
// them.
std::string dependency_cycle(const RoutingPolicy& routing, const Topology& topology,
                             unsigned virtual_channels, const std::set<std::uint32_t>& silent = {});

// A packet that does not arrive.
struct LostPacket {
    std::string problem;    // "a packet from (0, 0) to (2, 1) has no way on from (1, 0)"
    RouteQuery at;          // where that shows
    bool is_stuck = false;  // it has no way on; else it leaves the mesh, or goes round in a circle
};

// A packet of some pair of tiles that the policy leads over the edge of the mesh, in a circle, or
// leaves without a way. Tiles in `silent` neither send nor receive. Of policies that look at where
// packets come from, pairs for which `is_safe(source, destination)` are not followed.
std::optional<LostPacket> find_lost_packet(
    const RoutingPolicy& routing, const Topology& topology,
    const std::set<std::uint32_t>& silent = {},
    const std::function<bool(TileId source, TileId destination)>& is_safe = {});
// Its problem; empty: there is none.
std::string lost_packet(const RoutingPolicy& routing, const Topology& topology,
                        const std::set<std::uint32_t>& silent = {});

}  // namespace cortile
