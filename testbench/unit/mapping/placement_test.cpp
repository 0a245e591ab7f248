// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "hw_model/base/random.h"
#include "workload/mapping/place_groups.h"

namespace cortile {
namespace {

PlacementProblem random_problem(std::uint32_t groups, std::uint32_t edges, std::uint64_t seed) {
    PlacementProblem problem;
    problem.groups = groups;
    for (std::uint32_t e = 0; e < edges; ++e) {
        const auto bits = philox({seed, RandomUse::test}, e, 0);
        problem.traffic.push_back({uniform_below(bits[0], groups), uniform_below(bits[1], groups),
                                   1.0 + uniform_below(bits[2], 100)});
    }
    return problem;
}

bool all_different(const std::vector<CoreId>& cores) {
    return std::set<CoreId>(cores.begin(), cores.end()).size() == cores.size();
}

TEST(Placement, OptimizedCostsNoMoreThanLinearOrCurve) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        const Topology topology{6, 5, 2, {}};
        const auto problem = random_problem(20 + 5 * static_cast<std::uint32_t>(seed), 150, seed);
        const auto cost = [&](Placement placement) {
            const auto cores = place_groups(problem, topology, placement, seed);
            EXPECT_TRUE(all_different(cores));
            return cost_of(problem, topology, cores).hops;
        };
        const double optimized = cost(Placement::optimized);
        EXPECT_LE(optimized, cost(Placement::linear)) << seed;
        EXPECT_LE(optimized, cost(Placement::curve)) << seed;
        EXPECT_LT(optimized, 0.9 * cost(Placement::linear)) << seed;
    }
}

TEST(Placement, DeadCoresAreLeftOut) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        Topology topology{6, 5, 2, {}};
        for (std::uint32_t core = 1; core < 60; core += 3) {
            topology.dead_cores.emplace_back(core);
        }
        ASSERT_EQ(topology.working_cores(), 40u);
        const auto problem = random_problem(40, 150, seed);  // on every core that works
        for (const Placement placement :
             {Placement::linear, Placement::curve, Placement::optimized}) {
            const auto cores = place_groups(problem, topology, placement, seed);
            EXPECT_TRUE(all_different(cores));
            for (const CoreId core : cores) {
                EXPECT_NE(core.value % 3, 1u);
            }
        }
    }
}

// A mesh without its last column, dead or not there, is the same problem.
TEST(Placement, WithDeadCoresItIsAsGoodAsWithoutThem) {
    Topology cut{5, 5, 1, {TileId{0u}}};
    const Topology whole{4, 5, 1, {TileId{0u}}};
    for (std::uint32_t y = 0; y < 5; ++y) {
        cut.dead_cores.emplace_back(5 * y + 4);
    }
    double sum_cut = 0, sum_whole = 0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        const auto problem = random_problem(18, 60, seed);
        const auto cost = [&](const Topology& topology) {
            return cost_of(problem, topology,
                           place_groups(problem, topology, Placement::optimized, seed))
                .hops;
        };
        sum_cut += cost(cut);
        sum_whole += cost(whole);
    }
    EXPECT_NEAR(sum_cut / sum_whole, 1, 0.04);
}

Topology board_of(std::uint32_t columns, std::uint32_t rows, std::uint32_t side) {
    Topology topology;
    topology.width = columns * side;
    topology.height = rows * side;
    topology.chip_width = topology.chip_height = side;
    return topology;
}

// Two rings of as many groups as a chip has cores: each has its chip to itself.
TEST(Placement, OnABoardWhatTalksStaysOnOneChip) {
    PlacementProblem problem;
    problem.groups = 18;
    for (std::uint32_t i = 0; i < 18; ++i) {
        problem.traffic.push_back({i, (i + 2) % 18, 5.0});  // evens and odds
    }
    problem.crossing_hops = 20;
    const Topology topology = board_of(2, 1, 3);
    const auto cores = place_groups(problem, topology, Placement::optimized, 1);
    EXPECT_TRUE(all_different(cores));
    EXPECT_EQ(cost_of(problem, topology, cores).crossings, 0);
    Mapping mapping;
    note_placement(problem, topology, cores, mapping);
    EXPECT_EQ(mapping.chips, 2u);
    EXPECT_EQ(mapping.chips_used, 2u);
    EXPECT_EQ(mapping.spike_weighted_crossings, 0);
    EXPECT_GT(mapping.spike_weighted_hops, 0);
}

