// SPDX-License-Identifier: Apache-2.0
// Networks that bring their integers along.
#include <gmock/gmock.h>

#include "cores/loihi/loihi_quantizer.h"
#include "hw_model/base/error.h"
#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Network integer_network(std::vector<std::vector<float>> weight) {
    Population p;
    p.kind = NeuronKind::cuba_lif;
    p.hardware = {{"loihi/du", {1023}},         {"loihi/dv", {128}},
                  {"loihi/vth_mantissa", {80}}, {"loihi/bias_mantissa", {-7}},
                  {"loihi/bias_exponent", {6}}, {"loihi/refractory", {3}}};
    return one_layer(p, std::move(weight));
}

std::string error_of(const Network& network) {
    try {
        quantize_for_loihi(network, {});
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

int weight(const QuantizedNetwork& q, float w) {
    return q.projections[0].stored_weight(w);
}

TEST(LoihiHardwareValues, AreTakenAsTheyAre) {
    const auto q = quantize_for_loihi(integer_network({{28.0F}}), {});
    const auto& parameters = q.populations[1].parameters;
    EXPECT_EQ(parameters.at("du")[0], 1023);
    EXPECT_EQ(parameters.at("dv")[0], 128);
    EXPECT_EQ(parameters.at("vth_mantissa")[0], 80);
    EXPECT_EQ(parameters.at("bias_mantissa")[0], -7);
    EXPECT_EQ(parameters.at("bias_exponent")[0], 6);
    EXPECT_EQ(parameters.at("refractory")[0], 3);
    EXPECT_EQ(q.projections[0].scale, 1.0);
    EXPECT_EQ(q.projections[0].weight_exponent, 0);
    EXPECT_EQ(q.populations[1].volts_per_unit, 1.0 / 64);
    EXPECT_TRUE(q.report.warnings.empty());
}

TEST(LoihiHardwareValues, MixedWeightsLoseTheLowestBitDownwards) {
    const auto q = quantize_for_loihi(integer_network({{5.0F, -5.0F, 255.0F}}), {});
    EXPECT_EQ(weight(q, 5), 4);
    EXPECT_EQ(weight(q, -5), -6);
    EXPECT_EQ(weight(q, 255), 254);
}

TEST(LoihiHardwareValues, ExcitatoryWeightsKeepAllBits) {
    const auto q = quantize_for_loihi(integer_network({{5.0F, 255.0F}}), {});
    EXPECT_EQ(weight(q, 5), 5);
    EXPECT_EQ(weight(q, 255), 255);
}

TEST(LoihiHardwareValues, InhibitoryWeightsAreTruncatedByMagnitude) {
    Network network = integer_network({{-5.0F, -255.0F}});
    network.projections[0].hardware = {{"loihi/num_weight_bits", {6}}};
    const auto q = quantize_for_loihi(network, {});
    EXPECT_EQ(weight(q, -5), -4);
    EXPECT_EQ(weight(q, -255), -252);
    EXPECT_EQ(q.projections[0].weight_bits, 6);
}

TEST(LoihiHardwareValues, SignModeMayBeGiven) {
    Network network = integer_network({{5.0F, 255.0F}});
    network.projections[0].hardware = {{"loihi/sign_mode", {1}}};
    const auto mixed = quantize_for_loihi(network, {});
    EXPECT_EQ(weight(mixed, 5), 4) << "one bit for the sign";
    EXPECT_EQ(mixed.projections[0].min_weight, -256);
    network.projections[0].hardware = {{"loihi/sign_mode", {2}}};
    EXPECT_EQ(weight(quantize_for_loihi(network, {}), 5), 5);
    network.projections[0].hardware = {{"loihi/sign_mode", {3}}};
    EXPECT_THAT(error_of(network), AllOf(HasSubstr("loihi/sign_mode"), HasSubstr("above 0")));
    network.projections[0].hardware = {{"loihi/sign_mode", {4}}};
    EXPECT_THAT(error_of(network), HasSubstr("from 1 to 3, found 4"));
    Network negative = integer_network({{-5.0F}});
    negative.projections[0].hardware = {{"loihi/sign_mode", {2}}};
    EXPECT_THAT(error_of(negative), HasSubstr("below 0"));
    Network real = one_layer(lif(1e-3, 0.5), {{0.7F}});
    real.projections[0].hardware = {{"loihi/sign_mode", {1}}};
    EXPECT_THAT(error_of(real), HasSubstr("not in hardware integers"));
}

TEST(LoihiHardwareValues, WeightsOutOfRangeAreClippedAndReported) {
    const auto q = quantize_for_loihi(integer_network({{300.0F, -2.0F}}), {});
    EXPECT_EQ(weight(q, 300), 254);
    EXPECT_EQ(q.report.layers[0].saturated, 1u);
    ASSERT_EQ(q.report.warnings.size(), 1u);
    EXPECT_THAT(q.report.warnings[0], HasSubstr("1 of 2 weights lie outside [-256, 255]"));
}

TEST(LoihiHardwareValues, WeightExponentIsKept) {
    Network network = integer_network({{28.0F}});
    network.projections[0].hardware = {{"loihi/weight_exponent", {-3}}};
    EXPECT_EQ(quantize_for_loihi(network, {}).projections[0].weight_exponent, -3);
}

TEST(LoihiHardwareValues, PerNeuronThresholds) {
    Network network = integer_network({{28.0F}, {28.0F}});
    network.populations[1].hardware["loihi/vth_mantissa"] = {10, 20};
    const auto q = quantize_for_loihi(network, {});
    EXPECT_EQ(q.populations[1].parameters.at("vth_mantissa")[0], 10);
    EXPECT_EQ(q.populations[1].parameters.at("vth_mantissa")[1], 20);
}

TEST(LoihiHardwareValues, MissingDecaysFollowFromTheTimeConstants) {
    Network network = integer_network({{28.0F}});
    network.populations[1].hardware.erase("loihi/dv");
    network.populations[1].tau_mem = 1e-3;
    network.populations[1].tau_syn = 1e-3;
    const auto q = quantize_for_loihi(network, {});
    EXPECT_EQ(q.populations[1].parameters.at("dv")[0], 410);
    EXPECT_EQ(q.populations[1].parameters.at("du")[0], 1023);
}

TEST(LoihiHardwareValues, FloatBiasIsInThresholdUnits) {
    Network network = integer_network({{28.0F}});
    network.populations[1].hardware.erase("loihi/bias_mantissa");
    network.populations[1].hardware.erase("loihi/bias_exponent");
    network.populations[1].bias = 3.0;
    const auto q = quantize_for_loihi(network, {});
    EXPECT_EQ(q.populations[1].parameters.at("bias_mantissa")[0], 3 * 64);
}

TEST(LoihiHardwareValues, WinOverDerivedOnesElsewhere) {
    Network network = one_layer(lif(1e-3, 0.5), {{0.7F}});
    network.populations[1].hardware = {{"loihi/refractory", {5}}, {"loihi/dv", {17}}};
    network.projections[0].hardware = {{"loihi/weight_exponent", {2}},
                                       {"loihi/num_weight_bits", {3}}};
    const auto q = quantize_for_loihi(network, {});
    EXPECT_EQ(q.populations[1].parameters.at("refractory")[0], 5);
    EXPECT_EQ(q.populations[1].parameters.at("dv")[0], 17);
    EXPECT_EQ(q.projections[0].weight_exponent, 2);
    EXPECT_EQ(q.projections[0].truncated_bits, 5);
    EXPECT_GT(weight(q, 0.7F), 128);
}

TEST(LoihiHardwareValues, ValueOutOfRangeNamesPopulationAndKey) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware["loihi/du"] = {4096};
    EXPECT_THAT(error_of(network), AllOf(HasSubstr("population 'out': loihi/du"),
                                         HasSubstr("from 0 to 4095, found 4096")));
}

TEST(LoihiHardwareValues, FractionIsRefused) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware["loihi/vth_mantissa"] = {2.5};
    EXPECT_THAT(error_of(network), HasSubstr("found 2.5"));
}

