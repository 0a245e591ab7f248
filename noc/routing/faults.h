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
    // Tiles whose routers work, but that neither send nor receive: all their cores are dead, and no
    // host is there. No packet needs a way from or to them.
    std::set<std::uint32_t> unused = {};

    bool is_silent(std::uint32_t tile) const {
        return routers.contains(tile) || unused.contains(tile);
    }
    bool empty() const { return links.empty() && routers.empty(); }
    bool is_dead(const Topology& topology, TileId tile, unsigned direction) const;
};

// "(3, 2) east" kills the link between (3, 2) and (4, 2), both ways; "(3, 2)" the router. Throws
// ConfigError (at `where`) for other texts, tiles outside the mesh, links over its edge.
NocFaults parse_faults(const std::vector<std::string>& links,
                       const std::vector<std::string>& routers, const Topology& topology,
                       const std::string& where);

// The same, of `topology` with its dead cores and external ports; errors are at noc.dead_links and
// noc.dead_routers. An external port at a dead router is an error.
NocFaults parse_faults(const std::vector<std::string>& links,
                       const std::vector<std::string>& routers, const Topology& topology);

// `routing` without the options that faults take away. Throws ConfigError if some pair of tiles, of
// those that are not silent, is left without a way then: names the pair and what is in the way.
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
