// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a network of routers, found before it is built.
#pragma once

#include <memory>
#include <string>

#include "noc/api/noc_engine.h"
#include "noc/routing/faults.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

// The routing of such a network, around its faults. Throws ConfigError (at the key that it is
// about: noc.buffer_flits, noc.virtual_channels, noc.routing, noc.dead_links, …) for routers that
// cannot be built (no buffers, too many virtual channels), faults that are not in the mesh or cut
// off a tile, a policy that leaves some packet without a way, and one whose packets can wait for
// each other in a circle with so many virtual channels. The last two are searched for where the
// policy is not proven (RoutingPolicy::is_proven): in 0.1 s for 32 x 32 tiles.
std::unique_ptr<RoutingPolicy> check_routing(const Topology& topology,
                                             const CycleAccurateTiming& timing);

// The search alone, of any policy.
void check_routing(const RoutingPolicy& routing, const Topology& topology, const NocFaults& faults,
                   unsigned virtual_channels);

// For levels without routers, which take XY ways on a mesh: refuses the faults that these meet.
// `level`: "approximately_timed", …
void check_xy_ways(const std::string& level, const Topology& topology, const NocFaults& faults);

}  // namespace cortile
