// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/faults.h"

#include <algorithm>
#include <functional>
#include <regex>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/routing/deadlock.h"

namespace cortile {

namespace {

constexpr const char* kDirections[] = {"east", "west", "north", "south"};

// "(3, 2)" or "(3, 2) east"; the second of the pair is 4 without a direction.
std::pair<TileId, unsigned> parse(const std::string& text, const Topology& topology,
                                  const std::string& where, const char* expected) {
    static const std::regex form(R"(\s*\(\s*(\d{1,6})\s*,\s*(\d{1,6})\s*\)\s*(\w*)\s*)");
    std::smatch match;
    unsigned direction = 4;
    if (std::regex_match(text, match, form)) {
        for (unsigned d = 0; d < 4; ++d) {
            direction = match[3] == kDirections[d] ? d : direction;
        }
    }
    if (match.empty() || (direction == 4 && match[3].length() != 0)) {
        throw ConfigError(where, fmt::format("expected {}, found '{}'", expected, text));
    }
    const auto x = static_cast<std::uint32_t>(std::stoul(match[1]));
    const auto y = static_cast<std::uint32_t>(std::stoul(match[2]));
    if (x >= topology.width || y >= topology.height) {
        throw ConfigError(where, fmt::format("({}, {}) is outside the mesh of {} x {} tiles", x, y,
                                             topology.width, topology.height));
    }
    return {topology.tile(x, y), direction};
}

class AroundFaults final : public RoutingPolicy {
  public:
    AroundFaults(std::unique_ptr<RoutingPolicy> routing, const Topology& topology,
                 const NocFaults& faults)
        : routing_(std::move(routing)), dead_(std::size_t{topology.tiles()} * 4) {
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            for (unsigned direction = 0; direction < 4; ++direction) {
                dead_[std::size_t{tile} * 4 + direction] =
                    faults.is_dead(topology, TileId{tile}, direction);
            }
        }
    }
    std::string name() const override { return routing_->name(); }
    unsigned classes() const override { return routing_->classes(); }
    bool needs_source() const override { return routing_->needs_source(); }
    // Dead links only take edges from the graph of dependencies.
    bool is_proven() const override { return routing_->is_proven(); }
    const RoutingPolicy& without_faults() const { return *routing_; }
    void options(const RouteQuery& query, RouteOptions& result) const override {
        RouteOptions all;
        routing_->options(query, all);
        for (const RouteOption& option : all) {
            if (!dead_[std::size_t{query.tile.value} * 4 + option.port]) {
                result.add(option.port, option.virtual_channels);
            }
        }
    }

  private:
    std::unique_ptr<RoutingPolicy> routing_;
    std::vector<bool> dead_;
};

}  // namespace

bool NocFaults::is_dead(const Topology& topology, TileId tile, unsigned direction) const {
    const auto next = topology.neighbour(tile, direction);
    return !next || links.contains({tile.value, direction}) || routers.contains(tile.value) ||
           routers.contains(next->value);
}

NocFaults parse_faults(const std::vector<std::string>& links,
                       const std::vector<std::string>& routers, const Topology& topology,
                       const std::string& where) {
    NocFaults faults;
    for (const std::string& text : links) {
        const auto [tile, direction] = parse(text, topology, where, "a link, as (3, 2) east");
        const auto next =
            direction < 4 ? topology.neighbour(tile, direction) : std::optional<TileId>{};
        if (!next) {
            throw ConfigError(where, fmt::format("there is no link {}", text),
                              "east, west, north or south, within the mesh");
        }
        faults.links.insert({tile.value, direction});
        faults.links.insert({next->value, Topology::opposite(direction)});
    }
    for (const std::string& text : routers) {
        const auto [tile, direction] = parse(text, topology, where, "a router, as (3, 2)");
        if (direction != 4) {
            throw ConfigError(where, fmt::format("expected a router, as (3, 2), found '{}'", text));
        }
        faults.routers.insert(tile.value);
    }
    return faults;
}

NocFaults parse_faults(const std::vector<std::string>& links,
                       const std::vector<std::string>& routers, const Topology& topology) {
    NocFaults faults = parse_faults(links, {}, topology, "noc.dead_links");
    faults.routers = parse_faults({}, routers, topology, "noc.dead_routers").routers;
    std::set<std::uint32_t> ports;
    for (const TileId tile : topology.external_ports) {
        ports.insert(tile.value);
        if (faults.routers.contains(tile.value)) {
            throw ConfigError("noc.dead_routers",
                              fmt::format("the host's port is at the dead router ({}, {})",
                                          topology.x(tile), topology.y(tile)),
                              "attach it elsewhere: host.tile_x, host.tile_y");
        }
    }
    for (std::uint32_t tile = 0; !topology.dead_cores.empty() && tile < topology.tiles(); ++tile) {
        bool is_unused = !ports.contains(tile);
        for (std::uint32_t c = 0; c < topology.cores_per_tile; ++c) {
            is_unused &= !topology.works(CoreId{tile * topology.cores_per_tile + c});
        }
        if (is_unused) {
            faults.unused.insert(tile);
        }
    }
    return faults;
}

