// SPDX-License-Identifier: Apache-2.0
// Runs of a population are evened out, and only where that costs no core.
#include <gmock/gmock.h>

#include "testbench/unit/mapping/mapping_networks.h"
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
    EXPECT_THAT(sizes(map_network(b.network(), kChip, limits, {}), fc), ElementsAre(64, 64, 64, 64));
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
    // Greedily 3, 3 and 2 rows, in three cores as equal as rows can be; 7 a core: 7 and 1.
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
    const auto in = b.input(200), stays = b.neurons("stays", {105}), even = b.neurons("even", {105});
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
    // b is cut greedily at 12 of 20, and no neuron of a reaches both sides of that. Cut at 10 it
    // would: neurons 0 and 1 reach targets 9 and 10.
    std::vector<std::vector<Connection>> rows(16);
    for (std::uint32_t s = 0; s < 16; ++s) {
        rows[s] = {{s < 2 ? 9u : 15u, 1.0F, 0}, {s < 2 ? 10u : 16u, 1.0F, 0}};
    }
    NetworkBuilder b;
    const auto first = b.neurons("a", {16}), second = b.neurons("b", {20});
    b.connect(first, second, std::make_shared<RowConnectivity>(20, std::move(rows)));
    CoreLimits limits = neurons_at_most(16);
    limits.output_axons = 16;
    limits.neurons = 16;
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

TEST(Balance, PartsOfMetisAreLeftAlone) {
    // Two clusters of 30 and 18 neurons, interleaved: cutting either costs packets.
    std::vector<std::vector<Connection>> rows(48);
    const auto cluster = [](std::uint32_t n) { return n % 8 < 5 ? 0 : 1; };
    for (std::uint32_t s = 0; s < 48; ++s) {
        for (std::uint32_t t = 0; t < 48; ++t) {
            if (cluster(s) == cluster(t)) {
                rows[s].push_back({t, 1.0F, 0});
            }
        }
    }
    NetworkBuilder b;
    const auto fc = b.neurons("fc", {48});
    b.connect(fc, fc, std::make_shared<RowConnectivity>(48, std::move(rows)));
    const auto mapping = map_network(b.network(), kChip, neurons_at_most(30), {});
    ASSERT_FALSE(mapping.notes.empty());
    const auto cut = sizes(mapping, fc);
    for (std::size_t i = 0, begin = 0; i < cut.size(); begin += cut[i++]) {
        for (std::size_t k = begin; k < begin + cut[i]; ++k) {
            EXPECT_EQ(cluster(mapping.order[fc.value][k]),
                      cluster(mapping.order[fc.value][begin]));
        }
    }
}

}  // namespace
}  // namespace cortile