TEST(LoihiHardwareValues, WrongCountIsRefused) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware["loihi/dv"] = {1, 2, 3};
    EXPECT_THAT(error_of(network), HasSubstr("expected 1 or 1 values, found 3"));
}

TEST(LoihiHardwareValues, UnknownKeyListsTheKnownOnes) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware["loihi/dw"] = {1};
    EXPECT_THAT(error_of(network), AllOf(HasSubstr("loihi/dw"), HasSubstr("known: loihi/du")));
}

TEST(LoihiHardwareValues, KeysOfOtherCoreTypesAreIgnored) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware["truenorth/leak"] = {1};
    EXPECT_EQ(error_of(network), "no error");
}

TEST(LoihiHardwareValues, ExponentWithoutMantissaIsRefused) {
    Network network = integer_network({{1.0F}});
    network.populations[1].hardware.erase("loihi/bias_mantissa");
    EXPECT_THAT(error_of(network), HasSubstr("without loihi/bias_mantissa"));
}

TEST(LoihiHardwareValues, NonIntegerWeightNamesTheSynapse) {
    EXPECT_THAT(error_of(integer_network({{1.0F, 2.5F}})),
                AllOf(HasSubstr("projection 'fc'"), HasSubstr("2.5 from neuron 1 to neuron 0")));
}

TEST(LoihiHardwareValues, SubtractiveResetIsRefusedToo) {
    Network network = integer_network({{1.0F}});
    network.populations[1].reset = ResetMode::subtract;
    EXPECT_THAT(error_of(network), HasSubstr("subtraction"));
}

}  // namespace
}  // namespace cortile
