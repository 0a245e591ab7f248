// SPDX-License-Identifier: Apache-2.0
// Quantisation that makes another network of the one that was asked for is not silent.
#include "workload/quantize/damage.h"

#include <gmock/gmock.h>

#include "cores/loihi/loihi_quantizer.h"
#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Population if_neurons(double threshold = 1) {
    Population p;
    p.kind = NeuronKind::if_;
    p.v_threshold = threshold;
    return p;
}

// One target with `large` weights of 1 and `small` weights of 0.01.
std::vector<std::vector<float>> large_and_small(std::size_t large, std::size_t small) {
    std::vector<float> row(large, 1.0F);
    row.resize(large + small, 0.01F);
    return {row};
}

QuantizationReport report_of(const Network& network, std::uint8_t weight_bits = 8) {
    LoihiQuantizerOptions options;
    options.weight_bits = weight_bits;
    return quantize_for_loihi(network, options).report;
}

TEST(Damage, OneWeightInFiveMayVanish) {
    const auto report = report_of(one_layer(if_neurons(), large_and_small(8, 2)), 3);
    EXPECT_EQ(report.layers[0].rounded_to_zero, 2u);
    EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(Damage, MoreZeroedWeightsAreReportedWithTheRemedy) {
    const auto report = report_of(one_layer(if_neurons(), large_and_small(7, 3)), 3);
    EXPECT_THAT(report.warnings,
                Contains(AllOf(HasSubstr("projection 'fc': 3 of 10 weights (30.0 %) become 0"),
                               HasSubstr("raise core.weight_bits (now 3)"))));
}

TEST(Damage, WeightsThatAreZeroAnywayDoNotCount) {
    QuantizedProjection projection;
    QuantizationReport::Layer layer;
    layer.weights = 100;
    layer.nonzero = 10;
    layer.rounded_to_zero = 3;
    ASSERT_TRUE(weight_damage(projection, layer, {}));
    layer.nonzero = 50;
    EXPECT_FALSE(weight_damage(projection, layer, {}));
}

TEST(Damage, LargeRmsErrorIsReported) {
    // Two bits for both signs: steps of 1 make 1 of 0.6, the root of 3 * 0.16 over 2 + 3 * 0.36.
    const auto report = report_of(one_layer(if_neurons(), {{1, 0.6F, 0.6F, 0.6F, -1}}), 2);
    EXPECT_EQ(report.layers[0].rounded_to_zero, 0u);
    EXPECT_NEAR(report.layers[0].rms_error, 0.395, 0.02);
    EXPECT_THAT(report.warnings,
                Contains(AllOf(HasSubstr("RMS error"), HasSubstr("core.weight_bits (now 2)"))));
}

TEST(Damage, OneBitForBothSignsKeepsTheNegativeWeights) {
    const auto q = quantize_for_loihi(one_layer(if_neurons(), {{1, 0.6F, -1}}),
                                      {.weight_bits = 1, .learning = {}});
    EXPECT_EQ(q.projections[0].stored_weight(-1), -256);
    EXPECT_EQ(q.projections[0].stored_weight(1), 0);
    EXPECT_GT(q.report.layers[0].threshold_mantissa, 0);
    EXPECT_THAT(q.report.warnings, Contains(AllOf(HasSubstr("2 of 3 weights (66.7 %) become 0"),
                                                  HasSubstr("core.weight_bits (now 1)"))));
}

TEST(Damage, ARmsErrorOfAQuarterIsTheLimit) {
    QuantizedProjection projection;
    QuantizationReport::Layer layer;
    layer.weights = layer.nonzero = 100;
    layer.rms_error = 0.25;
    EXPECT_FALSE(weight_damage(projection, layer, {}));
    layer.rms_error = 0.26;
    const auto damage = weight_damage(projection, layer, {});
    ASSERT_TRUE(damage);
    EXPECT_THAT(*damage, HasSubstr("26.0 %"));
}

TEST(Damage, MoreBitsAreNotAdvisedWhereThereAreNoMore) {
    const auto report = report_of(one_layer(if_neurons(), {{1000, 1, 1, 1}}));
    EXPECT_THAT(report.warnings,
                Contains(AllOf(HasSubstr("3 of 4 weights"), HasSubstr("a few large weights"),
                               Not(HasSubstr("core.weight_bits")))));
}

TEST(Damage, AbsurdBiasLosesAllWeightsAndSaysSo) {
    Population p = if_neurons();
    p.bias = 1e300;
    const auto report = report_of(one_layer(p, {{1, 0.5F, 0.25F, -1}}));
    const QuantizationReport::Layer& layer = report.layers[0];
    EXPECT_EQ(layer.rounded_to_zero, 4u);
    EXPECT_DOUBLE_EQ(layer.rms_error, 1);
    EXPECT_DOUBLE_EQ(layer.max_error, 1);
    EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("'fc': all 4 weights become 0"),
                                                HasSubstr("bring bias, v_leak and v_threshold"))));
    EXPECT_THAT(report.warnings, Contains(HasSubstr("its threshold is off by 100.0 %")));
}

