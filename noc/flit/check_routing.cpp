// SPDX-License-Identifier: Apache-2.0
#include "noc/flit/check_routing.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/flit/router.h"
#include "noc/routing/deadlock.h"
#include "noc/routing/table.h"

namespace cortile {

namespace {

void check_router(const Topology& topology, const RouterParameters& router) {
    if (router.buffer_flits == 0) {
        throw ConfigError("noc.buffer_flits", "a virtual channel without a buffer passes no flit",
                          "noc.buffer_flits: 1 or more");
    }
    std::vector<std::uint32_t> ports(topology.tiles(), kFirstLocalPort + topology.cores_per_tile);
    for (const TileId tile : topology.external_ports) {
        ++ports[tile.value];
    }
    const auto most = std::max_element(ports.begin(), ports.end());
    if (*most > kMostPorts) {
        const auto tile = static_cast<std::uint32_t>(most - ports.begin());
        throw ConfigError(
            "chip.cores_per_tile",
            fmt::format("{} cores and ports of hosts at the router of tile ({}, {}); "
                        "cycle_accurate has ports for {}",
                        *most - kFirstLocalPort, topology.x(TileId{tile}), topology.y(TileId{tile}),
                        kMostPorts - kFirstLocalPort),
            "fewer cores at a router, on a larger mesh, or noc.timing: approximately_timed");
    }
    const std::string problem = problem_of(router, *most);
    if (!problem.empty()) {
        const bool speculation = router.speculative && problem.starts_with("speculative");
        throw ConfigError(speculation ? "noc.speculative" : "noc.virtual_channels", problem,
                          "fewer virtual channels or cores a tile, or other delays");
    }
}

std::unique_ptr<RoutingPolicy> read_table(const Topology& topology,
                                          const CycleAccurateTiming& timing,
                                          const NocFaults& faults) {
    auto table = make_table_routing(timing.routing_table, topology, timing.router.virtual_channels);
    return faults.empty() ? std::move(table) : route_around(std::move(table), topology, faults);
}

std::set<std::uint32_t> silent_tiles(const NocFaults& faults) {
    std::set<std::uint32_t> silent = faults.routers;
    silent.insert(faults.unused.begin(), faults.unused.end());
    return silent;
}

}  // namespace

std::unique_ptr<RoutingPolicy> check_routing(const Topology& topology,
                                             const CycleAccurateTiming& timing) {
    check_router(topology, timing.router);
    const NocFaults faults = parse_faults(timing.dead_links, timing.dead_routers, topology);
    auto routing = timing.routing == "table" ? read_table(topology, timing, faults)
                                             : make_routing(timing.routing, topology, faults,
                                                            timing.router.virtual_channels);
    if (!routing->is_proven()) {
        check_routing(*routing, topology, faults, timing.router.virtual_channels);
    }
    return routing;
}

void check_routing(const RoutingPolicy& routing, const Topology& topology, const NocFaults& faults,
                   unsigned virtual_channels) {
    const std::set<std::uint32_t> silent = silent_tiles(faults);
    if (const std::string lost = lost_packet(routing, topology, silent); !lost.empty()) {
        throw ConfigError("noc.routing", routing.name() + " does not lead every packet: " + lost,
                          "mend the routing, or take noc.routing: up_down");
    }
    const std::string cycle = dependency_cycle(routing, topology, virtual_channels, silent);
    if (!cycle.empty()) {
        throw ConfigError(
            "noc.routing",
            fmt::format("{} can deadlock with {} virtual channel{}: packets that hold these links "
                        "can wait for each other in a circle: {}",
                        routing.name(), virtual_channels, virtual_channels == 1 ? "" : "s", cycle),
            "forbid one of the turns between them, or take noc.routing: up_down");
    }
}

void check_xy_ways(const std::string& level, const Topology& topology, const NocFaults& faults) {
    if (faults.links.empty() && faults.routers.empty()) {
        return;
    }
    try {
        make_routing("xy", topology, faults, 1);
    } catch (const ConfigError& error) {
        throw ConfigError(
            faults.links.empty() ? "noc.dead_routers" : "noc.dead_links",
            fmt::format("{} routes xy only; {}", level, error.problem()),
            "noc.timing: cycle_accurate with noc.routing: up_down leads around all faults that "
            "leave the network in one piece");
    }
}

}  // namespace cortile
