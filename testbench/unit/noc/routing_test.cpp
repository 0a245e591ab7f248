// SPDX-License-Identifier: Apache-2.0
// Every routing policy leads every packet home, on the shortest way, and cannot deadlock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "noc/routing/deadlock.h"
#include "noc/routing/routing_policy.h"

namespace cortile {
namespace {

Topology mesh(std::uint32_t width, std::uint32_t height) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    return topology;
}

class RoutingOf : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Policies, RoutingOf, testing::ValuesIn(routing_names()),
                         [](const auto& name) { return name.param; });

TEST_P(RoutingOf, HasNoCycleOfDependencies) {
    for (const Topology& topology : {mesh(5, 4), mesh(4, 5), mesh(1, 6), mesh(6, 1)}) {
        EXPECT_EQ(dependency_cycle(*make_routing(GetParam(), topology, 2), topology, 2), "");
    }
}

TEST_P(RoutingOf, LeadsEveryPacketHome) {
    for (const Topology& topology : {mesh(5, 4), mesh(4, 5), mesh(1, 6), mesh(6, 1)}) {
        EXPECT_EQ(lost_packet(*make_routing(GetParam(), topology, 2), topology), "");
    }
}

TEST_P(RoutingOf, EveryStepShortensTheWay) {
    const Topology topology = mesh(5, 4);
    const auto routing = make_routing(GetParam(), topology, 2);
    unsigned steps = 0;
    for (std::uint32_t source = 0; source < topology.tiles(); ++source) {
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            for (std::uint32_t to = 0; to < topology.tiles(); ++to) {
                if (tile == to) {
                    continue;
                }
                RouteOptions options;
                routing->options({TileId{tile}, kFirstLocalPort, TileId{source}, TileId{to}, 0},
                                 options);
                for (const RouteOption& option : options) {
                    const int dx = option.port == kEast ? 1 : option.port == kWest ? -1 : 0;
                    const int dy = option.port == kNorth ? 1 : option.port == kSouth ? -1 : 0;
                    const TileId next =
                        topology.tile(topology.x(TileId{tile}) + static_cast<std::uint32_t>(dx),
                                      topology.y(TileId{tile}) + static_cast<std::uint32_t>(dy));
                    EXPECT_LT(topology.hops(next, TileId{to}),
                              topology.hops(TileId{tile}, TileId{to}));
                    ++steps;
                }
            }
        }
    }
    EXPECT_GE(steps, 20u * 20 * 19);
}

TEST(Routing, ATorusIsRoutedTheShorterWayRoundWithoutCycles) {
    for (Topology topology : {mesh(5, 4), mesh(4, 1), mesh(2, 3), mesh(3, 2)}) {
        topology.torus = true;
        for (const char* name : {"xy", "yx"}) {
            for (const unsigned channels : {2u, 3u}) {
                const auto routing = make_routing(name, topology, channels);
                EXPECT_EQ(dependency_cycle(*routing, topology, channels), "");
                EXPECT_EQ(lost_packet(*routing, topology), "");
            }
        }
    }
}

// Without the change of channels there would be a cycle: the search sees rings.
class RoundTheRing final : public RoutingPolicy {
  public:
    std::string name() const override { return "ring"; }
    void options(const RouteQuery&, RouteOptions& result) const override { result.add(kEast, 1); }
};

TEST(Routing, ARingOfOneChannelIsACycle) {
    Topology ring = mesh(4, 1);
    ring.torus = true;
    EXPECT_EQ(lost_packet(RoundTheRing(), ring), "");
    EXPECT_NE(dependency_cycle(RoundTheRing(), ring, 1), "");
}

TEST(Routing, ATorusRefusesPoliciesOfMeshesAndASingleChannel) {
    Topology topology = mesh(4, 4);
    topology.torus = true;
    EXPECT_THROW(make_routing("west_first", topology, 4), ConfigError);
    EXPECT_THROW(make_routing("xy", topology, 1), ConfigError);
}

// Any way that shortens the distance: all turns, which close circles.
class AnyShortestWay final : public RoutingPolicy {
  public:
    explicit AnyShortestWay(const Topology& topology) : topology_(topology) {}
    std::string name() const override { return "any"; }
    void options(const RouteQuery& q, RouteOptions& result) const override {
        const std::uint32_t x = topology_.x(q.tile), to_x = topology_.x(q.destination);
        const std::uint32_t y = topology_.y(q.tile), to_y = topology_.y(q.destination);
        if (x != to_x) {
            result.add(x < to_x ? kEast : kWest, 1);
        }
        if (y != to_y) {
            result.add(y < to_y ? kNorth : kSouth, 1);
        }
    }

  private:
    const Topology& topology_;
};

TEST(Routing, ACycleOfDependenciesIsFound) {
    const Topology topology = mesh(3, 3);
    EXPECT_NE(dependency_cycle(AnyShortestWay(topology), topology, 1), "");
}

// Always to the east.
class Eastwards final : public RoutingPolicy {
  public:
    std::string name() const override { return "eastwards"; }
    void options(const RouteQuery&, RouteOptions& result) const override { result.add(kEast, 1); }
};

TEST(Routing, APacketThatLeavesTheMeshIsFound) {
    EXPECT_THAT(lost_packet(Eastwards(), mesh(3, 2)),
                testing::HasSubstr("leaves the mesh at (2, 0) to the east"));
}

TEST(Routing, O1TurnNeedsTwoVirtualChannels) {
    EXPECT_THROW(make_routing("o1turn", mesh(3, 3), 1), ConfigError);
}

TEST(Routing, UnknownNameListsThose) {
    try {
        make_routing("zigzag", mesh(3, 3), 1);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("west_first"));
    }
}

}  // namespace
}  // namespace cortile