namespace {

// Which dead thing takes an option away that `routing` would have.
std::string in_the_way(const RoutingPolicy& routing, const RouteQuery& query,
                       const Topology& topology, const NocFaults& faults) {
    RouteOptions options;
    routing.options(query, options);
    std::string text;
    for (const RouteOption& option : options) {
        const auto next = topology.neighbour(query.tile, option.port);
        const bool router = next && faults.routers.contains(next->value);
        const TileId tile = router ? *next : query.tile;
        text += fmt::format("{}{} ({}, {}){}{}", text.empty() ? "" : " and ",
                            router ? "router" : "link", topology.x(tile), topology.y(tile),
                            router ? "" : " ", router ? "" : kDirections[option.port]);
    }
    return text + (options.size() == 1 ? " is dead" : " are dead");
}

// Tells between which tiles of a mesh no link is dead that a shortest way could take.
class WholeRectangles {
  public:
    WholeRectangles(const Topology& topology, const NocFaults& faults)
        : topology_(topology), along_x_(sums(faults, kEast)), along_y_(sums(faults, kNorth)) {}

    bool operator()(TileId a, TileId b) const {
        const auto [left, right] = std::minmax({topology_.x(a), topology_.x(b)});
        const auto [low, high] = std::minmax({topology_.y(a), topology_.y(b)});
        return count(along_x_, left, right, low, high + 1) == 0 &&
               count(along_y_, left, right + 1, low, high) == 0;
    }

  private:
    // Of links to `direction` out of the tiles to the west and south of (x, y).
    std::vector<std::uint32_t> sums(const NocFaults& faults, unsigned direction) const {
        const std::size_t row = topology_.width + std::size_t{1};
        std::vector<std::uint32_t> result(row * (topology_.height + std::size_t{1}));
        for (std::uint32_t y = 0; y < topology_.height; ++y) {
            for (std::uint32_t x = 0; x < topology_.width; ++x) {
                const std::size_t at = (y + std::size_t{1}) * row + x + 1;
                result[at] = faults.is_dead(topology_, topology_.tile(x, y), direction) +
                             result[at - 1] + result[at - row] - result[at - row - 1];
            }
        }
        return result;
    }
    std::uint32_t count(const std::vector<std::uint32_t>& sums, std::uint32_t left,
                        std::uint32_t right, std::uint32_t low, std::uint32_t high) const {
        const auto at = [&](std::uint32_t x, std::uint32_t y) {
            return sums[y * (topology_.width + std::size_t{1}) + x];
        };
        return at(right, high) - at(left, high) - at(right, low) + at(left, low);
    }

    const Topology& topology_;
    std::vector<std::uint32_t> along_x_, along_y_;
};

}  // namespace

std::unique_ptr<RoutingPolicy> route_around(std::unique_ptr<RoutingPolicy> routing,
                                            const Topology& topology, const NocFaults& faults) {
    auto result = std::make_unique<AroundFaults>(std::move(routing), topology, faults);
    std::set<std::uint32_t> silent = faults.routers;
    silent.insert(faults.unused.begin(), faults.unused.end());
    // All proven policies that come here take shortest ways, and have one for every pair.
    std::function<bool(TileId, TileId)> is_safe;
    if (result->is_proven() && !topology.torus) {
        is_safe = WholeRectangles(topology, faults);
    }
    if (const auto lost = find_lost_packet(*result, topology, silent, is_safe)) {
        const std::string dead =
            lost->is_stuck ? ": " + in_the_way(result->without_faults(), lost->at, topology, faults)
                           : "";
        throw ConfigError(
            "noc.routing",
            fmt::format("{} cannot lead every packet around the faults: {}{}", result->name(),
                        lost->problem, dead),
            "noc.routing: up_down leads around all faults that leave the network in one piece");
    }
    return result;
}

std::unique_ptr<RoutingPolicy> make_routing(const std::string& name, const Topology& topology,
                                            const NocFaults& faults, unsigned virtual_channels) {
    if (name == "up_down") {
        return make_up_down(topology, faults, virtual_channels);
    }
    auto routing = make_routing(name, topology, virtual_channels);
    return faults.empty() ? std::move(routing) : route_around(std::move(routing), topology, faults);
}

}  // namespace cortile
