// SPDX-License-Identifier: Apache-2.0
#pragma once

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
// of links.
//
// Looks at every pair of tiles: for meshes of some hundred tiles.
std::string dependency_cycle(const RoutingPolicy& routing, const Topology& topology,
                             unsigned virtual_channels);

// A packet of some pair of tiles that the policy leads over the edge of the mesh, in a circle, or
// leaves without a way; empty: there is none. Tiles in `silent` neither send nor receive.
std::string lost_packet(const RoutingPolicy& routing, const Topology& topology,
                        const std::set<std::uint32_t>& silent = {});

}  // namespace cortile
