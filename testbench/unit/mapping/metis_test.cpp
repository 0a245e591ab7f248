// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "testbench/unit/mapping/mapping_networks.h"
#include "workload/mapping/mapping.h"
#include "workload/mapping/metis_partition.h"

namespace cortile {
namespace {

// Even neurons talk to even ones, odd to odd, and one connection joins the two.
QuantizedNetwork two_communities(std::uint32_t size) {
    std::vector<std::vector<Connection>> rows(size);
    for (std::uint32_t s = 0; s < size; ++s) {
        for (std::uint32_t t = s % 2; t < size; t += 2) {
            if (t != s && uniform01({1, RandomUse::test}, s, t) < 0.3) {
                rows[s].push_back({t, 1.0F, 0});
            }
        }
    }
    rows[0].insert(rows[0].begin(), {1, 1.0F, 0});
    NetworkBuilder b;
    const auto p = b.neurons("net", {size});
    b.connect(p, p, std::make_shared<RowConnectivity>(size, std::move(rows)));
    return b.network();
}

CoreLimits half_a_network(std::uint32_t size) {
    CoreLimits limits = unlimited();
    limits.neurons = size / 2;
    return limits;
}

TEST(Metis, FindsTwoCommunities) {
    const auto graph = recurrent_graph(two_communities(80), PopulationId{0u}, 1u << 20);
    const auto part = metis_parts(graph, 2, 40, 1);
    ASSERT_EQ(part.size(), 80u);
    for (std::uint32_t i = 0; i < 80; ++i) {
        EXPECT_EQ(part[i], part[i % 2]) << i;
    }
    EXPECT_NE(part[0], part[1]);
    EXPECT_EQ(packets_between(graph, part), 1u);
}

TEST(Metis, GraphBeyondTheBoundIsEmpty) {
    EXPECT_TRUE(recurrent_graph(two_communities(80), PopulationId{0u}, 100).target.empty());
}

TEST(Metis, AutomaticGroupsCommunitiesAndPermutesTheOrder) {
    const auto network = two_communities(80);
    const auto mapping = map_network(network, {2, 2, 1, {}}, half_a_network(80), {});
    ASSERT_EQ(mapping.slices.size(), 2u);
    ASSERT_EQ(mapping.order.size(), 1u);
    const auto& order = mapping.order[0];
    EXPECT_EQ(std::set<std::uint32_t>(order.begin(), order.end()).size(), 80u);
    for (std::uint32_t k = 0; k < 40; ++k) {
        EXPECT_EQ(order[k] % 2, order[0] % 2);
    }
    ASSERT_EQ(mapping.notes.size(), 1u);
    EXPECT_THAT(mapping.notes[0], testing::HasSubstr("grouped by METIS, 1 instead of"));
    EXPECT_EQ(mapping.cores[0].output_axons + mapping.cores[1].output_axons, 81u);
}

TEST(Metis, ContiguousLeavesTheOrder) {
    MappingOptions options;
    options.partition = Partition::contiguous;
    const auto mapping =
        map_network(two_communities(80), {2, 2, 1, {}}, half_a_network(80), options);
    EXPECT_TRUE(mapping.order.empty());
    EXPECT_TRUE(mapping.notes.empty());
}

TEST(Metis, PartThatBreaksALimitFallsBackToRuns) {
    // Even neurons have 30 inputs of their own each: together on a core they break the axon limit,
    // mixed with odd ones they do not.
    const std::uint32_t size = 40;
    QuantizedNetwork network = two_communities(size);
    NetworkBuilder b;
    b.network() = network;
    const auto in = b.input(30 * size);
    std::vector<std::vector<Connection>> rows(30 * size);
    for (std::uint32_t s = 0; s < rows.size(); ++s) {
        if (s / 30 % 2 == 0) {
            rows[s] = {{s / 30, 1.0F, 0}};
        }
    }
    b.connect(in, PopulationId{0u}, std::make_shared<RowConnectivity>(size, std::move(rows)));
    CoreLimits limits = half_a_network(size);
    limits.input_axons = 400;
    const auto mapping = map_network(b.network(), {4, 4, 1, {}}, limits, {});
    EXPECT_TRUE(mapping.order.empty());
    EXPECT_EQ(mapping.core_count_used(), 2u);
    EXPECT_THAT(mapping.notes, testing::Contains(testing::HasSubstr("breaks a core's limits")));
}

TEST(Metis, IsNotUsedWhereItSavesNothing) {
    NetworkBuilder b;
    const auto p = b.neurons("net", {60});
    b.connect(p, p, all_to_all(60, 60));
    CoreLimits limits = half_a_network(60);
    MappingOptions options;
    options.partition = Partition::metis;
    const auto mapping = map_network(b.network(), {2, 2, 1, {}}, limits, options);
    EXPECT_TRUE(mapping.order.empty());
    EXPECT_THAT(mapping.notes, testing::ElementsAre(testing::HasSubstr("would save no packets")));
}

}  // namespace
}  // namespace cortile
