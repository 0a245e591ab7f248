// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_quantizer.h"

#include <gmock/gmock.h>

#include <cmath>

#include "cores/odin/test/odin_networks.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

int parameter(const QuantizedNetwork& network, const char* name, std::size_t neuron = 0) {
    return network.populations[1].parameters.at(name)[neuron];
}

int stored(const QuantizedNetwork& network, float weight) {
    return network.projections[0].stored_weight(weight);
}

TEST(OdinQuantizer, WeightsFillThreeBitsAndTheirSign) {
    const QuantizedNetwork q =
        quantize_for_odin(one_layer(neurons("n", 1), 3, {0.7F, -0.3F, 0.1F}), false);
    EXPECT_EQ(stored(q, 0.7F), 7);
    EXPECT_EQ(stored(q, -0.3F), -3);
    EXPECT_EQ(stored(q, 0.1F), 1);
    EXPECT_EQ(parameter(q, "thr"), 10);
    EXPECT_EQ(parameter(q, "leak_str"), 0);
}

TEST(OdinQuantizer, InhibitionIsNamedAsWhatTheFloorForgets) {
    const Population n = neurons("n", 1);
    EXPECT_THAT(quantize_for_odin(one_layer(n, 2, {0.7F, 0.3F}), false).report.warnings, IsEmpty());
    EXPECT_THAT(quantize_for_odin(one_layer(n, 2, {0.7F, -0.3F}), false).report.warnings,
                testing::ElementsAre(HasSubstr("membranes stop at 0 and forget inhibition")));
}

// 255 units of threshold leave the weights 2 units: the report says so.
TEST(OdinQuantizer, AThresholdOf255UnitsHoldsTheWeightsDown) {
    const QuantizedNetwork q = quantize_for_odin(
        one_layer(neurons("n", 1, NeuronKind::if_, 127.5), 2, {1.0F, 0.2F}), false);
    EXPECT_EQ(parameter(q, "thr"), 255);
    EXPECT_EQ(stored(q, 1.0F), 2);
    EXPECT_EQ(stored(q, 0.2F), 0);
    EXPECT_THAT(q.report.warnings, Contains(HasSubstr("become 0")));
}

TEST(OdinQuantizer, GainAndThresholdOfALifAreOne) {
    // dt / tau = 0.1 and r = 10: a weight of 1 lifts v by 1.
    Population lif = neurons("n", 1, NeuronKind::lif, 2);
    lif.r = 10.0;
    const QuantizedNetwork q = quantize_for_odin(one_layer(lif, 1, {1.0F}), false);
    EXPECT_NEAR(parameter(q, "thr"), 2 * stored(q, 1.0F), 0) << "two spikes reach it";
    EXPECT_DOUBLE_EQ(q.populations[1].volts_per_unit * parameter(q, "thr"), 2.0);
}

// From threshold t a decay by the share k per timestep leaves the area t / k; a fall by k t / 2 per
// timestep takes 2 / k timesteps and leaves the same.
TEST(OdinQuantizer, TheLeakHasTheAreaOfTheDecay) {
    Population lif = neurons("n", 1, NeuronKind::lif, 20);
    lif.r = 10.0;
    const QuantizedNetwork q = quantize_for_odin(one_layer(lif, 1, {1.0F}), false);
    EXPECT_EQ(parameter(q, "leak_str"), std::lround(0.1 * parameter(q, "thr") / 2));
    EXPECT_THAT(q.report.warnings, Contains(HasSubstr("exponential leak is replaced")));
    const QuantizedNetwork e = quantize_for_odin(one_layer(lif, 1, {1.0F}), true);
    EXPECT_EQ(parameter(e, "leak_str"),
              std::lround((1 - std::exp(-0.1)) * parameter(e, "thr") / 2));
}

TEST(OdinQuantizer, ALeakThatRoundsToNothingIsReported) {
    Population lif = neurons("n", 1, NeuronKind::lif, 1);
    lif.r = 10.0;
    EXPECT_THAT(quantize_for_odin(one_layer(lif, 1, {1.0F}), false).report.warnings,
                Contains(HasSubstr("the leak rounds to 0")));
}

// What a neuron without memory can hold must go with one time reference: at most 127.
TEST(OdinQuantizer, AThresholdNodeForgetsWithinOneTimestep) {
    const QuantizedNetwork q =
        quantize_for_odin(one_layer(neurons("n", 1, NeuronKind::threshold, 100), 1, {1.0F}), false);
    EXPECT_EQ(parameter(q, "leak_str"), 127);
    EXPECT_LE(parameter(q, "thr"), 128);
    EXPECT_GE(parameter(q, "thr"), 100);
}

TEST(OdinQuantizer, NeuronsMayDifferInThresholdAndBias) {
    Population p = neurons("n", 2);
    p.v_threshold.values = {1, 2};
    p.bias.values = {0.3, -0.1};
    const QuantizedNetwork q = quantize_for_odin(one_layer(p, 1, {0.7F, 0.7F}), false);
    EXPECT_EQ(parameter(q, "thr", 0), 10);
    EXPECT_EQ(parameter(q, "thr", 1), 20);
    EXPECT_EQ(parameter(q, "bias", 0), 3);
    EXPECT_EQ(parameter(q, "bias", 1), -1);
}

TEST(OdinQuantizer, ABiasActsFromWhereTheInputCanReach) {
    Network network = one_layer(neurons("a", 1), 1, {1.0F});
    network.populations.push_back(neurons("b", 1));
    network.outputs = {PopulationId{2u}};
    connect(network, 1, 2, {1.0F});
    const QuantizedNetwork q = quantize_for_odin(network, false);
    EXPECT_EQ(q.populations[1].parameters.at("onset")[0], 1);
    EXPECT_EQ(q.populations[2].parameters.at("onset")[0], 2);
}

