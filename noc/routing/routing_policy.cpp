// SPDX-License-Identifier: Apache-2.0
#include "noc/routing/routing_policy.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hw_model/base/error.h"
#include "noc/routing/hamiltonian.h"

namespace cortile {

namespace {

class MeshPolicy : public RoutingPolicy {
  public:
    MeshPolicy(const Topology& topology, unsigned virtual_channels)
        : all_((1u << virtual_channels) - 1), x_(topology.tiles()), y_(topology.tiles()) {
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            x_[tile] = static_cast<int>(topology.x(TileId{tile}));
            y_[tile] = static_cast<int>(topology.y(TileId{tile}));
        }
    }
    bool is_proven() const override { return true; }

  protected:
    struct Distance {
        int x, y;  // to the east, to the north
    };
    Distance distance(const RouteQuery& q) const {
        return {x_[q.destination.value] - x_[q.tile.value],
                y_[q.destination.value] - y_[q.tile.value]};
    }
    int x(TileId tile) const { return x_[tile.value]; }
    static unsigned x_port(int distance) { return distance > 0 ? kEast : kWest; }
    static unsigned y_port(int distance) { return distance > 0 ? kNorth : kSouth; }

    std::uint32_t all_;  // virtual channels

  private:
    std::vector<int> x_, y_;
};

// One dimension, then the other: no turn from the second to the first, hence no cycle.
class DimensionOrder final : public MeshPolicy {
  public:
    DimensionOrder(const Topology& topology, unsigned virtual_channels, bool x_first)
        : MeshPolicy(topology, virtual_channels), x_first_(x_first) {}
    std::string name() const override { return x_first_ ? "xy" : "yx"; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const Distance d = distance(q);
        const bool along_x = x_first_ ? d.x != 0 : d.y == 0;
        result.add(along_x ? x_port(d.x) : y_port(d.y), all_);
    }

  private:
    bool x_first_;
};

// The same on a torus, the shorter way round (to the east or north of two that are alike). A ring
// is a cycle of links: from the link that closes it on, a packet uses the upper half of the virtual
// channels, before it the lower half, so that no chain of waiting packets closes (Dally, Seitz,
// 1987).
class TorusDimensionOrder final : public RoutingPolicy {
  public:
    TorusDimensionOrder(const Topology& topology, unsigned virtual_channels, bool x_first)
        : topology_(topology),
          all_((1u << virtual_channels) - 1),
          low_((1u << virtual_channels / 2) - 1),
          x_first_(x_first) {}
    std::string name() const override { return x_first_ ? "xy" : "yx"; }
    bool needs_source() const override { return true; }
    bool is_proven() const override { return true; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const bool at_x = topology_.x(q.tile) == topology_.x(q.destination);
        const bool at_y = topology_.y(q.tile) == topology_.y(q.destination);
        if (x_first_ ? !at_x : at_y) {
            add(topology_.x(q.source), topology_.x(q.tile), topology_.x(q.destination),
                topology_.width, kEast, result);
        } else {
            add(topology_.y(q.source), topology_.y(q.tile), topology_.y(q.destination),
                topology_.height, kNorth, result);
        }
    }

  private:
    // `up`: the port towards higher coordinates; the one after it leads back.
    void add(std::uint32_t from, std::uint32_t at, std::uint32_t to, std::uint32_t size,
             unsigned up, RouteOptions& result) const {
        const std::uint32_t ahead = (to + size - from) % size;
        const bool upwards = 2 * ahead <= size;
        // Over the edge with the next link, or earlier.
        const bool wrapped = upwards ? at < from || at + 1 == size : at > from || at == 0;
        result.add(upwards ? up : up + 1, wrapped ? all_ & ~low_ : low_);
    }