// Crossings count, and dear ones are avoided at the price of hops.
TEST(Placement, OnABoardCrossingsCount) {
    const Topology topology = board_of(2, 2, 2);
    PlacementProblem problem;
    problem.groups = 2;
    problem.traffic = {{0, 1, 3.0}};
    const std::vector<CoreId> corners{CoreId{topology.tile(0, 0).value},
                                      CoreId{topology.tile(3, 3).value}};
    EXPECT_EQ(cost_of(problem, topology, corners).crossings, 3.0 * 2);
    EXPECT_EQ(cost_of(problem, topology, corners).hops, 3.0 * 6);
    double dear = 0, cheap = 0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        PlacementProblem random = random_problem(14, 40, seed);
        const auto crossings = [&](double hops) {
            random.crossing_hops = hops;
            return cost_of(random, topology,
                           place_groups(random, topology, Placement::optimized, seed))
                .crossings;
        };
        dear += crossings(50);
        cheap += crossings(0);
    }
    EXPECT_LT(dear, 0.95 * cheap);
}

TEST(Placement, ShuffledChainIsPulledTogether) {
    // A chain through 16 tiles costs at least 15; scattered by stride 7 it starts far above.
    PlacementProblem problem;
    problem.groups = 16;
    for (std::uint32_t i = 0; i + 1 < 16; ++i) {
        problem.traffic.push_back({i * 7 % 16, (i + 1) * 7 % 16, 1.0});
    }
    const Topology topology{4, 4, 1, {}};
    const double linear =
        cost_of(problem, topology, place_groups(problem, topology, Placement::linear, 1)).hops;
    const double optimized =
        cost_of(problem, topology, place_groups(problem, topology, Placement::optimized, 1)).hops;
    EXPECT_GT(linear, 35);
    EXPECT_LE(optimized, 22);
}

TEST(Placement, GroupFedByAPortMovesThere) {
    const Topology topology{8, 8, 1, {TileId{63u}}};
    PlacementProblem problem;
    problem.groups = 1;
    problem.traffic = {{1, 0, 5.0}};
    const auto cores = place_groups(problem, topology, Placement::optimized, 1);
    EXPECT_EQ(cores[0].value, 63u);
    EXPECT_EQ(cost_of(problem, topology, cores).hops, 0);
}

TEST(Placement, HeavyTrafficWinsTheShortWay) {
    // Group 0 talks to 1 rarely and to 2 often; all start in a line.
    const Topology topology{3, 1, 1, {}};
    PlacementProblem problem;
    problem.groups = 3;
    problem.traffic = {{0, 1, 1.0}, {0, 2, 10.0}};
    const auto cores = place_groups(problem, topology, Placement::optimized, 1);
    EXPECT_EQ(cost_of(problem, topology, cores).hops, 11.0);
}

TEST(Placement, SameSeedSamePlacement) {
    const auto problem = random_problem(60, 400, 5);
    const Topology topology{8, 8, 1, {}};
    const auto place = [&](std::uint64_t seed) {
        return place_groups(problem, topology, Placement::optimized, seed);
    };
    EXPECT_EQ(place(1), place(1));
}

TEST(Placement, LinearIsIndexOrder) {
    const auto cores = place_groups(random_problem(5, 10, 1), {4, 4, 1, {}}, Placement::linear, 1);
    for (std::uint32_t g = 0; g < 5; ++g) {
        EXPECT_EQ(cores[g].value, g);
    }
}

}  // namespace
}  // namespace cortile