TEST(OdinQuantizer, RegisterContentsAreTakenAsTheyAre) {
    Population p = neurons("n", 2, NeuronKind::lif, 3);
    p.hardware = {{"odin/thr", {200, 255}}, {"odin/leak_str", {5}}, {"odin/bias", {-2}}};
    const QuantizedNetwork q = quantize_for_odin(one_layer(p, 2, {1, -2, 7, -7}), false);
    EXPECT_EQ(parameter(q, "thr", 0), 200);
    EXPECT_EQ(parameter(q, "thr", 1), 255);
    EXPECT_EQ(parameter(q, "leak_str", 1), 5);
    EXPECT_EQ(parameter(q, "bias", 1), -2);
    EXPECT_EQ(stored(q, -2), -2);
    EXPECT_EQ(q.populations[1].volts_per_unit, 1);
    EXPECT_EQ(q.report.layers[0].rms_error, 0);
}

std::string refused(Population population, std::vector<float> weight = {1.0F}) {
    return error_text(
        [&] { quantize_for_odin(one_layer(std::move(population), 1, weight), false); });
}

TEST(OdinQuantizer, RegisterContentsOutOfRangeAreRefused) {
    Population p = neurons("n", 1);
    p.hardware = {{"odin/thr", {256}}};
    EXPECT_EQ(refused(p), "population 'n': odin/thr: expected an integer from 1 to 255, found 256");
    p.hardware = {{"odin/thr", {100}}, {"odin/leak_str", {1.5}}};
    EXPECT_EQ(refused(p),
              "population 'n': odin/leak_str: expected an integer from 0 to 127, found 1.5");
    p.hardware = {{"odin/threshold", {100}}};
    EXPECT_THAT(refused(p), HasSubstr("known: odin/thr, odin/leak_str, odin/bias"));
    p.hardware = {{"odin/thr", {100, 100}}};
    EXPECT_EQ(refused(p), "population 'n': odin/thr: expected 1 or 1 values, found 2");
}

TEST(OdinQuantizer, WithRegisterContentsWeightsAreIntegersOfThreeBits) {
    Population p = neurons("n", 1);
    p.hardware = {{"odin/thr", {100}}};
    EXPECT_THAT(refused(p, {0.5F}), AllOf(HasSubstr("integer weights from -7 to 7"),
                                          HasSubstr("found 0.5"), HasSubstr("remove odin/thr")));
    EXPECT_THAT(refused(p, {8}), HasSubstr("found 8"));
    EXPECT_THAT(refused(p, {-8}), HasSubstr("found -8"));
}

TEST(OdinQuantizer, WhatTheNeuronCannotDoIsRefusedWithTheNearestChange) {
    EXPECT_THAT(refused(neurons("n", 1, NeuronKind::cuba_lif)),
                AllOf(HasSubstr("no synaptic current"), HasSubstr("hint: use LIF neurons")));
    EXPECT_THAT(refused(neurons("n", 1, NeuronKind::li)),
                AllOf(HasSubstr("never spikes (li)"), HasSubstr("use IF or LIF")));
    EXPECT_THAT(refused(neurons("n", 1, NeuronKind::relu)), HasSubstr("not values"));
    Network driven;
    driven.populations = {neurons("n", 1, NeuronKind::current_input)};
    driven.inputs = {PopulationId{0u}};
    EXPECT_THAT(error_text([&] { quantize_for_odin(driven, false); }),
                HasSubstr("hint: choose another stimulus.encoder"));
    Population p = neurons("n", 1);
    p.reset = ResetMode::subtract;
    EXPECT_THAT(refused(p), HasSubstr("hint: network.reset: zero"));
    p = neurons("n", 1);
    p.v_reset = -0.5;
    EXPECT_THAT(refused(p), AllOf(HasSubstr("v_reset"), HasSubstr("hint: network.reset: zero")));
    p = neurons("n", 1, NeuronKind::lif);
    p.v_leak = 0.2;
    EXPECT_THAT(refused(p), AllOf(HasSubstr("v_leak"), HasSubstr("rests at 0")));
    EXPECT_THAT(refused(neurons("n", 1, NeuronKind::if_, 0)), HasSubstr("thresholds are above 0"));
    p = neurons("n", 1);
    p.r = -1.0;
    EXPECT_THAT(refused(p), HasSubstr("put the sign into the weights"));
    p = neurons("n", 1);
    p.bias = 1000.0;
    EXPECT_THAT(refused(p), HasSubstr("255 virtual events"));
}

TEST(OdinQuantizer, DelaysAreRefused) {
    Network network = one_layer(neurons("n", 2), 2, {1, 0, 0, 1});
    network.projections[0].connectivity = make_elementwise(2, {1.0F}, {3});
    EXPECT_THAT(error_text([&] { quantize_for_odin(network, false); }),
                HasSubstr("no synaptic delays"));
}

TEST(OdinQuantizer, APairOfNeuronsHasOneSynapse) {
    Network network = one_layer(neurons("n", 1), 1, {1});
    connect(network, 0, 1, {2});
    EXPECT_THAT(error_text([&] { quantize_for_odin(network, false); }),
                AllOf(HasSubstr("a second projection from 'in' to 'n'"),
                      HasSubstr("hint: add the two up")));
}

}  // namespace
}  // namespace cortile
