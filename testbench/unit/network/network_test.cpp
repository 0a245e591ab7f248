// SPDX-License-Identifier: Apache-2.0
#include "workload/network/network.h"

#include <gtest/gtest.h>

#include <string>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

Network network_of(std::size_t populations) {
    Network network;
    for (std::size_t i = 0; i < populations; ++i) {
        Population p;
        p.name = std::to_string(i);
        p.shape = {1};
        p.size = 1;
        network.populations.push_back(p);
    }
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{populations - 1}};
    return network;
}

void connect(Network& network, std::uint32_t from, std::uint32_t to, std::uint16_t delay = 0) {
    Projection p;
    p.source = PopulationId{from};
    p.target = PopulationId{to};
    p.connectivity = make_elementwise(1, {1.0F}, {delay});
    network.projections.push_back(p);
}

TEST(Shape, CountsItsElements) {
    EXPECT_EQ(element_count({16, 14, 14}), 3136u);
    EXPECT_EQ(element_count({}), 1u);
    EXPECT_EQ(element_count({5, 0}), 0u);
}

TEST(Shape, BeyondTheRangeOfNeuronIndicesIsRefused) {
    EXPECT_EQ(element_count({65535, 65537}), 0xFFFFFFFFu);
    EXPECT_THROW(element_count({65536, 65536}), ConfigError);
    EXPECT_THROW(element_count({65536, 65536, 65536, 65536, 65536}), ConfigError);
}

TEST(Shape, PrintsLikeATuple) {
    EXPECT_EQ(to_string(Shape{16, 14, 14}), "(16, 14, 14)");
    EXPECT_EQ(to_string(Shape{3}), "(3)");
}

TEST(NeuronKind, IntegratorsDoNotSpike) {
    for (const NeuronKind kind : {NeuronKind::i, NeuronKind::li, NeuronKind::cuba_li}) {
        EXPECT_FALSE(spikes(kind)) << to_string(kind);
    }
    for (const NeuronKind kind : {NeuronKind::input, NeuronKind::if_, NeuronKind::lif,
                                  NeuronKind::cuba_lif, NeuronKind::threshold}) {
        EXPECT_TRUE(spikes(kind)) << to_string(kind);
    }
}

TEST(PipelineDepth, CountsTheLayersOfAChain) {
    Network n = network_of(4);
    connect(n, 0, 1);
    connect(n, 1, 2);
    connect(n, 2, 3);
    EXPECT_EQ(pipeline_depth(n), 3u);
}

TEST(PipelineDepth, TakesTheLongestOfParallelPaths) {
    Network n = network_of(5);
    connect(n, 0, 4);
    connect(n, 0, 1);
    connect(n, 1, 2);
    connect(n, 2, 4);
    connect(n, 0, 2);
    EXPECT_EQ(pipeline_depth(n), 3u);
}

TEST(PipelineDepth, CutsSelfConnections) {
    Network n = network_of(3);
    connect(n, 0, 1);
    connect(n, 1, 1);
    connect(n, 1, 2);
    EXPECT_EQ(pipeline_depth(n), 2u);
}

TEST(PipelineDepth, CutsFeedbackBetweenLayers) {
    Network n = network_of(4);
    connect(n, 0, 1);
    connect(n, 1, 2);
    connect(n, 2, 1);
    connect(n, 2, 3);
    connect(n, 3, 1);
    EXPECT_EQ(pipeline_depth(n), 3u);
}

TEST(PipelineDepth, AddsDelays) {
    Network n = network_of(3);
    connect(n, 0, 1, 5);
    connect(n, 1, 2);
    EXPECT_EQ(pipeline_depth(n), 7u);
}

TEST(PipelineDepth, OutputThatNoInputReachesCountsNothing) {
    Network n = network_of(3);
    connect(n, 0, 1);
    EXPECT_EQ(pipeline_depth(n), 0u);
}

TEST(Onsets, AreTheShortestPathsFromAnInput) {
    Network n = network_of(6);
    connect(n, 0, 1);
    connect(n, 1, 2);
    connect(n, 2, 3);
    connect(n, 0, 3);  // a shorter way
    connect(n, 3, 1);  // back
    EXPECT_EQ(onsets(n), (std::vector<std::uint32_t>{0, 1, 2, 1, 0, 0}));
}

TEST(PipelineDepth, LongChainsDoNotExhaustTheStack) {
    constexpr std::uint32_t kLayers = 50'000;
    Network n = network_of(kLayers);
    for (std::uint32_t i = 0; i + 1 < kLayers; ++i) {
        Projection p;
        p.source = PopulationId{i};
        p.target = PopulationId{i + 1};
        n.projections.push_back(p);
    }
    EXPECT_EQ(pipeline_depth(n), kLayers - 1);
}

}  // namespace
}  // namespace cortile
