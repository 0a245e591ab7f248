// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/deadlock.h"

#include <algorithm>
#include <bit>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace cortile {

namespace {

constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
constexpr const char* kNames[] = {"east", "west", "north", "south"};

std::string name_of(const Topology& topology, TileId tile) {
    return fmt::format("({}, {})", topology.x(tile), topology.y(tile));
}

// The links of a network, numbered tile * 4 + port by where they begin.
class Links {
  public:
    explicit Links(const Topology& topology) : end_(std::size_t{topology.tiles()} * 4) {
        for (std::uint32_t link = 0; link < end_.size(); ++link) {
            const auto next = topology.neighbour(TileId{link / 4}, link % 4);
            end_[link] = next ? next->value : kNowhere;
        }
    }
    std::uint32_t count() const { return static_cast<std::uint32_t>(end_.size()); }
    std::uint32_t end(std::uint32_t link) const { return end_[link]; }  // a tile, or kNowhere

  private:
    std::vector<std::uint32_t> end_;
};

// Packets whose ways are followed together.
struct Flow {
    std::span<const std::uint32_t> sources;  // one, for policies that look at it
    std::uint32_t destination = 0;
    unsigned packet_class = 0;

    RouteQuery query(std::uint32_t tile, unsigned in_port, std::uint32_t source) const {
        return {TileId{tile}, in_port, TileId{source}, TileId{destination}, packet_class};
    }
};

// Calls body(flow) for all packets between different tiles that are not silent, until it says no.
template <typename Body>
void for_each_flow(const RoutingPolicy& routing, const Topology& topology,
                   const std::set<std::uint32_t>& silent, Body body) {
    std::vector<std::uint32_t> tiles;
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        if (!silent.contains(tile)) {
            tiles.push_back(tile);
        }
    }
    for (const std::uint32_t destination : tiles) {
        for (unsigned c = 0; c < routing.classes(); ++c) {
            if (!routing.needs_source()) {
                if (!body(Flow{tiles, destination, c})) {
                    return;
                }
                continue;
            }
            for (const std::uint32_t& source : tiles) {
                if (!body(Flow{{&source, 1}, destination, c})) {
                    return;
                }
            }
        }
    }
}

// Which virtual channels of a link depend on which of another.
class Dependencies {
  public:
    Dependencies(const Links& links, unsigned virtual_channels)
        : links_(links),
          vcs_(virtual_channels),
          last_(std::size_t{links.count()} * 4),
          masks_(last_.size() * virtual_channels) {}

    // From `from`'s link to the one that leaves its end by `port`.
    void add(std::uint32_t from, std::uint32_t held, unsigned port, std::uint32_t asked) {
        const std::size_t pair = std::size_t{from} * 4 + port;
        if (last_[pair] == std::pair(held, asked)) {
            return;
        }
        last_[pair] = {held, asked};
        for (; held != 0; held &= held - 1) {
            masks_[pair * vcs_ + static_cast<unsigned>(std::countr_zero(held))] |= asked;
        }
    }

    // Channels, link * virtual channels + virtual channel, that depend on each other in a circle.
    std::vector<std::size_t> cycle() const {
        std::vector<State> state;
        state.resize(std::size_t{links_.count()} * vcs_);
        for (std::size_t channel = 0; channel < state.size(); ++channel) {
            if (state[channel] == State::fresh) {
                if (auto found = search(channel, state); !found.empty()) {
                    return found;
                }
            }
        }
        return {};
    }

  private:
    enum class State : char { fresh, open, done };
    struct Step {
        std::size_t channel;
        unsigned next = 0;  // port * virtual channels + virtual channel
    };

    std::vector<std::size_t> search(std::size_t start, std::vector<State>& state) const {
        std::vector<Step> path{{start}};
        state[start] = State::open;
        while (!path.empty()) {
            Step& step = path.back();
            if (step.next == 4 * vcs_) {
                state[step.channel] = State::done;
                path.pop_back();
                continue;
            }
            const unsigned port = step.next / vcs_, vc = step.next % vcs_;
            ++step.next;
            const std::size_t link = step.channel / vcs_;
            if ((masks_[(link * 4 + port) * vcs_ + step.channel % vcs_] >> vc & 1) == 0) {
                continue;
            }
            const std::size_t tile = links_.end(static_cast<std::uint32_t>(link));
            const std::size_t to = (tile * 4 + port) * vcs_ + vc;
            if (state[to] == State::open) {
                std::vector<std::size_t> circle;
                for (const Step& on_path : path) {
                    if (on_path.channel == to || !circle.empty()) {
                        circle.push_back(on_path.channel);
                    }
                }
                return circle;
            }
            if (state[to] == State::fresh) {
                state[to] = State::open;
                path.push_back({to});
            }
        }
        return {};
    }

