// SPDX-License-Identifier: Apache-2.0
// Weights to axon types, dynamics to integers, and what is refused.
#include "cores/truenorth/truenorth_quantizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "cores/truenorth/synapse_coder.h"
#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using truenorth::nearest_types;
using truenorth::SynapseCoder;

Network network_of(std::uint32_t targets, std::uint32_t sources, const std::vector<float>& weights,
                   NeuronKind kind = NeuronKind::if_) {
    Network network;
    Population input;
    input.name = "input";
    input.kind = NeuronKind::input;
    input.shape = {sources};
    input.size = sources;
    Population neurons;
    neurons.name = "neurons";
    neurons.kind = kind;
    neurons.shape = {targets};
    neurons.size = targets;
    neurons.tau_mem = 20e-3;
    neurons.tau_syn = 1e-3;
    network.populations = {input, neurons};
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{1u}};
    network.projections = {
        {"fc", PopulationId{0u}, PopulationId{1u}, make_dense(targets, sources, weights), {}}};
    return network;
}

QuantizedNetwork quantized(const Network& network, std::uint32_t axons_per_source = 4) {
    TrueNorthQuantizerOptions options;
    options.axons_per_source = axons_per_source;
    return quantize_for_truenorth(network, options);
}

const std::vector<std::int32_t>& parameter(const QuantizedNetwork& network, const char* name) {
    return network.populations[1].parameters.at(name).values;
}

std::string error(const std::function<void()>& body) {
    try {
        body();
    } catch (const ConfigError& e) {
        return e.what();
    }
    return "no error";
}

std::string refusal(const Network& network) {
    return error([&] { quantized(network); });
}

TEST(AxonTypes, NearestSumTakesFewTypes) {
    const truenorth::TypeWeights weights{1, 2, 3, -8};
    EXPECT_EQ(nearest_types(weights, 3), 4);
    EXPECT_EQ(nearest_types(weights, 6), 7);
    EXPECT_EQ(nearest_types(weights, -8.4), 8);
    EXPECT_EQ(nearest_types(weights, 0.4), 0);
    EXPECT_EQ(nearest_types(weights, -6.2), 10);
}

TEST(TrueNorthQuantizer, UpToFourWeightsOfANeuronAreExact) {
    // Different ones in each neuron, and no more than four in each.
    Network network = network_of(2, 5, {0.25F, -0.5F, 0.75F, 1, 0.25F, 1.5F, -0.25F, 2, 2, -1});
    network.populations[1].v_threshold = 3.0;
    const QuantizedNetwork q = quantized(network);
    EXPECT_EQ(q.report.layers[0].rms_error, 0);
    EXPECT_EQ(q.report.layers[0].weights, 10u);
    EXPECT_THAT(q.report.warnings, IsEmpty());
    // All are multiples of 0.25 up to 2: 255 / 8 = 31 units for one 0.25.
    EXPECT_EQ(q.projections[0].scale, 124);
    EXPECT_THAT(parameter(q, "threshold"), ElementsAre(3 * 124 + 1)) << "fires above, not at";
    EXPECT_EQ(q.populations[1].volts_per_unit, 1.0 / 124);
}

TEST(TrueNorthQuantizer, FourWeightsOfAPopulationGetTheSameTypesInAllNeurons) {
    const QuantizedNetwork q = quantized(network_of(2, 4, {1, -1, 2, 0, 2, 0, -1, 1}));
    EXPECT_THAT(parameter(q, "weight0"), ElementsAre(127));
    EXPECT_THAT(parameter(q, "weight1"), ElementsAre(254));
    EXPECT_THAT(parameter(q, "weight2"), ElementsAre(0));
    EXPECT_THAT(parameter(q, "weight3"), ElementsAre(-127));
}

// The least mean squared errors of 16, 8 and 3 evenly spaced values for a normal distribution are
// 0.0115, 0.0374 and 0.190 of its variance (Max 1960, table II); 1000 weights are near it.
TEST(TrueNorthQuantizer, MoreWeightsThanTypesAreRoundedAsWellAsTheTypesAllow) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> weights(1000);
    std::generate(weights.begin(), weights.end(), [&] { return normal(random); });
    for (const auto& [axons, error] : {std::pair(4u, 0.0115), {3u, 0.0374}, {2u, 0.190}}) {
        const QuantizedNetwork q = quantized(network_of(1, 1000, weights), axons);
        const SynapseCoder coder(q, q.projections[0]);
        double errors = 0, squares = 0;
        for (const float weight : weights) {
            const double got = truenorth::sum_of(coder.weights(0), coder.types(0, weight));
            const double off = got / q.projections[0].scale - weight;
            errors += off * off;
            squares += static_cast<double>(weight) * static_cast<double>(weight);
        }
        EXPECT_NEAR(errors / squares, error, 0.3 * error) << axons << " axons a source";
        EXPECT_NEAR(q.report.layers[0].rms_error, std::sqrt(errors / squares), 1e-9);
        ASSERT_EQ(q.report.warnings.size(), 1u);
        EXPECT_THAT(q.report.warnings[0], HasSubstr("projection 'fc': its weights are off by"));
    }
}

