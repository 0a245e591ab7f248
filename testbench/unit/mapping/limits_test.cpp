// SPDX-License-Identifier: Apache-2.0
// Each limit of a core one below, at and one above what a network needs.
#include <gmock/gmock.h>

#include <utility>

#include "hw_model/base/error.h"
#include "testbench/unit/mapping/mapping_networks.h"
#include "workload/mapping/mapping.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Topology kChip{4, 4, 4, {}};

std::uint32_t cores_used(const QuantizedNetwork& network, const CoreLimits& limits) {
    return map_network(network, kChip, limits, {}).core_count_used();
}

std::string error_of(const QuantizedNetwork& network, const CoreLimits& limits,
                     const MappingOptions& options = {}, const Topology& chip = kChip) {
    try {
        map_network(network, chip, limits, options);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Limits, Neurons) {
    NetworkBuilder b;
    const auto in = b.input(3), fc = b.neurons("fc", {10});
    b.connect(in, fc, all_to_all(3, 10));
    CoreLimits limits = unlimited();
    limits.neurons = 11;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.neurons = 10;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.neurons = 9;
    EXPECT_EQ(cores_used(b.network(), limits), 2u);
}

TEST(Limits, InputAxonsAreSourceNeuronsWithASynapseOnTheCore) {
    NetworkBuilder b;
    const auto in = b.input(10), relay = b.neurons("relay", {10});
    b.connect(in, relay, one_to_one(10));
    CoreLimits limits = unlimited();
    limits.input_axons = 11;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.input_axons = 10;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.input_axons = 9;
    EXPECT_EQ(cores_used(b.network(), limits), 2u);
}

TEST(Limits, InputAxonsOfTwoProjectionsAddUp) {
    NetworkBuilder b;
    const auto in = b.input(10), relay = b.neurons("relay", {10});
    b.connect(in, relay, one_to_one(10)).connect(in, relay, one_to_one(10));
    CoreLimits limits = unlimited();
    limits.input_axons = 20;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.input_axons = 19;
    EXPECT_EQ(cores_used(b.network(), limits), 2u);
}

TEST(Limits, SynapseMemoryAsPacked) {
    // 5 rows of 10 synapses with 8 + 6 bits and 10 header bits: 150 bits, 3 words each.
    NetworkBuilder b;
    const auto in = b.input(5), fc = b.neurons("fc", {10});
    b.connect(in, fc, all_to_all(5, 10));
    CoreLimits limits = unlimited();
    limits.synapse_memory_bits = 5 * 192 + 1;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.synapse_memory_bits = 5 * 192;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.synapse_memory_bits = 5 * 192 - 1;
    EXPECT_EQ(cores_used(b.network(), limits), 2u);
}

TEST(Limits, DenseRowsNeedNoIndexWhereThePackingSaysSo) {
    // 10 synapses of 8 bits and 10 header bits: 90 bits, 2 words.
    NetworkBuilder b;
    const auto in = b.input(5), fc = b.neurons("fc", {10});
    b.connect(in, fc, all_to_all(5, 10));
    CoreLimits limits = unlimited();
    limits.packing.stores_index = false;
    limits.synapse_memory_bits = 5 * 128;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.synapse_memory_bits = 5 * 128 - 1;
    EXPECT_EQ(cores_used(b.network(), limits), 2u);
}

TEST(Limits, OutputAxonsArePacketsPerSpike) {
    // Each of the 6 neurons of a sends to both cores of b.
    NetworkBuilder b;
    const auto first = b.neurons("a", {6}), second = b.neurons("b", {8});
    b.connect(first, second, all_to_all(6, 8));
    CoreLimits limits = unlimited();
    limits.neurons = 7;  // two cores for b
    limits.output_axons = 13;
    EXPECT_EQ(cores_used(b.network(), limits), 3u);
    limits.output_axons = 12;
    EXPECT_EQ(cores_used(b.network(), limits), 3u);
    limits.output_axons = 11;
    EXPECT_EQ(cores_used(b.network(), limits), 4u);
}

TEST(Limits, FanIn) {
    NetworkBuilder b;
    const auto in = b.input(10), fc = b.neurons("fc", {3});
    b.connect(in, fc, all_to_all(10, 3));
    CoreLimits limits = unlimited();
    limits.fan_in = 11;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.fan_in = 10;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.fan_in = 9;
    EXPECT_THAT(
        error_of(b.network(), limits),
        AllOf(HasSubstr("population 'fc'"), HasSubstr("10 synapses into one neuron"),
              HasSubstr("a core has 9"), HasSubstr("'input_fc'"), HasSubstr("core.fan_in")));
}

TEST(Limits, Delay) {
    NetworkBuilder b;
    const auto in = b.input(1), fc = b.neurons("fc", {1});
    b.connect(
        in, fc,
        std::make_shared<RowConnectivity>(1, std::vector<std::vector<Connection>>{{{0, 1.0F, 9}}}));
    CoreLimits limits = unlimited();
    limits.max_delay = 9;
    EXPECT_EQ(cores_used(b.network(), limits), 1u);
    limits.max_delay = 8;
    EXPECT_THAT(error_of(b.network(), limits),
                AllOf(HasSubstr("projection 'input_fc'"), HasSubstr("delay of 9")));
}

TEST(Limits, OneNeuronThatDoesNotFitNamesNeedAndLimit) {
    NetworkBuilder b;
    const auto in = b.input(100), fc = b.neurons("fc", {2});
    b.connect(in, fc, all_to_all(100, 2));
    CoreLimits limits = unlimited();
    limits.input_axons = 99;
    EXPECT_THAT(error_of(b.network(), limits),
                AllOf(HasSubstr("population 'fc': neuron 0 alone needs 100 input axons, a core has "
                                "99 input axons"),
                      HasSubstr("'input_fc'"), HasSubstr("core.input_axons")));
    limits = unlimited();
    limits.synapse_memory_bits = 100 * 64 - 1;
    EXPECT_THAT(error_of(b.network(), limits), HasSubstr("(6400 bit), a core has"));
}

TEST(Limits, OneNeuronWithTooManyTargetCores) {
    NetworkBuilder b;
    const auto first = b.neurons("a", {2}), second = b.neurons("b", {8});
    b.connect(first, second, all_to_all(2, 8));
    CoreLimits limits = unlimited();
    limits.neurons = 2;
    limits.output_axons = 3;
    EXPECT_THAT(error_of(b.network(), limits),
                AllOf(HasSubstr("population 'a': neuron 0 alone needs 4 output axons"),
                      HasSubstr("core.output_axons")));
}

TEST(Limits, TooManyCoresNamesPopulationAndResource) {
    NetworkBuilder b;
    const auto in = b.input(100), fc = b.neurons("fc", {100}), out = b.neurons("out", {5});
    b.connect(in, fc, one_to_one(100)).connect(out, out, one_to_one(5));
    CoreLimits limits = unlimited();
    limits.input_axons = 10;
    EXPECT_THAT(error_of(b.network(), limits, {}, Topology{2, 2, 2, {}}),
                AllOf(HasSubstr("needs 11 cores, the chip has 8"), HasSubstr("'fc' alone takes 10"),
                      HasSubstr("10 input axons"), HasSubstr("raise core.input_axons"),
                      Not(HasSubstr("weight_bits"))));
}

// Fails the test when it is asked for a row.
class UntouchableConnectivity : public Connectivity {
  public:
    explicit UntouchableConnectivity(std::uint32_t size) : size_(size) {}
    std::uint32_t source_size() const override { return size_; }
    std::uint32_t target_size() const override { return size_; }
    void row(std::uint32_t, std::vector<Connection>&) const override { ADD_FAILURE(); }

  private:
    std::uint32_t size_;
};

TEST(Limits, MoreNeuronsThanTheChipHoldsAreRefusedBeforeAnyRowIsMade) {
    NetworkBuilder b;
    const auto small = b.neurons("small", {10}), big = b.neurons("big", {1u << 24});
    b.connect(big, big, std::make_shared<UntouchableConnectivity>(1u << 24));
    EXPECT_EQ(small.value, 0u);
    CoreLimits limits = unlimited();
    limits.neurons = 1000;
    EXPECT_THAT(error_of(b.network(), limits),
                AllOf(HasSubstr("has 16777226 neurons, the chip has room for 64000: 64 cores of "
                                "1000 neurons (core.neurons)"),
                      HasSubstr("'big' with 16777216"), HasSubstr("at least 16778 cores"),
                      HasSubstr("chip.mesh.width"), HasSubstr("raise core.neurons")));
}

Network float_network(std::uint32_t inputs, std::uint32_t neurons) {
    Network network;
    network.name = "test";
    network.populations.resize(2);
    network.populations[0].kind = NeuronKind::input;
    network.populations[0].size = inputs;
    network.populations[1].name = "fc";
    network.populations[1].size = neurons;
    return network;
}

TEST(Limits, CapacityOfTheChipIsTheLastThatFits) {
    CoreLimits limits = unlimited();
    limits.neurons = 10;
    EXPECT_NO_THROW(check_neuron_capacity(float_network(5, 640), kChip, limits));
    EXPECT_THROW(check_neuron_capacity(float_network(5, 641), kChip, limits), ConfigError);
}

TEST(Limits, InputsTakeNoCapacity) {
    CoreLimits limits = unlimited();
    limits.neurons = 10;
    EXPECT_NO_THROW(check_neuron_capacity(float_network(100'000, 5), kChip, limits));
}

// Neuron i of three has 10, 30 and 20 inputs.
QuantizedNetwork uneven_inputs() {
    std::vector<std::vector<Connection>> rows(30);
    for (std::uint32_t s = 0; s < 30; ++s) {
        for (const auto& [target, inputs] : {std::pair(0u, 10u), {1u, 30u}, {2u, 20u}}) {
            if (s < inputs) {
                rows[s].push_back({target, 1.0F, 0});
            }
        }
    }
    NetworkBuilder b;
    const auto in = b.input(30), fc = b.neurons("fc", {3});
    b.connect(in, fc, std::make_shared<RowConnectivity>(3, std::move(rows)));
    return b.network();
}

TEST(Limits, TheWorstNeuronIsNamedForEachResource) {
    CoreLimits limits = unlimited();
    limits.input_axons = 9;
    EXPECT_THAT(error_of(uneven_inputs(), limits),
                AllOf(HasSubstr("neuron 1 alone needs 30 input axons"),
                      HasSubstr("3 neurons of it do not fit"), HasSubstr("raise core.input_axons"),
                      Not(HasSubstr("weight_bits"))));
    limits = unlimited();
    limits.synapse_memory_bits = 15 * 64;
    EXPECT_THAT(error_of(uneven_inputs(), limits),
                AllOf(HasSubstr("neuron 1 alone needs 0.2 KiB of synapse memory (1920 bit)"),
                      HasSubstr("2 neurons of it do not fit"),
                      HasSubstr("raise core.synapse_memory or lower core.weight_bits")));
    limits = unlimited();
    limits.fan_in = 15;
    EXPECT_THAT(error_of(uneven_inputs(), limits),
                AllOf(HasSubstr("neuron 1 alone needs 30 synapses"), HasSubstr("raise core.fan_in"),
                      Not(HasSubstr("weight_bits"))));
}

TEST(Limits, TheNeuronWithMostTargetCoresIsNamedWithTheLimitThatSpreadsThem) {
    // Targets lie on 4 cores; neurons 0, 1 and 2 reach 3, 4 and 2 of them.
    NetworkBuilder b;
    const auto first = b.neurons("a", {3}), second = b.neurons("b", {8});
    b.connect(first, second,
              std::make_shared<RowConnectivity>(
                  8, std::vector<std::vector<Connection>>{
                         {{0, 1.0F, 0}, {2, 1.0F, 0}, {4, 1.0F, 0}},
                         {{0, 1.0F, 0}, {2, 1.0F, 0}, {4, 1.0F, 0}, {6, 1.0F, 0}},
                         {{0, 1.0F, 0}, {2, 1.0F, 0}}}));
    CoreLimits limits = unlimited();
    limits.neurons = 2;
    limits.output_axons = 2;
    EXPECT_THAT(error_of(b.network(), limits),
                AllOf(HasSubstr("population 'a': neuron 1 alone needs 4 output axons"),
                      HasSubstr("raise core.output_axons"), HasSubstr("(core.neurons)")));
}

TEST(Limits, SpreadingOverTooFewCoresIsChecked) {
    NetworkBuilder b;
    const auto in = b.input(10), relay = b.neurons("relay", {10});
    b.connect(in, relay, one_to_one(10));
    CoreLimits limits = unlimited();
    limits.input_axons = 4;
    MappingOptions options;
    options.cores = 2;
    EXPECT_THAT(error_of(b.network(), limits, options),
                AllOf(HasSubstr("neurons 0 to 4 need 5 input axons"), HasSubstr("mapping.cores")));
    options.cores = 3;
    EXPECT_EQ(map_network(b.network(), kChip, limits, options).core_count_used(), 3u);
}

TEST(Limits, MoreCoresWantedThanThereAre) {
    NetworkBuilder b;
    b.neurons("fc", {100});
    MappingOptions options;
    options.cores = 65;
    EXPECT_THAT(error_of(b.network(), unlimited(), options),
                AllOf(HasSubstr("mapping.cores"), HasSubstr("64 cores of the chip, found 65")));
}

TEST(Limits, FewerCoresWantedThanTheNeuronsNeed) {
    NetworkBuilder b;
    b.neurons("a", {100});
    b.neurons("b", {10});
    CoreLimits limits = unlimited();
    limits.neurons = 50;
    MappingOptions options;
    options.cores = 2;
    EXPECT_THAT(error_of(b.network(), limits, options), HasSubstr("3 are needed"));
}

}  // namespace
}  // namespace cortile