    const Links& links_;
    unsigned vcs_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> last_;  // added, by link and port
    std::vector<std::uint32_t> masks_;  // of what is asked, by link, port, channel held
};

// Adds all that the packets of a flow may hold and ask for.
class DependencySearch {
  public:
    DependencySearch(const RoutingPolicy& routing, const Links& links, Dependencies& result)
        : routing_(routing), links_(links), result_(result), held_(links.count()) {}

    void follow(const Flow& flow) {
        std::fill(held_.begin(), held_.end(), 0);
        for (const std::uint32_t source : flow.sources) {
            if (source != flow.destination) {
                step(flow.query(source, kFirstLocalPort, source), kNowhere);
            }
        }
        while (!open_.empty()) {
            const std::uint32_t link = open_.back();
            open_.pop_back();
            const std::uint32_t tile = links_.end(link);
            if (tile != kNowhere && tile != flow.destination) {
                step(flow.query(tile, Topology::opposite(link % 4), flow.sources[0]), link);
            }
        }
    }

  private:
    void step(const RouteQuery& query, std::uint32_t from) {
        options_.clear();
        routing_.options(query, options_);
        for (const RouteOption& option : options_) {
            if (from != kNowhere) {
                result_.add(from, held_[from], option.port, option.virtual_channels);
            }
            const std::uint32_t to = query.tile.value * 4 + option.port;
            if ((option.virtual_channels & ~held_[to]) != 0) {
                held_[to] |= option.virtual_channels;
                open_.push_back(to);
            }
        }
    }

    const RoutingPolicy& routing_;
    const Links& links_;
    Dependencies& result_;
    std::vector<std::uint32_t> held_;  // virtual channels of each link that packets may hold
    std::vector<std::uint32_t> open_;
    RouteOptions options_;
};

// Follows packets until one does not arrive.
class LostSearch {
  public:
    LostSearch(const RoutingPolicy& routing, const Topology& topology, const Links& links)
        : routing_(routing), topology_(topology), links_(links), state_(links.count()) {}

    // Of the first steps alone.
    std::optional<LostPacket> first_step(const Flow& flow, std::uint32_t source) const {
        const RouteQuery query = flow.query(source, kFirstLocalPort, source);
        RouteOptions options;
        routing_.options(query, options);
        return is_fine(query.tile, options) ? std::nullopt
                                            : std::optional(problem_at(query, source, options));
    }

    std::optional<LostPacket> follow(const Flow& flow) {
        std::fill(state_.begin(), state_.end(), State::fresh);
        for (const std::uint32_t source : flow.sources) {
            if (source == flow.destination) {
                continue;
            }
            RouteOptions options;
            routing_.options(flow.query(source, kFirstLocalPort, source), options);
            for (const RouteOption& option : options) {
                if (auto lost = follow(flow, source, source * 4 + option.port)) {
                    return lost;
                }
            }
        }
        return std::nullopt;
    }

  private:
    enum class State : char { fresh, open, done };
    struct Step {
        std::uint32_t link;
        RouteOptions options = {};
        unsigned next = 0;
    };

    bool is_fine(TileId tile, const RouteOptions& options) const {
        return options.size() > 0 &&
               std::all_of(options.begin(), options.end(), [&](const RouteOption& option) {
                   return links_.end(tile.value * 4 + option.port) != kNowhere;
               });
    }
    LostPacket problem_at(const RouteQuery& query, std::uint32_t source,
                          const RouteOptions& options) const {
        const std::string who =
            fmt::format("a packet from {} to {}", name_of(topology_, TileId{source}),
                        name_of(topology_, query.destination));
        const std::string here = name_of(topology_, query.tile);
        for (const RouteOption& option : options) {
            if (links_.end(query.tile.value * 4 + option.port) == kNowhere) {
                return {fmt::format("{} leaves the mesh at {} to the {}", who, here,
                                    kNames[option.port]),
                        query};
            }
        }
        return {fmt::format("{} has no way on from {}", who, here), query, true};
    }

