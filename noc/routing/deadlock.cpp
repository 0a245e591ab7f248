// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/deadlock.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace cortile {

namespace {

constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
constexpr const char* kNames[] = {"east", "west", "north", "south"};

std::uint32_t neighbour(const Topology& topology, std::uint32_t tile, unsigned port) {
    const std::optional<TileId> next = topology.neighbour(TileId{tile}, port);
    return next ? next->value : kNowhere;
}

// A link, named by the tile and the port where it begins.
struct Step {
    std::uint32_t tile = 0;
    unsigned port = 0;
    std::uint32_t virtual_channels = 0;
};

// Calls visit(from, to) for each step that a packet may take after another (from.tile is kNowhere
// for the first ones), for each packet of a pair of tiles. visit() says whether to go on.
template <typename Visit>
bool follow(const RoutingPolicy& routing, const Topology& topology, std::uint32_t source,
            std::uint32_t destination, unsigned packet_class, Visit visit) {
    std::set<std::pair<std::uint32_t, unsigned>> seen;
    std::vector<Step> open{{kNowhere, 0, 0}};
    while (!open.empty()) {
        const Step from = open.back();
        open.pop_back();
        const bool first = from.tile == kNowhere;
        const std::uint32_t tile = first ? source : neighbour(topology, from.tile, from.port);
        if (tile == kNowhere || tile == destination) {
            continue;
        }
        RouteOptions options;
        routing.options({TileId{tile}, first ? kFirstLocalPort : Topology::opposite(from.port),
                         TileId{source}, TileId{destination}, packet_class},
                        options);
        if (options.size() == 0 && !visit(from, Step{tile, 0, 0})) {
            return false;
        }
        for (const RouteOption& option : options) {
            const Step to{tile, option.port, option.virtual_channels};
            if (!visit(from, to)) {
                return false;
            }
            if (seen.insert({tile, option.port}).second) {
                open.push_back(to);
            }
        }
    }
    return true;
}

template <typename Body>
void for_each_packet(const RoutingPolicy& routing, const Topology& topology, Body body) {
    for (std::uint32_t source = 0; source < topology.tiles(); ++source) {
        for (std::uint32_t destination = 0; destination < topology.tiles(); ++destination) {
            for (unsigned c = 0; source != destination && c < routing.classes(); ++c) {
                body(source, destination, c);
            }
        }
    }
}

// Depth-first search for a cycle.
class CycleSearch {
  public:
    explicit CycleSearch(std::size_t channels) : next_(channels), state_(channels, State::fresh) {}

    void add(std::size_t from, std::size_t to) { next_[from].insert(to); }

    std::vector<std::size_t> cycle() {
        for (std::size_t channel = 0; channel < next_.size(); ++channel) {
            if (state_[channel] == State::fresh) {
                if (auto found = search(channel); !found.empty()) {
                    return found;
                }
            }
        }
        return {};
    }

  private:
    enum class State : char { fresh, open, done };

    std::vector<std::size_t> search(std::size_t start) {
        std::vector<std::size_t> path{start};
        std::vector<std::set<std::size_t>::const_iterator> at{next_[start].begin()};
        state_[start] = State::open;
        while (!path.empty()) {
            if (at.back() == next_[path.back()].end()) {
                state_[path.back()] = State::done;
                path.pop_back();
                at.pop_back();
                continue;
            }
            const std::size_t to = *at.back()++;
            if (state_[to] == State::open) {
                return {std::find(path.begin(), path.end(), to), path.end()};
            }
            if (state_[to] == State::fresh) {
                state_[to] = State::open;
                path.push_back(to);
                at.push_back(next_[to].begin());
            }
        }
        return {};
    }

    std::vector<std::set<std::size_t>> next_;
    std::vector<State> state_;
};

}  // namespace

std::string dependency_cycle(const RoutingPolicy& routing, const Topology& topology,
                             unsigned virtual_channels) {
    CycleSearch search(std::size_t{topology.tiles()} * 4 * virtual_channels);
    const auto channel = [&](const Step& step, unsigned vc) {
        return (std::size_t{step.tile} * 4 + step.port) * virtual_channels + vc;
    };
    for_each_packet(routing, topology, [&](std::uint32_t s, std::uint32_t d, unsigned c) {
        follow(routing, topology, s, d, c, [&](const Step& from, const Step& to) {
            for (unsigned a = 0; from.tile != kNowhere && a < virtual_channels; ++a) {
                for (unsigned b = 0; b < virtual_channels; ++b) {
                    if ((from.virtual_channels >> a & 1) != 0 &&
                        (to.virtual_channels >> b & 1) != 0) {
                        search.add(channel(from, a), channel(to, b));
                    }
                }
            }
            return true;
        });
    });
    std::string text;
    for (const std::size_t found : search.cycle()) {
        const auto tile = static_cast<std::uint32_t>(found / virtual_channels / 4);
        text += fmt::format("{}({}, {}) {}", text.empty() ? "" : ", ", topology.x(TileId{tile}),
                            topology.y(TileId{tile}), kNames[found / virtual_channels % 4]);
    }
    return text;
}

std::string lost_packet(const RoutingPolicy& routing, const Topology& topology,
                        const std::set<std::uint32_t>& silent) {
    std::string text;
    const auto name = [&](std::uint32_t tile) {
        return fmt::format("({}, {})", topology.x(TileId{tile}), topology.y(TileId{tile}));
    };
    const auto look_at = [&](std::uint32_t s, std::uint32_t d, const Step& step) {
        if (step.virtual_channels == 0) {
            text = fmt::format("a packet from {} to {} has no way on from {}", name(s), name(d),
                               name(step.tile));
        } else if (neighbour(topology, step.tile, step.port) == kNowhere) {
            text = fmt::format("a packet from {} to {} leaves the mesh at {} to the {}", name(s),
                               name(d), name(step.tile), kNames[step.port]);
        }
    };
    const auto for_each_other = [&](auto body) {
        for_each_packet(routing, topology, [&](std::uint32_t s, std::uint32_t d, unsigned c) {
            if (text.empty() && !silent.contains(s) && !silent.contains(d)) {
                body(s, d, c);
            }
        });
    };
    // First steps alone find most of what is wrong, in far less time than following each packet.
    for_each_other([&](std::uint32_t s, std::uint32_t d, unsigned c) {
        RouteOptions options;
        routing.options({TileId{s}, kFirstLocalPort, TileId{s}, TileId{d}, c}, options);
        if (options.size() == 0) {
            look_at(s, d, {s, 0, 0});
        }
        for (const RouteOption& option : options) {
            look_at(s, d, {s, option.port, option.virtual_channels});
        }
    });
    for_each_other([&](std::uint32_t s, std::uint32_t d, unsigned c) {
        CycleSearch search(std::size_t{topology.tiles()} * 4);
        follow(routing, topology, s, d, c, [&](const Step& from, const Step& to) {
            look_at(s, d, to);
            if (from.tile != kNowhere) {
                search.add(from.tile * std::size_t{4} + from.port,
                           to.tile * std::size_t{4} + to.port);
            }
            return text.empty();
        });
        if (text.empty() && !search.cycle().empty()) {
            text = fmt::format("a packet from {} to {} may go round and round", name(s), name(d));
        }
    });
    return text;
}

}  // namespace cortile
