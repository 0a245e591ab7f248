// SPDX-License-Identifier: Apache-2.0
// Dead links and routers: led around, or refused with the reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "noc/flit/flit_network.h"
#include "noc/routing/deadlock.h"
#include "noc/routing/faults.h"

namespace cortile {
namespace {

using testing::HasSubstr;

Topology mesh(std::uint32_t width, std::uint32_t height) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    return topology;
}

std::string problem(const std::function<void()>& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

// Random dead links that leave the network in one piece.
NocFaults random_faults(const Topology& topology, std::uint64_t seed, unsigned count) {
    NocFaults faults;
    for (std::uint64_t draw = 0; faults.links.size() < 2 * count && draw < 200; ++draw) {
        const auto r = philox({seed, RandomUse::test}, draw, 1);
        const TileId tile{uniform_below(r[0], topology.tiles())};
        const unsigned direction = r[1] & 3;
        const auto next = topology.neighbour(tile, direction);
        if (!next) {
            continue;
        }
        NocFaults more = faults;
        more.links.insert({tile.value, direction});
        more.links.insert({next->value, Topology::opposite(direction)});
        try {
            make_up_down(topology, more, 1);
            faults = more;
        } catch (const ConfigError&) {
            // It would cut a tile off.
        }
    }
    return faults;
}

TEST(NocFaults, UpDownLeadsAroundAnyFaultsWithoutCycles) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Topology topology = mesh(4, 5);
        topology.torus = seed % 3 == 0;
        const NocFaults faults = random_faults(topology, seed, static_cast<unsigned>(seed));
        const auto routing = make_up_down(topology, faults, 1);
        EXPECT_EQ(lost_packet(*routing, topology), "") << "seed " << seed;
        EXPECT_EQ(dependency_cycle(*routing, topology, 1), "") << "seed " << seed;
    }
}

TEST(NocFaults, DeadLinksCarryNothingAndEverythingArrives) {
    const Topology topology = mesh(4, 4);
    const NocFaults faults = random_faults(topology, 5, 6);
    ASSERT_EQ(faults.links.size(), 12u);
    RouterParameters parameters;
    parameters.virtual_channels = 1;
    parameters.buffer_flits = 2;
    FlitNetwork network(topology, parameters, make_up_down(topology, faults, 1));
    struct Count final : FlitReceiver {
        std::uint64_t packets = 0;
        void received(const FlitPacket&, Cycle) override { ++packets; }
    } count;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const auto r = philox({3, RandomUse::test}, i, 2);
        FlitPacket packet;
        packet.source = r[0] % 16;
        packet.destination = r[1] % 16;
        packet.flits = 1 + (r[2] & 3);
        network.send(packet);
    }
    while (!network.is_idle() && network.now() < 200000) {
        network.step(count);
    }
    EXPECT_EQ(count.packets, 3000u);
    for (const auto& [tile, direction] : faults.links) {
        EXPECT_EQ(network.link(TileId{tile}, direction).flits, 0u);
    }
}

TEST(NocFaults, UpDownLeadsAroundADeadRouter) {
    const Topology topology = mesh(3, 3);
    NocFaults faults;
    faults.routers.insert(4);
    const auto routing = make_up_down(topology, faults, 1);
    EXPECT_EQ(lost_packet(*routing, topology, {4}), "");
    EXPECT_NE(lost_packet(*routing, topology), "");
}

TEST(NocFaults, XyRefusesADeadLinkOnAWayOfItsAndNamesThePackets) {
    const Topology topology = mesh(3, 3);
    const NocFaults faults = parse_faults({"(1, 1) east"}, {}, topology, "test");
    EXPECT_THAT(problem([&] { route_around(make_routing("xy", topology, 1), topology, faults); }),
                AllOf(HasSubstr("xy cannot lead every packet around the faults: a packet from "
                                "(1, 1) to (2, 0) has no way on from (1, 1)"),
                      HasSubstr("up_down")));
}

// The last pairs of a large mesh are the first to meet it; following every packet would take
// minutes.
TEST(NocFaults, ADeadLinkInTheFarCornerOfALargeMeshIsFound) {
    const Topology topology = mesh(32, 32);
    const NocFaults faults = parse_faults({"(30, 31) east"}, {}, topology, "test");
    EXPECT_THAT(problem([&] { route_around(make_routing("xy", topology, 1), topology, faults); }),
                HasSubstr("from (30, 31) to (31, 0)"));
}

// A way to the north-east has another turn left, except along the edge.
TEST(NocFaults, AnAdaptivePolicyGoesAroundWhatItCan) {
    const Topology topology = mesh(3, 3);
    const auto routing = route_around(make_routing("xy", topology, 1), topology, NocFaults{});
    EXPECT_EQ(lost_packet(*routing, topology), "");
    NocFaults faults;  // one way only, which west-first never needs: turns to the west come first
    faults.links.insert({topology.tile(0, 0).value, kNorth});
    const std::string text =
        problem([&] { route_around(make_routing("west_first", topology, 1), topology, faults); });
    EXPECT_THAT(text, HasSubstr("a packet from (0, 0) to (0, 1)"));
}

TEST(NocFaults, AnIslandIsRefused) {
    const Topology topology = mesh(3, 3);
    const NocFaults faults = parse_faults({"(0, 0) east", "(0, 0) north"}, {}, topology, "test");
    EXPECT_THAT(problem([&] { make_up_down(topology, faults, 1); }),
                HasSubstr("tile (0, 0) is cut off from the others"));
}

TEST(NocFaults, TextsThatAreNoFaultsAreRefused) {
    const Topology topology = mesh(3, 2);
    for (const auto& [text, words] :
         std::vector<std::pair<std::string, std::string>>{{"east", "expected a link"},
                                                          {"(1, 1) up", "expected a link"},
                                                          {"(3, 0) east", "outside the mesh"},
                                                          {"(2, 0) east", "there is no link"},
                                                          {"(1, 1)", "there is no link"}}) {
        EXPECT_THAT(problem([&] { parse_faults({text}, {}, topology, "noc.faults.links"); }),
                    HasSubstr(words))
            << text;
    }
    EXPECT_THAT(problem([&] { parse_faults({}, {"(1, 1) east"}, topology, "x"); }),
                HasSubstr("expected a router"));
}

}  // namespace
}  // namespace cortile
