// SPDX-License-Identifier: Apache-2.0
// Routing by a table out of a file.
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "noc/flit/check_routing.h"
#include "noc/routing/table.h"
#include "noc/traffic/load_point.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kHead = "x,y,destination_x,destination_y,direction,virtual_channels\n";

Topology mesh(std::uint32_t width, std::uint32_t height) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    return topology;
}

class RoutingTable : public testing::Test {
  protected:
    std::filesystem::path write(const std::string& text) const {
        const std::filesystem::path file = folder_.path() / "ways.csv";
        std::ofstream(file) << text;
        return file;
    }
    CycleAccurateTiming timing(const std::string& text) const {
        CycleAccurateTiming timing;
        timing.routing = "table";
        timing.routing_table = write(text);
        return timing;
    }
    std::string complaint(const Topology& topology, const std::string& text) const {
        try {
            check_routing(topology, timing(text));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "none";
    }
    // The ways of a policy as a table.
    static std::string table_of(const std::string& name, const Topology& topology) {
        const auto routing = make_routing(name, topology, 4);
        const char* const directions[] = {"east", "west", "north", "south"};
        std::string text = kHead;
        for (std::uint32_t from = 0; from < topology.tiles(); ++from) {
            for (std::uint32_t to = 0; to < topology.tiles(); ++to) {
                RouteOptions options;
                if (from != to) {
                    routing->options({TileId{from}, 0, TileId{from}, TileId{to}, 0}, options);
                }
                for (const RouteOption& option : options) {
                    text += fmt::format("{},{},{},{},{},{}\n", topology.x(TileId{from}),
                                        topology.y(TileId{from}), topology.x(TileId{to}),
                                        topology.y(TileId{to}), directions[option.port],
                                        option.port % 2 == 0 ? "all" : "0-3");
                }
            }
        }
        return text;
    }

    TemporaryFolder folder_;
};

TEST_F(RoutingTable, OfAPolicyRoutesAsThePolicyDoes) {
    for (const char* policy : {"xy", "yx", "west_first"}) {
        LoadPointSetup setup;
        setup.topology = mesh(4, 3);
        setup.warmup = 500;
        setup.measured = 1500;
        setup.routing = policy;
        const LoadPoint expected = measure_load_point(setup, 0.2);
        setup.routing = "table";
        setup.routing_table = write("# ways\n" + table_of(policy, setup.topology));
        const LoadPoint point = measure_load_point(setup, 0.2);
        EXPECT_EQ(point.packet_latency_mean, expected.packet_latency_mean) << policy;
        EXPECT_EQ(point.link_load, expected.link_load) << policy;
    }
}

TEST_F(RoutingTable, ADetourIsTakenAndCounted) {
    // From (0, 0) to (1, 0) by way of the upper row.
    const std::string text = std::string(kHead) +
                             "0,0,1,0,north,all\n0,1,1,0,east,1\n1,1,1,0,south,0-1\n"
                             "1,0,0,0,west,all\n0,0,0,1,north,all\n0,0,1,1,north,all\n"
                             "1,0,0,1,west,all\n1,0,1,1,north,all\n0,1,0,0,south,all\n"
                             "0,1,1,1,east,all\n1,1,0,0,west,all\n1,1,0,1,west,all\n";
    const Topology topology = mesh(2, 2);
    const auto routing = check_routing(topology, timing(text));
    RouteOptions options;
    routing->options({TileId{2u}, 0, TileId{0u}, TileId{1u}, 0}, options);
    ASSERT_EQ(options.size(), 1u);
    EXPECT_EQ(options[0].port, kEast);
    EXPECT_EQ(options[0].virtual_channels, 0b10u);
}

TEST_F(RoutingTable, WhatCanDeadlockOrLosesPacketsIsRefused) {
    const Topology topology = mesh(3, 3);
    // Any shortest way: all turns, hence circles.
    std::string adaptive = kHead;
    for (std::uint32_t from = 0; from < 9; ++from) {
        for (std::uint32_t to = 0; to < 9; ++to) {
            const int dx = static_cast<int>(to % 3) - static_cast<int>(from % 3);
            const int dy = static_cast<int>(to / 3) - static_cast<int>(from / 3);
            for (const auto& [distance, more, less] :
                 {std::tuple(dx, "east", "west"), std::tuple(dy, "north", "south")}) {
                if (distance != 0) {
                    adaptive += fmt::format("{},{},{},{},{},all\n", from % 3, from / 3, to % 3,
                                            to / 3, distance > 0 ? more : less);
                }
            }
        }
    }
    EXPECT_THAT(complaint(topology, adaptive),
                AllOf(HasSubstr("table can deadlock"), HasSubstr("up_down")));
    std::string incomplete = table_of("xy", topology);
    incomplete.erase(incomplete.find("0,0,2,2,east,all\n"), 17);
    EXPECT_THAT(complaint(topology, incomplete), HasSubstr("table does not lead every packet"));
}

TEST_F(RoutingTable, MistakesAreToldWithFileAndLine) {
    const Topology topology = mesh(3, 2);
    const auto of = [&](const std::string& line) { return complaint(topology, kHead + line); };
    EXPECT_THAT(complaint(topology, ""), HasSubstr("ways.csv:1: the file is empty"));
    EXPECT_THAT(complaint(topology, "x,y\n"), HasSubstr("ways.csv:1: expected the columns"));
    EXPECT_THAT(of("0,0,1,0,east\n"), HasSubstr("ways.csv:2: expected six fields"));
    EXPECT_THAT(of("0,0,3,0,east,all\n"), HasSubstr("ways.csv:2: expected a tile of the mesh"));
    EXPECT_THAT(of("0,-1,1,0,east,all\n"), HasSubstr("ways.csv:2: expected a tile"));
    EXPECT_THAT(of("0,0,0,0,east,all\n"), HasSubstr("needs no direction"));
    EXPECT_THAT(of("0,0,1,0,up,all\n"), HasSubstr("expected east, west, north or south"));
    EXPECT_THAT(of("0,0,1,0,west,all\n"), HasSubstr("is the edge of the mesh"));
    EXPECT_THAT(of("0,0,1,0,east,4\n"), HasSubstr("of 0 to 3 a number or a range"));
    EXPECT_THAT(of("0,0,1,0,east,2-1\n"), HasSubstr("found '2-1'"));
    EXPECT_THAT(of("0,0,1,0,east,all\n0,0,1,0,east,0\n"), HasSubstr("ways.csv:3: direction east"));
    CycleAccurateTiming nowhere;
    nowhere.routing = "table";
    nowhere.routing_table = folder_.path() / "none.csv";
    EXPECT_THROW(check_routing(topology, nowhere), ConfigError);
    EXPECT_THAT(complaint(mesh(33, 32), kHead), HasSubstr("1024 tiles at most"));
}

}  // namespace
}  // namespace cortile