TEST(Damage, AbsurdLeakPotentialLosesAllWeights) {
    Population p = lif(1e-2, 1);
    p.v_leak = 1e300;
    const auto layer = report_of(one_layer(p, {{1, 0.5F, 0.25F, -1}})).layers[0];
    EXPECT_EQ(layer.rounded_to_zero, 4u);
    EXPECT_DOUBLE_EQ(layer.rms_error, 1);
}

TEST(Damage, ErrorOfTinyAndOfHugeWeightsIsThatOfOrdinaryOnes) {
    const auto error = [](float unit) {
        return report_of(one_layer(if_neurons(static_cast<double>(unit)),
                                   {{unit, 0.3F * unit, -0.7F * unit, 0.123F * unit}}))
            .layers[0]
            .rms_error;
    };
    EXPECT_GT(error(1), 0);
    EXPECT_NEAR(error(0x1p-100F), error(1), 1e-9);
    EXPECT_NEAR(error(0x1p100F), error(1), 1e-9);
}

TEST(Damage, HardwareIntegersThatLoseTheirLowestBit) {
    Population p = if_neurons();
    p.hardware["loihi/vth_mantissa"] = {100};
    const auto report = report_of(one_layer(p, {{1, 1, 1, -2}}));
    EXPECT_THAT(report.warnings,
                Contains(AllOf(HasSubstr("3 of 4 weights"), HasSubstr("store multiples of 2"))));
}

TEST(Damage, PinnedExponentThatIsTooLargeIsNamed) {
    Network network = one_layer(if_neurons(), {{0.01F, 0.02F}});
    add_projection(network, {{1.0F, 0.7F}});
    network.projections[0].hardware["loihi/weight_exponent"] = {7};
    network.projections[1].hardware["loihi/weight_exponent"] = {-8};
    const auto report = report_of(network);
    EXPECT_EQ(report.layers[0].rounded_to_zero, 2u);
    EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("projection 'fc': all 2 weights"),
                                                HasSubstr("lower loihi/weight_exponent"))));
}

TEST(Damage, TableShowsTheThresholdInMantissas) {
    Population p = if_neurons();
    p.hardware["loihi/vth_mantissa"] = {1234};
    const auto report = report_of(one_layer(p, {{4, 2}}));
    EXPECT_EQ(report.layers[0].threshold_mantissa, 1234);
    EXPECT_THAT(to_text(report), testing::ContainsRegex("0\\.00 % +1234 +0\\.00 %"));
}

TEST(Damage, TableShowsNoThresholdOfReadouts) {
    Population p = if_neurons();
    p.kind = NeuronKind::i;
    const auto report = report_of(one_layer(p, {{4, 2}}));
    EXPECT_EQ(report.layers[0].threshold_mantissa, -1);
    EXPECT_THAT(to_text(report), testing::ContainsRegex(" % +- +0\\.00 %"));
}

}  // namespace
}  // namespace cortile
