// SPDX-License-Identifier: Apache-2.0
// Runs of a population are evened out, and only where that costs no core.
#include <gmock/gmock.h>

#include "testbench/unit/mapping/mapping_networks.h"
#include "workload/mapping/balance.h"
#include "workload/mapping/mapping.h"

namespace cortile {
namespace {

using testing::ElementsAre;

const Topology kChip{6, 6, 4, {}};

// Neurons per slice of a population, in order.
std::vector<std::uint32_t> sizes(const Mapping& mapping, PopulationId population) {
    std::vector<std::uint32_t> result;
    for (const Slice& slice : mapping.slices) {
        if (slice.population == population) {
            result.push_back(slice.end - slice.begin);
        }
    }
    return result;
}

CoreLimits neurons_at_most(std::uint32_t neurons) {
    CoreLimits limits = unlimited();
    limits.neurons = neurons;
    return limits;
}

TEST(Balance, TheRestIsSpreadOverAllCores) {
    NetworkBuilder b;
    const auto in = b.input(256), fc = b.neurons("fc", {256});
    b.connect(in, fc, one_to_one(256));
    CoreLimits limits = unlimited();
    limits.input_axons = 83;  // greedily 83, 83, 83, 7
    EXPECT_THAT(sizes(map_network(b.network(), kChip, limits, {}), fc),
                ElementsAre(64, 64, 64, 64));
}

TEST(Balance, RunsDifferByOneNeuronAtMost) {
    NetworkBuilder b;
    const auto fc = b.neurons("fc", {103});
    EXPECT_THAT(sizes(map_network(b.network(), kChip, neurons_at_most(30), {}), fc),
                ElementsAre(25, 26, 26, 26));
}

TEST(Balance, GreedyRunsStayWhereEqualOnesDoNotFit) {
    // The first 5 neurons have 20 inputs each, the next 100 one each.
    std::vector<std::vector<Connection>> rows;
    for (std::uint32_t source = 0; source < 200; ++source) {
        rows.push_back({{source < 100 ? source / 20 : source - 95, 1.0F, 0}});
    }
    NetworkBuilder b;
    const auto in = b.input(200), fc = b.neurons("fc", {105});
    b.connect(in, fc, std::make_shared<RowConnectivity>(105, std::move(rows)));
    CoreLimits limits = unlimited();
    limits.input_axons = 100;
    EXPECT_THAT(sizes(map_network(b.network(), kChip, limits, {}), fc), ElementsAre(5, 100));
}

TEST(Balance, WholeChannelsStayWhole) {
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {7, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 7, 8));
    // Greedily 3, 3 and 1 channels.
    EXPECT_THAT(sizes(map_network(b.network(), kChip, neurons_at_most(192), {}), conv),
                ElementsAre(128, 128, 192));
}

TEST(Balance, WholeImageRowsStayWhole) {
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {1, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 1, 8));
    // 60 neurons are 7 rows and a half: greedily 7 rows and 1.
    EXPECT_THAT(sizes(map_network(b.network(), kChip, neurons_at_most(60), {}), conv),
                ElementsAre(32, 32));
}

TEST(Balance, BandsOfImageRowsStayWhole) {
    // 48 input axons hold 4 output rows inside the image and 5 at its edge: greedily 5 and 3.
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {8, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 8, 8));
    CoreLimits limits = unlimited();
    limits.input_axons = 48;
    const auto mapping = map_network(b.network(), kChip, limits, {});
    EXPECT_THAT(sizes(mapping, conv), ElementsAre(256, 256));
    EXPECT_EQ(mapping.order[conv.value].size(), 512u);
}

TEST(Balance, OnePopulationThatStaysDoesNotHoldUpTheOthers) {
    std::vector<std::vector<Connection>> rows;
    for (std::uint32_t source = 0; source < 200; ++source) {
        rows.push_back({{source < 100 ? source / 20 : source - 95, 1.0F, 0}});
    }
    NetworkBuilder b;
    const auto in = b.input(200), stays = b.neurons("stays", {105}),
               even = b.neurons("even", {105});
    b.connect(in, stays, std::make_shared<RowConnectivity>(105, std::move(rows)))
        .connect(stays, even, one_to_one(105));
    CoreLimits limits = unlimited();
    limits.input_axons = 100;
    const auto mapping = map_network(b.network(), kChip, limits, {});
    EXPECT_THAT(sizes(mapping, stays), ElementsAre(5, 100));
    EXPECT_THAT(sizes(mapping, even), ElementsAre(52, 53));
}

