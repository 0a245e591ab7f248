// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/mapping.h"

#include <gmock/gmock.h>

#include "hw_model/base/error.h"
#include "testbench/unit/mapping/mapping_networks.h"

namespace cortile {
namespace {

using testing::HasSubstr;

QuantizedNetwork three_layers() {
    NetworkBuilder b;
    const auto in = b.input(50), a = b.neurons("a", {100}), c = b.neurons("b", {60}),
               out = b.neurons("out", {10});
    b.connect(in, a, random_sparse(50, 100, 0.3, 1))
        .connect(a, c, random_sparse(100, 60, 0.3, 2))
        .connect(c, out, all_to_all(60, 10));
    return b.network();
}

CoreLimits limits_of(std::uint32_t neurons) {
    CoreLimits limits = unlimited();
    limits.neurons = neurons;
    return limits;
}

std::uint32_t cores_of(const Mapping& mapping, std::uint32_t population) {
    return static_cast<std::uint32_t>(
        std::count_if(mapping.slices.begin(), mapping.slices.end(),
                      [&](const Slice& s) { return s.population.value == population; }));
}

TEST(Mapping, SlicesCoverEachPopulationOnceAndInputsTakeNoCore) {
    const auto network = three_layers();
    const auto mapping = map_network(network, {4, 4, 1, {}}, limits_of(40), {});
    std::vector<std::uint32_t> covered(4, 0);
    for (const Slice& slice : mapping.slices) {
        EXPECT_EQ(slice.begin, covered[slice.population.value]);
        covered[slice.population.value] = slice.end;
        EXPECT_EQ(slice.offset, 0u);
    }
    EXPECT_THAT(covered, testing::ElementsAre(0u, 100u, 60u, 10u));
    EXPECT_EQ(mapping.core_count_used(), 3u + 2u + 1u);
}

TEST(Mapping, CoresAscendAndCountEverySynapse) {
    const auto mapping = map_network(three_layers(), {4, 4, 1, {}}, limits_of(40), {});
    std::uint64_t synapses = 0;
    for (std::size_t i = 0; i < mapping.cores.size(); ++i) {
        synapses += mapping.cores[i].synapses;
        if (i > 0) {
            EXPECT_LT(mapping.cores[i - 1].core, mapping.cores[i].core);
        }
    }
    std::uint64_t expected = 600;
    std::vector<Connection> row;
    for (const auto& [sources, targets, seed] :
         {std::tuple(50u, 100u, 1u), std::tuple(100u, 60u, 2u)}) {
        const auto connectivity = random_sparse(sources, targets, 0.3, seed);
        for (std::uint32_t s = 0; s < sources; ++s) {
            connectivity->row(s, row);
            expected += row.size();
        }
    }
    EXPECT_EQ(synapses, expected);
}

TEST(Mapping, IsTheSameEveryTime) {
    const auto network = three_layers();
    const auto first = map_network(network, {4, 4, 2, {TileId{0u}}}, limits_of(20), {});
    const auto second = map_network(network, {4, 4, 2, {TileId{0u}}}, limits_of(20), {});
    ASSERT_EQ(first.slices.size(), second.slices.size());
    for (std::size_t i = 0; i < first.slices.size(); ++i) {
        EXPECT_EQ(first.slices[i].core, second.slices[i].core);
        EXPECT_EQ(first.slices[i].begin, second.slices[i].begin);
    }
    EXPECT_EQ(first.spike_weighted_hops, second.spike_weighted_hops);
}

TEST(Mapping, SpreadsEvenlyOverTheCoresAskedFor) {
    MappingOptions options;
    options.cores = 17;
    const auto mapping = map_network(three_layers(), {5, 5, 1, {}}, unlimited(), options);
    EXPECT_EQ(mapping.core_count_used(), 17u);
    EXPECT_EQ(cores_of(mapping, 1), 10u);
    EXPECT_EQ(cores_of(mapping, 2), 6u);
    EXPECT_EQ(cores_of(mapping, 3), 1u);
    for (const CoreUse& use : mapping.cores) {
        EXPECT_EQ(use.neurons, 10u);
    }
}

TEST(Mapping, SpreadingStopsAtOneNeuronACore) {
    NetworkBuilder b;
    b.neurons("few", {3});
    MappingOptions options;
    options.cores = 8;
    EXPECT_EQ(map_network(b.network(), {4, 4, 1, {}}, unlimited(), options).core_count_used(), 3u);
}

TEST(Mapping, SharedCoresHoldSeveralPopulations) {
    MappingOptions options;
    options.share_cores = true;
    const auto mapping = map_network(three_layers(), {4, 4, 1, {}}, limits_of(170), options);
    ASSERT_EQ(mapping.core_count_used(), 1u);
    EXPECT_EQ(mapping.cores[0].neurons, 170u);
    EXPECT_EQ(mapping.slices[1].offset, 100u);
    EXPECT_EQ(mapping.slices[2].offset, 160u);
    EXPECT_EQ(map_network(three_layers(), {4, 4, 1, {}}, limits_of(169), options).core_count_used(),
              2u);
}

TEST(Mapping, SharedCoresPayForTheWiderIndex) {
    // a: 5 rows of 60 synapses; alone 60 * 14 + 10 = 850 bits, 14 words; with 120 neurons on the
    // core 60 * 15 + 10 = 910, 15 words. So two of them take 5 * 15 words each.
    NetworkBuilder b;
    const auto in = b.input(5), first = b.neurons("a", {60}), second = b.neurons("b", {60});
    b.connect(in, first, all_to_all(5, 60)).connect(in, second, all_to_all(5, 60));
    MappingOptions options;
    options.share_cores = true;
    CoreLimits limits = unlimited();
    limits.synapse_memory_bits = 2 * 5 * 15 * 64;
    const auto together = map_network(b.network(), {2, 2, 1, {}}, limits, options);
    ASSERT_EQ(together.core_count_used(), 1u);
    EXPECT_EQ(together.cores[0].synapse_bits, 2u * 5u * 15u * 64u);
    limits.synapse_memory_bits -= 1;
    EXPECT_EQ(map_network(b.network(), {2, 2, 1, {}}, limits, options).core_count_used(), 2u);
}

TEST(Mapping, CoresAreNotSharedUnlessAllowed) {
    EXPECT_EQ(map_network(three_layers(), {4, 4, 1, {}}, unlimited(), {}).core_count_used(), 3u);
}

TEST(Mapping, TooManySharedCoresIsAnError) {
    MappingOptions options;
    options.share_cores = true;
    CoreLimits limits = limits_of(170);
    limits.input_axons = 60;
    try {
        map_network(three_layers(), {2, 1, 1, {}}, limits, options);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(HasSubstr("cores even with populations sharing them"),
                                   HasSubstr("raise core.input_axons, which is scarcest")));
    }
}

// "few" has 2 inputs and "many" 40; together on one core.
Mapping shared_core(const QuantizedNetwork& network, const CoreLimits& limits) {
    MappingOptions options;
    options.share_cores = true;
    return map_network(network, {2, 2, 1, {}}, limits, options);
}

QuantizedNetwork few_and_many() {
    NetworkBuilder b;
    const auto pair = b.input(2), crowd = b.input(40);
    b.connect(pair, b.neurons("few", {30}), all_to_all(2, 30));
    b.connect(crowd, b.neurons("many", {40}), all_to_all(40, 40));
    return b.network();
}

TEST(Mapping, SharedCoresKeepTheFiguresOfEachSlice) {
    const auto mapping = shared_core(few_and_many(), unlimited());
    ASSERT_EQ(mapping.core_count_used(), 1u);
    ASSERT_EQ(mapping.slice_use.size(), 2u);
    const CoreUse &few = mapping.slice_use[0], &many = mapping.slice_use[1];
    EXPECT_EQ(few.fan_in, 2u);
    EXPECT_EQ(many.fan_in, 40u);
    EXPECT_EQ(few.neurons, 30u);
    EXPECT_EQ(few.input_axons, 2u);
    EXPECT_EQ(few.core, mapping.cores[0].core);
    // Rows of 30 synapses of 8 bits, with 7 bits to tell 70 neurons apart: 460 bits, 8 words.
    EXPECT_EQ(few.synapse_bits, 2u * 8u * 64u);
    EXPECT_EQ(few.synapse_bits + many.synapse_bits, mapping.cores[0].synapse_bits);
}

TEST(Mapping, TextShowsWhatEachPopulationItselfTakes) {
    const auto network = few_and_many();
    CoreLimits limits = limits_of(100);
    limits.input_axons = 80;
    const std::string text = to_text(shared_core(network, limits), network, limits);
    EXPECT_THAT(text, testing::ContainsRegex("\nfew +30 +1 +30.0 % +2.5 % .* 2 +neurons\n"));
    EXPECT_THAT(text, testing::ContainsRegex("\nmany +40 +1 +40.0 % +50.0 % .* 40 +input axons\n"));
    EXPECT_THAT(text, HasSubstr("tightest: neurons: 70 % of core"));
}

TEST(Mapping, HopsAreWeightedBySpikeRates) {
    // One core each, side by side at best: 10 packets a timestep at rate 1.
    NetworkBuilder b;
    const auto first = b.neurons("a", {10}), second = b.neurons("b", {10});
    b.connect(first, second, one_to_one(10));
    MappingOptions options;
    EXPECT_DOUBLE_EQ(
        map_network(b.network(), {3, 3, 1, {}}, unlimited(), options).spike_weighted_hops, 10);
    options.spike_rates = {0.25, 1};
    EXPECT_DOUBLE_EQ(
        map_network(b.network(), {3, 3, 1, {}}, unlimited(), options).spike_weighted_hops, 2.5);
}

TEST(Mapping, TightestNamesResourceCoreAndPopulation) {
    CoreLimits limits = limits_of(200);
    limits.input_axons = 100;
    const auto mapping = map_network(three_layers(), {4, 4, 1, {}}, limits, {});
    EXPECT_THAT(mapping.tightest, testing::MatchesRegex("input axons: 100 % of core .* .b."));
}

TEST(Mapping, TextHasARowPerPopulationWithItsTightestResource) {
    CoreLimits limits = limits_of(50);
    const auto network = three_layers();
    const auto mapping = map_network(network, {4, 4, 1, {}}, limits, {});
    const std::string text = to_text(mapping, network, limits);
    EXPECT_THAT(text, testing::ContainsRegex("\na +100 +2 +100.0 %"));
    EXPECT_THAT(text, testing::ContainsRegex("\nout +10 +1 +20.0 %.* neurons\n"));
    EXPECT_THAT(text, HasSubstr("cores used: 5\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("\ninput ")));
}

TEST(Mapping, NetworkWithoutNeuronsTakesNoCore) {
    NetworkBuilder b;
    b.input(5);
    const auto mapping = map_network(b.network(), {2, 2, 1, {}}, unlimited(), {});
    EXPECT_EQ(mapping.core_count_used(), 0u);
    EXPECT_EQ(mapping.tightest, "");
}

}  // namespace
}  // namespace cortile