TEST(TrueNorthQuantizer, FewerAxonsPerSourceCostPrecision) {
    const Network network = network_of(1, 6, {1, -1, 0.5F, -0.7F, 0.2F, 0.9F});
    double last = 0;
    for (const std::uint32_t axons : {4u, 3u, 2u, 1u}) {
        const QuantizedNetwork q = quantized(network, axons);
        EXPECT_GT(q.report.layers[0].rms_error, last) << axons;
        last = q.report.layers[0].rms_error;
        const SynapseCoder coder(q, q.projections[0]);
        EXPECT_LT(coder.types(0, 1.0F), 1 << axons);
    }
}

TEST(TrueNorthQuantizer, IfNeuronsKeepThresholdBiasAndResets) {
    Network network = network_of(1, 1, {1});
    Population& p = network.populations[1];
    p.v_threshold = 4.0;
    p.v_reset = 1.0;
    p.bias = 0.25;
    QuantizedNetwork q = quantized(network);
    const double unit = q.projections[0].scale;
    EXPECT_EQ(unit, 255);
    EXPECT_THAT(parameter(q, "threshold"), ElementsAre(3 * 255 + 1)) << "from the reset voltage";
    EXPECT_THAT(parameter(q, "initial"), ElementsAre(-255));
    EXPECT_THAT(parameter(q, "leak"), ElementsAre(64));
    EXPECT_THAT(parameter(q, "leak_reversal"), ElementsAre(0));
    EXPECT_THAT(parameter(q, "reset_mode"), ElementsAre(0));
    p.reset = ResetMode::subtract;
    q = quantized(network);
    EXPECT_THAT(parameter(q, "reset_mode"), ElementsAre(1));
    EXPECT_THAT(parameter(q, "threshold"), ElementsAre(4 * 255));
}

TEST(TrueNorthQuantizer, LifLeaksByAConstantThatIsRightAtHalfTheThreshold) {
    Network network = network_of(1, 1, {1}, NeuronKind::lif);  // tau 20 ms: 1/20 a tick
    network.populations[1].v_threshold = 0.5;
    const QuantizedNetwork q = quantized(network);
    // A weight of 1 enters as 1/20; the threshold is 10 of these, its half decays by 5 / 20.
    EXPECT_THAT(parameter(q, "threshold"), ElementsAre(10 * 255 + 1));
    EXPECT_THAT(parameter(q, "leak"), ElementsAre(-64));
    EXPECT_THAT(parameter(q, "leak_reversal"), ElementsAre(1));
    ASSERT_EQ(q.report.warnings.size(), 1u);
    EXPECT_THAT(q.report.warnings[0], HasSubstr("a leak of constant size"));
}

TEST(TrueNorthQuantizer, HardwareIntegersAreUsedAsTheyAre) {
    Network network = network_of(2, 3, {3, -5, 3, 7, 0, 12});
    auto& hardware = network.populations[1].hardware;
    hardware = {{"truenorth/threshold", {100, 200}}, {"truenorth/leak", {-4}},
                {"truenorth/leak_reversal", {1}},    {"truenorth/reset_voltage", {-7}},
                {"truenorth/weight0", {3, 7}},       {"truenorth/weight1", {-5, 12}}};
    const QuantizedNetwork q = quantized(network);
    EXPECT_EQ(q.projections[0].scale, 1);
    EXPECT_THAT(parameter(q, "threshold"), ElementsAre(100, 200));
    EXPECT_THAT(parameter(q, "leak"), ElementsAre(-4));
    EXPECT_THAT(parameter(q, "reset_voltage"), ElementsAre(-7));
    EXPECT_THAT(parameter(q, "floor"), ElementsAre(0));
    const SynapseCoder coder(q, q.projections[0]);
    EXPECT_EQ(coder.types(0, 3), 1);
    EXPECT_EQ(coder.types(0, -5), 2);
    EXPECT_EQ(coder.types(1, 12), 2);
    hardware["truenorth/weight1"] = {-5, 13};
    EXPECT_THAT(refusal(network), HasSubstr("projection 'fc': weight 12 into neuron 1 is no sum of "
                                            "its types' weights; its types weigh 7, 13, 0, 0"));
}

