// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <limits>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/routing/faults.h"

namespace cortile {

namespace {

class UpDown final : public RoutingPolicy {
  public:
    UpDown(const Topology& topology, const NocFaults& faults, unsigned virtual_channels)
        : topology_(topology), all_((1u << virtual_channels) - 1), tiles_(topology.tiles()) {
        next_.resize(std::size_t{tiles_} * 4);
        for (std::uint32_t tile = 0; tile < tiles_; ++tile) {
            for (unsigned direction = 0; direction < 4; ++direction) {
                next_[std::size_t{tile} * 4 + direction] =
                    faults.is_dead(topology, TileId{tile}, direction)
                        ? kNowhere
                        : topology.neighbour(TileId{tile}, direction)->value;
            }
        }
        find_levels(faults);
        distance_.resize(std::size_t{tiles_} * tiles_ * 2, kFar);
        for (std::uint32_t tile = 0; tile < tiles_; ++tile) {
            if (!faults.routers.contains(tile)) {
                find_distances(tile);
            }
        }
    }

    std::string name() const override { return "up_down"; }
    bool is_proven() const override { return true; }

    // A packet that came down may only go down.
    void options(const RouteQuery& query, RouteOptions& result) const override {
        const std::uint32_t tile = query.tile.value;
        bool went_down = false;
        if (query.in_port < kFirstLocalPort) {
            const std::uint32_t from = next_[std::size_t{tile} * 4 + query.in_port];
            went_down = from != kNowhere && !is_up(from, tile);
        }
        const std::uint16_t left = distance(query.destination.value, tile, went_down);
        for (unsigned direction = 0; direction < 4; ++direction) {
            const std::uint32_t next = next_[std::size_t{tile} * 4 + direction];
            if (next == kNowhere || (went_down && is_up(tile, next))) {
                continue;
            }
            if (left != kFar &&
                distance(query.destination.value, next, !is_up(tile, next)) + 1 == left) {
                result.add(direction, all_);
            }
        }
    }

  private:
    static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
    static constexpr std::uint16_t kFar = 0xFFFF;

    // Steps from the root, by breadth-first search; a link leads up to the lower level, or number.
    void find_levels(const NocFaults& faults) {
        level_.assign(tiles_, kNowhere);
        std::uint32_t root = topology_.tile(topology_.width / 2, topology_.height / 2).value;
        for (std::uint32_t i = 0; i < tiles_ && faults.is_silent(root); ++i) {
            root = root + 1 == tiles_ ? 0 : root + 1;
        }
        std::deque<std::uint32_t> open{root};
        level_[root] = 0;
        while (!open.empty()) {
            const std::uint32_t tile = open.front();
            open.pop_front();
            for (unsigned direction = 0; direction < 4; ++direction) {
                const std::uint32_t next = next_[std::size_t{tile} * 4 + direction];
                if (next != kNowhere && level_[next] == kNowhere) {
                    level_[next] = level_[tile] + 1;
                    open.push_back(next);
                }
            }
        }
        for (std::uint32_t tile = 0; tile < tiles_; ++tile) {
            if (level_[tile] == kNowhere && !faults.is_silent(tile)) {
                throw ConfigError(
                    faults.links.empty() ? "noc.dead_routers" : "noc.dead_links",
                    fmt::format("tile ({}, {}) is cut off from the others by what is dead",
                                topology_.x(TileId{tile}), topology_.y(TileId{tile})),
                    fmt::format("its router can be declared dead, too: noc.dead_routers: [\"({}, "
                                "{})\"]",
                                topology_.x(TileId{tile}), topology_.y(TileId{tile})));
            }
        }
    }
    bool is_up(std::uint32_t from, std::uint32_t to) const {
        return level_[to] != level_[from] ? level_[to] < level_[from] : to < from;
    }

    std::uint16_t& distance(std::uint32_t destination, std::uint32_t tile, bool went_down) {
        return distance_[(std::size_t{destination} * tiles_ + tile) * 2 + went_down];
    }
    std::uint16_t distance(std::uint32_t destination, std::uint32_t tile, bool went_down) const {
        return distance_[(std::size_t{destination} * tiles_ + tile) * 2 + went_down];
    }

    // Backwards from the destination, over states (tile, did it go down before).
    void find_distances(std::uint32_t destination) {
        std::deque<std::pair<std::uint32_t, bool>> open;
        for (const bool went_down : {false, true}) {
            distance(destination, destination, went_down) = 0;
            open.emplace_back(destination, went_down);
        }
        while (!open.empty()) {
            const auto [tile, went_down] = open.front();
            open.pop_front();
            const auto more =
                static_cast<std::uint16_t>(distance(destination, tile, went_down) + 1);
            for (unsigned direction = 0; direction < 4; ++direction) {
                const std::uint32_t before = next_[std::size_t{tile} * 4 + direction];
                if (before == kNowhere || is_up(before, tile) == went_down) {
                    continue;  // the step from `before` would not lead to this state
                }
                for (const bool earlier : {false, true}) {
                    if (earlier && !went_down) {
                        continue;  // up after down
                    }
                    std::uint16_t& known = distance(destination, before, earlier);
                    if (known == kFar) {
                        known = more;
                        open.emplace_back(before, earlier);
                    }
                }
            }
        }
    }

    Topology topology_;
    std::uint32_t all_, tiles_;
    std::vector<std::uint32_t> next_;      // tile * 4 + direction; kNowhere: none, or dead
    std::vector<std::uint32_t> level_;     // of each tile
    std::vector<std::uint16_t> distance_;  // links to go: destination, tile, went down
};

}  // namespace

std::unique_ptr<RoutingPolicy> make_up_down(const Topology& topology, const NocFaults& faults,
                                            unsigned virtual_channels) {
    constexpr std::uint32_t kMostTiles = 4096;
    if (topology.tiles() > kMostTiles) {
        throw ConfigError("noc.routing", fmt::format("up_down keeps a table for each pair of "
                                                     "tiles; this mesh has {}, at most {}",
                                                     topology.tiles(), kMostTiles));
    }
    return std::make_unique<UpDown>(topology, faults, virtual_channels);
}

}  // namespace cortile