TEST(Balance, RunsCutForTheirOutputAxonsAreEvenedToo) {
    // Each of 16 neurons sends to both cores of b: 7 neurons a core, greedily 7, 7, 2.
    NetworkBuilder b;
    const auto first = b.neurons("a", {16}), second = b.neurons("b", {20});
    b.connect(first, second, all_to_all(16, 20));
    CoreLimits limits = neurons_at_most(16);
    limits.output_axons = 14;
    const auto mapping = map_network(b.network(), kChip, limits, {});
    EXPECT_THAT(sizes(mapping, first), ElementsAre(5, 5, 6));
    EXPECT_THAT(sizes(mapping, second), ElementsAre(10, 10));
}

TEST(Balance, TargetsStayWhereTheirSourcesHaveNoAxonsForAnotherCut) {
    // Cut greedily at 16, b costs each neuron of a one packet; cut at 10, neurons 0 and 1 two.
    std::vector<std::vector<Connection>> rows(16, {{0, 1.0F, 0}, {1, 1.0F, 0}});
    rows[0] = rows[1] = {{9, 1.0F, 0}, {10, 1.0F, 0}};
    NetworkBuilder b;
    const auto first = b.neurons("a", {16}), second = b.neurons("b", {20});
    b.connect(first, second, std::make_shared<RowConnectivity>(20, std::move(rows)));
    CoreLimits limits = neurons_at_most(16);
    limits.output_axons = 16;
    const auto mapping = map_network(b.network(), kChip, limits, {});
    EXPECT_THAT(sizes(mapping, first), ElementsAre(16));
    EXPECT_THAT(sizes(mapping, second), ElementsAre(16, 4));
}

TEST(Balance, SharedCoresKeepRestsThatPackBetter) {
    // 20 + (10 + 10) neurons; 15, 15 and 10 would take a third core.
    NetworkBuilder b;
    const auto first = b.neurons("a", {30}), second = b.neurons("b", {10});
    MappingOptions options;
    options.share_cores = true;
    const auto mapping = map_network(b.network(), kChip, neurons_at_most(20), options);
    EXPECT_EQ(mapping.core_count_used(), 2u);
    EXPECT_THAT(sizes(mapping, first), ElementsAre(20, 10));
    EXPECT_THAT(sizes(mapping, second), ElementsAre(10));
}

TEST(Balance, SharedCoresAreEvenedWhereThatCostsNone) {
    NetworkBuilder b;
    const auto first = b.neurons("a", {30});
    b.neurons("b", {5});
    MappingOptions options;
    options.share_cores = true;
    const auto mapping = map_network(b.network(), kChip, neurons_at_most(20), options);
    EXPECT_EQ(mapping.core_count_used(), 2u);
    EXPECT_THAT(sizes(mapping, first), ElementsAre(15, 15));
}

// Pieces of 30 and 18 neurons of a population that may, or may not, be moved.
std::vector<std::uint32_t> ends_after_balancing(std::vector<std::uint32_t> grains) {
    NetworkBuilder b;
    const auto fc = b.neurons("fc", {48});
    Division division;
    division.pieces = {{fc, 0, 30}, {fc, 30, 48}};
    division.order.resize(1);
    division.grains = {std::move(grains)};
    balance_runs(b.network(), unlimited(), false, division);
    std::vector<std::uint32_t> ends;
    for (const Piece& piece : division.pieces) {
        ends.push_back(piece.end);
    }
    return ends;
}

TEST(Balance, PiecesMoveByWholeGrainsOnly) {
    EXPECT_THAT(ends_after_balancing({1}), ElementsAre(24, 48));
    EXPECT_THAT(ends_after_balancing({6, 1}), ElementsAre(24, 48));
    EXPECT_THAT(ends_after_balancing({10, 1}), ElementsAre(20, 48));
}

TEST(Balance, PiecesWithoutGrainsStay) {
    EXPECT_THAT(ends_after_balancing({}), ElementsAre(30, 48));
}

TEST(Balance, PartsOfMetisHaveNoGrains) {
    // Two clusters, interleaved: runs would cut both.
    std::vector<std::vector<Connection>> rows(48);
    for (std::uint32_t s = 0; s < 48; ++s) {
        for (std::uint32_t t = s % 2; t < 48; t += 2) {
            rows[s].push_back({t, 1.0F, 0});
        }
    }
    NetworkBuilder b;
    const auto fc = b.neurons("fc", {48});
    b.connect(fc, fc, std::make_shared<RowConnectivity>(48, std::move(rows)));
    const CoreLimits limits = neurons_at_most(30);
    const Division grouped = divide(b.network(), limits, kChip.cores(), {});
    ASSERT_FALSE(grouped.order[fc.value].empty());
    EXPECT_THAT(grouped.grains[fc.value], testing::IsEmpty());
    MappingOptions contiguous;
    contiguous.partition = Partition::contiguous;
    EXPECT_THAT(divide(b.network(), limits, kChip.cores(), contiguous).grains[fc.value],
                ElementsAre(1));
}

}  // namespace
}  // namespace cortile
