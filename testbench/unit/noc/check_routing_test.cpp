// SPDX-License-Identifier: Apache-2.0
// What is refused before a network of routers is built, and in which words.
#include "noc/flit/check_routing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "hw_model/base/error.h"
#include "noc/routing/deadlock.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_noc::ListedSource;
using testing_noc::RecordingSink;

Topology mesh(std::uint32_t width, std::uint32_t height) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    return topology;
}

CycleAccurateTiming routers(const std::string& routing = "xy") {
    CycleAccurateTiming timing;
    timing.routing = routing;
    return timing;
}

std::string problem(const std::function<void()>& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

std::string problem(const Topology& topology, const CycleAccurateTiming& timing) {
    return problem([&] { check_routing(topology, timing); });
}

// Any shortest way: its packets can wait for each other.
class AnyShortestWay final : public RoutingPolicy {
  public:
    explicit AnyShortestWay(const Topology& topology) : topology_(topology) {}
    std::string name() const override { return "any_shortest_way"; }
    void options(const RouteQuery& query, RouteOptions& result) const override {
        for (unsigned port = 0; port < 4; ++port) {
            const auto next = topology_.neighbour(query.tile, port);
            if (next && topology_.hops(*next, query.destination) <
                            topology_.hops(query.tile, query.destination)) {
                result.add(port, 1);
            }
        }
    }

  private:
    const Topology& topology_;
};

// XY as a table might give it: nothing says that it is proven.
class LikeXy final : public RoutingPolicy {
  public:
    explicit LikeXy(const Topology& topology) : xy_(make_routing("xy", topology, 2)) {}
    std::string name() const override { return "like_xy"; }
    void options(const RouteQuery& query, RouteOptions& result) const override {
        xy_->options(query, result);
    }

  private:
    std::unique_ptr<RoutingPolicy> xy_;
};

TEST(CheckRouting, RoutersWithoutBuffersAreRefused) {
    CycleAccurateTiming timing = routers();
    timing.router.buffer_flits = 0;
    EXPECT_EQ(problem(mesh(2, 2), timing),
              "noc.buffer_flits: a virtual channel without a buffer passes no flit\n"
              "  hint: noc.buffer_flits: 1 or more");
}

TEST(CheckRouting, MoreVirtualChannelsThanARouterHoldsAreRefusedCountingTheHostsPort) {
    CycleAccurateTiming timing = routers();
    timing.router.virtual_channels = 12;
    Topology topology = mesh(2, 2);
    EXPECT_EQ(problem(topology, timing), "no error");  // 5 x 12 = 60
    topology.external_ports = {TileId{3u}};
    EXPECT_THAT(problem(topology, timing),
                HasSubstr("noc.virtual_channels: 6 ports of 12 virtual channels are 72, at most "
                          "64"));
}

TEST(CheckRouting, APolicyThatCanDeadlockIsRefusedWithTheCircle) {
    const Topology topology = mesh(2, 2);
    const AnyShortestWay routing(topology);
    EXPECT_THAT(
        problem([&] { check_routing(routing, topology, {}, 1); }),
        AllOf(HasSubstr("noc.routing: any_shortest_way can deadlock with 1 virtual channel: "
                        "packets that hold these links can wait for each other in a "
                        "circle: "),
              HasSubstr("(0, 0) east"), HasSubstr("(1, 1) west"),
              HasSubstr("hint: forbid one of the turns")));
    // Without the cores of one tile, no packet makes the turn from and to it; the others still can.
    EXPECT_EQ(problem([&] { check_routing(LikeXy(topology), topology, {}, 2); }), "no error");
}

TEST(CheckRouting, SilentTilesSendNothingThatCouldWait) {
    const Topology topology = mesh(2, 2);
    NocFaults faults;
    faults.unused = {0, 3};
    EXPECT_EQ(problem([&] { check_routing(AnyShortestWay(topology), topology, faults, 1); }),
              "no error");
}

TEST(CheckRouting, ProvenPoliciesAreTheOnesOfTheTests) {
    const Topology topology = mesh(3, 3);
    for (const std::string& name : routing_names()) {
        EXPECT_TRUE(check_routing(topology, routers(name))->is_proven()) << name;
    }
    EXPECT_TRUE(check_routing(topology, routers("up_down"))->is_proven());
    EXPECT_FALSE(LikeXy(topology).is_proven());
}

TEST(CheckRouting, LargeMeshesAreSearchedByDestination) {
    const Topology topology = mesh(32, 32);
    EXPECT_EQ(problem([&] { check_routing(LikeXy(topology), topology, {}, 2); }), "no error");
    EXPECT_THAT(problem([&] { check_routing(AnyShortestWay(topology), topology, {}, 2); }),
                HasSubstr("can deadlock"));
}

TEST(CheckRouting, WhatIsInTheWayIsNamed) {
    CycleAccurateTiming timing = routers();
    timing.dead_links = {"(1, 1) east"};
    EXPECT_THAT(problem(mesh(3, 3), timing),
                AllOf(HasSubstr("noc.routing: xy cannot lead every packet around the faults: a "
                                "packet from (1, 1) to (2, 0) has no way on from (1, 1): link "
                                "(1, 1) east is dead"),
                      HasSubstr("hint: noc.routing: up_down leads around all faults")));
    timing.dead_links = {};
    timing.dead_routers = {"(1, 1)"};
    EXPECT_THAT(problem(mesh(3, 3), timing), HasSubstr("from (1, 0): router (1, 1) is dead"));
    timing.routing = "up_down";
    EXPECT_EQ(problem(mesh(3, 3), timing), "no error");
}

// A policy that looks at sources is followed only where a fault is near: it finds the same.
TEST(CheckRouting, OddEvenFindsWhatIsInItsWayAndNothingElse) {
    CycleAccurateTiming timing = routers("odd_even");
    timing.dead_routers = {"(0, 3)", "(1, 3)", "(2, 3)", "(3, 3)", "(4, 3)"};
    EXPECT_EQ(problem(mesh(5, 4), timing), "no error");
    for (const char* link : {"(0, 0) east", "(2, 1) east", "(3, 1) north", "(4, 0) north"}) {
        timing.dead_links = {link};
        EXPECT_THAT(problem(mesh(5, 4), timing), HasSubstr(std::string("link ") + link)) << link;
    }
    // Turns are where it differs: without this router, no shortest way of its own is left.
    timing.dead_links = {};
    timing.dead_routers = {"(2, 0)"};
    Topology topology = mesh(5, 2);
    topology.dead_cores = {CoreId{5u}, CoreId{6u}, CoreId{7u}, CoreId{8u}, CoreId{9u}};
    EXPECT_THAT(problem(topology, timing), HasSubstr("router (2, 0) is dead"));
}

TEST(CheckRouting, FaultsThatCutATileOffAreRefusedUnlessNobodyIsThere) {
    CycleAccurateTiming timing = routers("up_down");
    timing.dead_links = {"(0, 0) east", "(0, 0) north"};
    Topology topology = mesh(3, 3);
    EXPECT_THAT(problem(topology, timing),
                AllOf(HasSubstr("noc.dead_links: tile (0, 0) is cut off from the others"),
                      HasSubstr("noc.dead_routers: [\"(0, 0)\"]")));
    topology.dead_cores = {CoreId{0u}};
    EXPECT_EQ(problem(topology, timing), "no error");
    topology.external_ports = {TileId{0u}};  // a host is there
    EXPECT_THAT(problem(topology, timing), HasSubstr("is cut off"));
}

TEST(CheckRouting, AHostAtADeadRouterIsRefused) {
    CycleAccurateTiming timing = routers("up_down");
    timing.dead_routers = {"(2, 1)"};
    Topology topology = mesh(3, 3);
    topology.external_ports = {topology.tile(2, 1)};
    EXPECT_THAT(problem(topology, timing),
                AllOf(HasSubstr("noc.dead_routers: the host's port is at the dead router (2, 1)"),
                      HasSubstr("hint: attach it elsewhere: host.tile_x, host.tile_y")));
}

TEST(CheckRouting, XyTakesFaultsThatNoWorkingTileMeets) {
    const auto refusal = [](const Topology& topology, const std::vector<std::string>& links,
                            const std::vector<std::string>& dead) {
        return problem([&] {
            check_xy_ways("approximately_timed", topology, parse_faults(links, dead, topology));
        });
    };
    Topology topology = mesh(3, 3);
    EXPECT_EQ(refusal(topology, {}, {}), "no error");
    EXPECT_THAT(refusal(topology, {"(1, 1) east"}, {}),
                AllOf(HasSubstr("noc.dead_links: approximately_timed routes xy only; xy cannot "
                                "lead every packet"),
                      HasSubstr("link (1, 1) east is dead"),
                      HasSubstr("hint: noc.timing: cycle_accurate with noc.routing: up_down")));
    EXPECT_THAT(refusal(topology, {}, {"(1, 1)"}), HasSubstr("noc.dead_routers: "));
    // A whole column: nobody's way leads there.
    EXPECT_EQ(refusal(topology, {}, {"(2, 0)", "(2, 1)", "(2, 2)"}), "no error");
    // The routers work, but no core there does.
    for (const std::uint32_t core : {2u, 5u, 8u}) {
        topology.dead_cores.emplace_back(core);
    }
    EXPECT_EQ(refusal(topology, {"(1, 1) east", "(2, 1) north"}, {}), "no error");
    EXPECT_THAT(refusal(topology, {"(0, 1) east"}, {}), HasSubstr("link (0, 1) east is dead"));
}

TEST(CheckRouting, PacketsPassARouterWhoseCoresAreDeadAndAroundOneThatIsDead) {
    for (const bool is_router_dead : {false, true}) {
        Topology topology = mesh(3, 3);
        topology.dead_cores = {CoreId{4u}};
        CycleAccurateTiming timing = routers(is_router_dead ? "up_down" : "xy");
        if (is_router_dead) {
            timing.dead_routers = {"(1, 1)"};
        }
        const auto engine = make_cycle_accurate(topology, timing);
        ListedSource source(topology.sources());
        source.add(3, 0, 5);  // from (0, 1) to (2, 1)
        RecordingSink sink(topology.cores());
        Executor executor(1);
        engine->run_timestep(source, sink, executor);
        EXPECT_EQ(sink.packets(), 1u);
        EXPECT_EQ(engine->counters().hops_x + engine->counters().hops_y, is_router_dead ? 4u : 2u);
        EXPECT_EQ(engine->link(TileId{4u}, Direction::east).packets, is_router_dead ? 0u : 1u);
    }
}

}  // namespace
}  // namespace cortile