    Topology topology_;
    std::uint32_t all_, low_;
    bool x_first_;
};

// O1TURN (Seo et al., "Near-optimal worst-case throughput routing for two-dimensional mesh
// networks", ISCA'05): a packet goes XY or YX, as a coin says, each on half of the virtual
// channels.
class O1Turn final : public MeshPolicy {
  public:
    O1Turn(const Topology& topology, unsigned virtual_channels)
        : MeshPolicy(topology, virtual_channels), low_((1u << virtual_channels / 2) - 1) {}
    std::string name() const override { return "o1turn"; }
    unsigned classes() const override { return 2; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const Distance d = distance(q);
        const bool x_first = q.packet_class == 0;
        const bool along_x = x_first ? d.x != 0 : d.y == 0;
        result.add(along_x ? x_port(d.x) : y_port(d.y), x_first ? low_ : all_ & ~low_);
    }

  private:
    std::uint32_t low_;
};

// West-first (Glass, Ni: "The turn model for adaptive routing", ISCA'92): all hops to the west come
// first, so that no turn leads to the west; else any way that shortens the distance.
class WestFirst final : public MeshPolicy {
  public:
    using MeshPolicy::MeshPolicy;
    std::string name() const override { return "west_first"; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const Distance d = distance(q);
        if (d.x < 0) {
            result.add(kWest, all_);
            return;
        }
        if (d.x > 0) {
            result.add(kEast, all_);
        }
        if (d.y != 0) {
            result.add(y_port(d.y), all_);
        }
    }
};

// Odd-even (Chiu: "The odd-even turn model for adaptive routing", IEEE TPDS 11(7), 2000, figure 5):
// no turn from east to north or south in an even column, none from north or south to west in an odd
// one.
class OddEven final : public MeshPolicy {
  public:
    using MeshPolicy::MeshPolicy;
    std::string name() const override { return "odd_even"; }
    bool needs_source() const override { return true; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const Distance d = distance(q);
        const bool odd = x(q.tile) % 2 != 0;
        if (d.x == 0) {
            result.add(y_port(d.y), all_);
        } else if (d.x > 0) {
            if (d.y == 0) {
                result.add(kEast, all_);
                return;
            }
            if (odd || x(q.tile) == x(q.source)) {
                result.add(y_port(d.y), all_);
            }
            // In the column before an even destination column, the turn there would be forbidden.
            if (x(q.destination) % 2 != 0 || d.x != 1) {
                result.add(kEast, all_);
            }
        } else {
            result.add(kWest, all_);
            if (!odd && d.y != 0) {
                result.add(y_port(d.y), all_);
            }
        }
    }
};

}  // namespace

std::vector<std::string> routing_names() {
    return {"xy", "yx", "o1turn", "west_first", "odd_even", "hamiltonian"};
}

namespace {

bool known(const std::string& name) {
    const std::vector<std::string> names = routing_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::unique_ptr<RoutingPolicy> make_routing(const std::string& name, const Topology& topology,
                                            unsigned virtual_channels) {
    if (topology.torus && (name == "xy" || name == "yx")) {
        if (virtual_channels < 2) {
            throw ConfigError("noc.virtual_channels",
                              "a torus needs 2: with 1, packets can wait for each other in a ring",
                              "noc.virtual_channels: 2, or a mesh");
        }
        return std::make_unique<TorusDimensionOrder>(topology, virtual_channels, name == "xy");
    }
    if (topology.torus && known(name)) {
        throw ConfigError("noc.routing", name + " is for meshes: its turns close cycles on a torus",
                          "routing: xy");
    }
    if (name == "xy" || name == "yx") {
        return std::make_unique<DimensionOrder>(topology, virtual_channels, name == "xy");
    }
    if (name == "o1turn") {
        if (virtual_channels < 2) {
            throw ConfigError("noc.routing", "o1turn needs 2 virtual channels, there is 1",
                              "noc.virtual_channels: 2, or routing: xy");
        }
        return std::make_unique<O1Turn>(topology, virtual_channels);
    }
    if (name == "west_first") {
        return std::make_unique<WestFirst>(topology, virtual_channels);
    }
    if (name == "odd_even") {
        return std::make_unique<OddEven>(topology, virtual_channels);
    }
    if (name == "hamiltonian") {
        return make_hamiltonian(topology, virtual_channels);
    }
    throw ConfigError("noc.routing", "there is no routing '" + name + "'",
                      fmt::format("known: {}, up_down, table", fmt::join(routing_names(), ", ")));
}

}  // namespace cortile
