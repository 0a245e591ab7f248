// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_program.h"

#include <gmock/gmock.h>

#include "cores/odin/odin_quantizer.h"
#include "cores/odin/test/odin_networks.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;

CoreLimits limits(std::uint32_t neurons = 256, std::uint32_t rows = 256) {
    CoreLimits result;
    result.neurons = neurons;
    result.input_axons = result.output_axons = rows;
    result.synapse_memory_bits = std::uint64_t{4} * neurons * rows;
    return result;
}

Topology one_core() {
    Topology topology;
    topology.width = topology.height = topology.cores_per_tile = 1;
    topology.external_ports = {topology.tile(0, 0)};
    return topology;
}

struct Compiled {
    QuantizedNetwork network;
    Mapping mapping;
    ChipProgram program;
};

Compiled compiled(const Network& network) {
    Compiled result;
    result.network = quantize_for_odin(network, false);
    result.mapping = map_onto_crossbar(result.network, limits(), {});
    const Topology topology = one_core();
    const NeuronPlaces places(result.network, result.mapping, topology.cores());
    result.program = compile_for_crossbar(result.network, result.mapping, places, topology);
    return result;
}

// The row at a destination: neuron and weight of each synapse.
std::vector<std::pair<std::uint32_t, int>> row(const ChipProgram& program,
                                               SpikePacket::Target destination) {
    const auto& words = std::get<SynapseMemory>(program.cores[0].synapses).words();
    std::vector<std::pair<std::uint32_t, int>> result;
    std::size_t i = SpikePacket::address_of(destination);
    do {
        result.emplace_back(SynapseWord::neuron(words[i]), SynapseWord::weight(words[i]));
    } while (!(words[i++] & SynapseWord::kLast));
    return result;
}

using Row = std::vector<std::pair<std::uint32_t, int>>;

std::vector<SpikePacket::Target> destinations(const AxonTable& axons, std::uint32_t neuron) {
    std::vector<SpikePacket::Target> result;
    for (const SpikePacket::Target destination : axons.destinations(neuron)) {
        result.push_back(destination);
    }
    return result;
}

TEST(OdinProgram, ASourceWithBothSignsTakesTwoRows) {
    const Compiled c = compiled(one_layer(neurons("n", 3), 2, {7, 1, -7, 2, 3, 0}));
    const AxonTable& host = c.program.host_axons;
    ASSERT_EQ(destinations(host, 0).size(), 2u);
    EXPECT_EQ(row(c.program, destinations(host, 0)[0]), (Row{{0, 7}, {2, 3}}));
    EXPECT_EQ(row(c.program, destinations(host, 0)[1]), (Row{{1, -7}}));
    ASSERT_EQ(destinations(host, 1).size(), 1u);
    EXPECT_EQ(row(c.program, destinations(host, 1)[0]), (Row{{0, 1}, {1, 2}}));
    EXPECT_EQ(c.program.synapses, 5u);
}

// "a" projects to itself and to "b": one row, so that a spike is one event.
TEST(OdinProgram, AllTargetsOfASourceShareItsRow) {
    Network network = one_layer(neurons("a", 2), 1, {7, 7});
    network.populations.push_back(neurons("b", 1));
    network.outputs = {PopulationId{2u}};
    connect(network, 1, 1, {0, 7, 7, 0});
    connect(network, 1, 2, {7, 7});
    const Compiled c = compiled(network);
    const AxonTable& axons = c.program.cores[0].axons;
    ASSERT_EQ(destinations(axons, 0).size(), 1u);
    EXPECT_EQ(row(c.program, destinations(axons, 0)[0]), (Row{{1, 7}, {2, 7}}));
    EXPECT_EQ(row(c.program, destinations(axons, 1)[0]), (Row{{0, 7}, {2, 7}}));
    EXPECT_TRUE(destinations(axons, 2).empty()) << "an output takes no row";
    EXPECT_EQ(c.mapping.cores[0].neurons, 3u);
    EXPECT_EQ(c.mapping.cores[0].input_axons, 3u);
    EXPECT_EQ(c.mapping.cores[0].synapse_bits, 3u * 3 * 4);
}

std::string refused(std::uint32_t inputs, std::uint32_t size, const CoreLimits& of,
                    bool both_signs = false) {
    std::vector<float> weight(std::size_t{inputs} * size, 1);
    for (std::size_t i = 0; both_signs && i < inputs; ++i) {
        weight[i] = -1;
    }
    const QuantizedNetwork network =
        quantize_for_odin(one_layer(neurons("n", size), inputs, weight), false);
    return error_text([&] { map_onto_crossbar(network, of, {}); });
}

TEST(OdinProgram, TooManyNeuronsAreRefused) {
    EXPECT_THAT(refused(1, 5, limits(4)),
                AllOf(HasSubstr("network 'test': has 5 neurons, an ODIN chip has one core of 4"),
                      HasSubstr("hint: take a smaller network")));
}

TEST(OdinProgram, TooManySourcesAreRefused) {
    EXPECT_THAT(refused(6, 2, limits(4, 4)),
                AllOf(HasSubstr("needs 6 rows of the crossbar, which has 4 (core.rows)"),
                      HasSubstr("hint: take at least 2 inputs or hidden neurons out")));
}

TEST(OdinProgram, TooManySourcesOfBothSignsAreRefusedWithTheirNumber) {
    EXPECT_THAT(refused(3, 2, limits(4, 4), true),
                AllOf(HasSubstr("needs 6 rows"), HasSubstr("3 of them have synapses of both signs"),
                      HasSubstr("hint: give at least 2 of them weights of one sign")));
}

TEST(OdinProgram, AnotherCoreTakesThePlaceOfADeadOne) {
    const QuantizedNetwork network =
        quantize_for_odin(one_layer(neurons("n", 2), 1, {3, 4}), false);
    Topology topology = one_core();
    topology.width = 2;
    const Mapping mapping = map_onto_crossbar(network, limits(), {}, CoreId{1u});
    const NeuronPlaces places(network, mapping, topology.cores());
    const ChipProgram program = compile_for_crossbar(network, mapping, places, topology);
    EXPECT_EQ(mapping.cores[0].core, CoreId{1u});
    EXPECT_EQ(mapping.slices[0].core, CoreId{1u});
    EXPECT_EQ(program.cores[0].neurons, 0u);
    EXPECT_EQ(program.cores[1].neurons, 2u);
    const auto to = destinations(program.host_axons, 0);
    ASSERT_EQ(to.size(), 1u);
    EXPECT_EQ(SpikePacket(0, to[0], 0).core(), 1u);
}

TEST(OdinProgram, SeveralCoresAreRefused) {
    const QuantizedNetwork network = quantize_for_odin(one_layer(neurons("n", 1), 1, {1}), false);
    MappingOptions options;
    options.cores = 2;
    EXPECT_THAT(error_text([&] { map_onto_crossbar(network, limits(), options); }),
                HasSubstr("an ODIN chip has one"));
}

}  // namespace
}  // namespace cortile