TEST(TrueNorthQuantizer, AProjectionMayNameItsAxonTypeAndDelay) {
    Network network = network_of(2, 2, {3, 3, -9, 0});
    network.populations[1].hardware["truenorth/threshold"] = {10};
    network.projections[0].hardware = {{"truenorth/axon_type", {2}}, {"truenorth/delay", {7}}};
    const QuantizedNetwork q = quantized(network);
    EXPECT_THAT(parameter(q, "weight2"), ElementsAre(3, -9));
    EXPECT_THAT(parameter(q, "weight0"), Each(0));
    const SynapseCoder coder(q, q.projections[0]);
    EXPECT_EQ(coder.types(1, -9), 4);
    EXPECT_EQ(coder.delay(0), 7u);
    network.projections[0].connectivity = make_dense(2, 2, {3, 4, -9, 0});
    EXPECT_THAT(refusal(network), HasSubstr("neuron 0 would need the weights"));
}

TEST(TrueNorthQuantizer, CurrentDrivenInputsAreNeuronsThatCount) {
    Network network = network_of(2, 2, {1, 0, 0, 1});
    network.populations[0].kind = NeuronKind::current_input;
    const QuantizedNetwork q = quantized(network);
    EXPECT_FALSE(q.populations[0].is_input);
    EXPECT_EQ(q.populations[0].parameters.at("threshold")[0], kTrueNorthInputThreshold);
}

TEST(TrueNorthQuantizer, RefusesWhatTheCoreCannotComputeWithTheNearestChange) {
    const auto with = [](NeuronKind kind, auto change) {
        Network network = network_of(1, 1, {1}, kind);
        change(network.populations[1]);
        return refusal(network);
    };
    EXPECT_THAT(with(NeuronKind::relu, [](Population&) {}),
                testing::AllOf(HasSubstr("population 'neurons': its neurons compute activations"),
                               HasSubstr("hint: choose a preset whose cores compute both")));
    EXPECT_THAT(with(NeuronKind::threshold, [](Population&) {}),
                HasSubstr("hint: use an IF or LIF node"));
    EXPECT_THAT(with(NeuronKind::cuba_lif, [](Population& p) { p.tau_syn = 5e-3; }),
                testing::AllOf(HasSubstr("tau_syn: a synaptic current that lasts 0.005 s"),
                               HasSubstr("hint: use LIF or IF nodes")));
    EXPECT_THAT(with(NeuronKind::lif, [](Population& p) { p.tau_mem = 1e-3; }),
                HasSubstr("a membrane that forgets within a tick"));
    EXPECT_THAT(with(NeuronKind::lif, [](Population& p) { p.bias = 0.1; }),
                testing::AllOf(HasSubstr("both decays and is driven"), HasSubstr("use IF nodes")));
    EXPECT_THAT(with(NeuronKind::if_, [](Population& p) { p.r = -1.0; }),
                HasSubstr("a gain of -1"));
    EXPECT_THAT(with(NeuronKind::if_, [](Population& p) { p.v_threshold = -1.0; }),
                HasSubstr("hint: raise v_threshold"));
    EXPECT_EQ(with(NeuronKind::cuba_lif, [](Population&) {}), "no error");
}

TEST(TrueNorthQuantizer, RefusesBadHardwareValues) {
    const auto with = [](const char* key, std::vector<double> values) {
        Network network = network_of(3, 1, {1, 1, 1});
        network.populations[1].hardware["truenorth/threshold"] = {10};
        network.populations[1].hardware[key] = std::move(values);
        return refusal(network);
    };
    EXPECT_THAT(with("truenorth/leak", {256}),
                HasSubstr("truenorth/leak: expected an integer from -256 to 255, found 256"));
    EXPECT_THAT(with("truenorth/leak", {1, 2}), HasSubstr("expected 1 or 3 values, found 2"));
    EXPECT_THAT(with("truenorth/leek", {1}), HasSubstr("no such hardware value here"));
    EXPECT_THAT(with("truenorth/threshold_mask", {9}), HasSubstr("from 0 to 8"));
    EXPECT_THAT(with("truenorth/reset_voltage", {100}),
                testing::AllOf(HasSubstr("+-(2^k - 1)"), HasSubstr("hint: the nearest is 127")));
    EXPECT_EQ(with("truenorth/reset_voltage", {-262143}), "no error");
    EXPECT_EQ(with("other/du", {-1}), "no error") << "other core types' values are not ours";
}

TEST(TrueNorthQuantizer, RefusesDelaysBeyondFifteenTicks) {
    Network network = network_of(1, 1, {1});
    network.projections[0].connectivity = make_elementwise(1, {1}, {14});
    EXPECT_EQ(refusal(network), "no error");
    network.projections[0].connectivity = make_elementwise(1, {1}, {15});
    EXPECT_THAT(refusal(network), HasSubstr("delays of up to 16 ticks; an axon has 1 to 15"));
}

}  // namespace
}  // namespace cortile