    // Depth first: a link that is met again while it is on the path closes a circle.
    std::optional<LostPacket> follow(const Flow& flow, std::uint32_t source, std::uint32_t first) {
        if (state_[first] != State::fresh) {
            return std::nullopt;
        }
        path_.assign(1, Step{first});
        if (auto lost = enter(flow, source)) {
            return lost;
        }
        while (!path_.empty()) {
            Step& step = path_.back();
            if (step.next == step.options.size()) {
                state_[step.link] = State::done;
                path_.pop_back();
                continue;
            }
            const std::uint32_t to = links_.end(step.link) * 4 + step.options[step.next++].port;
            if (state_[to] == State::open) {
                return LostPacket{fmt::format("a packet from {} to {} may go round and round",
                                              name_of(topology_, TileId{source}),
                                              name_of(topology_, TileId{flow.destination})),
                                  flow.query(to / 4, 0, source)};
            }
            if (state_[to] == State::fresh) {
                path_.push_back(Step{to});
                if (auto lost = enter(flow, source)) {
                    return lost;
                }
            }
        }
        return std::nullopt;
    }

    // The packet is at the end of the last link of the path.
    std::optional<LostPacket> enter(const Flow& flow, std::uint32_t source) {
        Step& step = path_.back();
        state_[step.link] = State::open;
        const std::uint32_t tile = links_.end(step.link);
        if (tile == flow.destination) {
            return std::nullopt;
        }
        const RouteQuery query = flow.query(tile, Topology::opposite(step.link % 4), source);
        routing_.options(query, step.options);
        return is_fine(query.tile, step.options)
                   ? std::nullopt
                   : std::optional(problem_at(query, source, step.options));
    }

    const RoutingPolicy& routing_;
    const Topology& topology_;
    const Links& links_;
    std::vector<State> state_;  // of each link
    std::vector<Step> path_;
};

}  // namespace

std::string dependency_cycle(const RoutingPolicy& routing, const Topology& topology,
                             unsigned virtual_channels, const std::set<std::uint32_t>& silent) {
    const Links links(topology);
    Dependencies dependencies(links, virtual_channels);
    DependencySearch search(routing, links, dependencies);
    for_each_flow(routing, topology, silent, [&](const Flow& flow) {
        search.follow(flow);
        return true;
    });
    std::string text;
    for (const std::size_t channel : dependencies.cycle()) {
        const auto link = static_cast<std::uint32_t>(channel / virtual_channels);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                            name_of(topology, TileId{link / 4}), kNames[link % 4]);
    }
    return text;
}

std::optional<LostPacket> find_lost_packet(
    const RoutingPolicy& routing, const Topology& topology, const std::set<std::uint32_t>& silent,
    const std::function<bool(TileId source, TileId destination)>& is_safe) {
    const Links links(topology);
    LostSearch search(routing, topology, links);
    std::optional<LostPacket> lost;
    // First steps alone find most of what is wrong, in far less time than following each packet.
    const auto first_steps = [&](std::uint32_t source) {
        for (std::uint32_t d = 0; !lost && d < topology.tiles(); ++d) {
            for (unsigned c = 0; !lost && c < routing.classes(); ++c) {
                if (source != d && !silent.contains(d)) {
                    lost = search.first_step(Flow{{}, d, c}, source);
                }
            }
        }
    };
    for (std::uint32_t source = 0; !lost && source < topology.tiles(); ++source) {
        if (!silent.contains(source)) {
            first_steps(source);
        }
    }
    if (!lost) {
        for_each_flow(routing, topology, silent, [&](const Flow& flow) {
            const bool one = is_safe && flow.sources.size() == 1;
            if (!one || !is_safe(TileId{flow.sources[0]}, TileId{flow.destination})) {
                lost = search.follow(flow);
            }
            return !lost;
        });
    }
    return lost;
}

std::string lost_packet(const RoutingPolicy& routing, const Topology& topology,
                        const std::set<std::uint32_t>& silent) {
    const auto lost = find_lost_packet(routing, topology, silent);
    return lost ? lost->problem : "";
}

}  // namespace cortile
