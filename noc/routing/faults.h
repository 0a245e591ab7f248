// SPDX-License-Identifier: Apache-2.0
// Parts of a network that do not work.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "noc/api/topology.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

struct NocFaults {
    std::set<std::pair<std::uint32_t, unsigned>> links;  // dead: tile and direction out of it
    std::set<std::uint32_t> routers;                     // dead tiles, with their cores and links

    bool empty() const { return links.empty() && routers.empty(); }
    bool is_dead(const Topology& topology, TileId tile, unsigned direction) const;
};

// "(3, 2) east" kills the link between (3, 2) and (4, 2), both ways; "(3, 2)" the router. Throws
// ConfigError (at `where`) for other texts, tiles outside the mesh, links over its edge.
NocFaults parse_faults(const std::vector<std::string>& links,
                       const std::vector<std::string>& routers, const Topology& topology,
                       const std::string& where);

// `routing` without the options that faults take away. Throws ConfigError if some pair of working
// tiles is left without a way then, and says which.
std::unique_ptr<RoutingPolicy> route_around(std::unique_ptr<RoutingPolicy> routing,
                                            const Topology& topology, const NocFaults& faults);

// make_routing(), or make_up_down() for "up_down", around what is dead.
std::unique_ptr<RoutingPolicy> make_routing(const std::string& name, const Topology& topology,
                                            const NocFaults& faults, unsigned virtual_channels);

// up*/down* (Schroeder et al.: "Autonet: a high-speed, self-configuring local area network using
// point-to-point links", IEEE JSAC 9(8), 1991): links are numbered away from a root, and no packet
// goes up again once it went down; of the ways left, the shortest. For any network that is in one
// piece. Throws ConfigError for one that is not.
std::unique_ptr<RoutingPolicy> make_up_down(const Topology& topology, const NocFaults& faults,
                                            unsigned virtual_channels);

}  // namespace cortile
