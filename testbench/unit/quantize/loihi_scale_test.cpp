// SPDX-License-Identifier: Apache-2.0
// How membrane unit and weight exponents are chosen.
#include "cores/loihi/loihi_quantizer_scale.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "cores/loihi/loihi_quantizer.h"
#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

using testing::HasSubstr;

Population if_neuron(double threshold) {
    Population p;
    p.kind = NeuronKind::if_;
    p.v_threshold = threshold;
    return p;
}

std::vector<std::vector<float>> random_matrix(std::uint32_t targets, std::uint32_t sources,
                                              double low, double high) {
    std::vector<std::vector<float>> w(targets, std::vector<float>(sources));
    for (std::uint32_t t = 0; t < targets; ++t) {
        for (std::uint32_t s = 0; s < sources; ++s) {
            w[t][s] =
                static_cast<float>(low + (high - low) * uniform01({7, RandomUse::test}, t, s));
        }
    }
    return w;
}

std::vector<int> stored_weights(const QuantizedProjection& p) {
    std::vector<int> result;
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> row;
    for (std::uint32_t s = 0; s < p.connectivity->source_size(); ++s) {
        p.row(s, scratch, row);
        for (const auto& c : row) {
            result.push_back(c.weight);
        }
    }
    return result;
}

TEST(LoihiScale, MixedWeightsUseTheirEightBits) {
    const auto q =
        quantize_for_loihi(one_layer(if_neuron(1), random_matrix(20, 50, -0.7, 0.7)), {});
    const auto weights = stored_weights(q.projections[0]);
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    EXPECT_GE(std::max(-*low, *high), 245);
    EXPECT_TRUE(std::all_of(weights.begin(), weights.end(), [](int w) { return w % 2 == 0; }));
    EXPECT_EQ(q.projections[0].weight_bits, 8);
    // A uniform distribution of width 2 * 0.7 in 254 steps: step / sqrt(12) over 0.7 / sqrt(3).
    EXPECT_LT(q.report.layers[0].rms_error, 1.05 / 254);
    EXPECT_GT(q.report.layers[0].rms_error, 0.5 / 254);
}

TEST(LoihiScale, RoundingHasNoBias) {
    const auto w = random_matrix(100, 100, -1, 1);
    const auto q = quantize_for_loihi(one_layer(if_neuron(5), w), {});
    double error = 0;
    for (const auto& row : w) {
        for (const float x : row) {
            error +=
                q.projections[0].stored_weight(x) - static_cast<double>(x) * q.projections[0].scale;
        }
    }
    // Mean of 10^4 errors uniform in [-1, 1]: standard deviation 0.006.
    EXPECT_LT(std::abs(error / 1e4), 0.03);
}

TEST(LoihiScale, OneSignedWeightsKeepTheirLowestBit) {
    const auto q = quantize_for_loihi(one_layer(if_neuron(1), random_matrix(20, 50, 0.1, 0.7)), {});
    const auto weights = stored_weights(q.projections[0]);
    EXPECT_GE(*std::max_element(weights.begin(), weights.end()), 247);
    EXPECT_TRUE(std::any_of(weights.begin(), weights.end(), [](int w) { return w % 2 != 0; }));
    EXPECT_EQ(q.projections[0].min_weight, 0);
}

TEST(LoihiScale, InhibitoryWeightsAreNegativeOnly) {
    const auto q =
        quantize_for_loihi(one_layer(if_neuron(1), random_matrix(20, 50, -0.7, -0.1)), {});
    EXPECT_EQ(q.projections[0].min_weight, -255);
    EXPECT_EQ(q.projections[0].max_weight, 0);
    const auto weights = stored_weights(q.projections[0]);
    EXPECT_LE(*std::min_element(weights.begin(), weights.end()), -247);
}

TEST(LoihiScale, ThresholdAndWeightsKeepTheirRatio) {
    for (const double threshold : {1e-3, 0.02, 0.5, 1.0, 37.0, 900.0, 20000.0}) {
        const auto q =
            quantize_for_loihi(one_layer(if_neuron(threshold), random_matrix(4, 9, -1, 1)), {});
        const QuantizedProjection& p = q.projections[0];
        const int mantissa = q.populations[1].parameters.at("vth_mantissa")[0];
        EXPECT_LE(mantissa, kMaxThresholdMantissa);
        const double unit = p.scale * std::ldexp(1.0, p.weight_exponent);
        EXPECT_NEAR(mantissa / unit / threshold, 1.0, 1e-3) << threshold;
        EXPECT_NEAR(q.populations[1].volts_per_unit * 64 * unit, 1.0, 1e-12);
        EXPECT_GE(p.weight_exponent, kMinWeightExponent);
        EXPECT_LE(p.weight_exponent, kMaxWeightExponent);
    }
}

TEST(LoihiScale, UniformThresholdsAreExact) {
    for (const double threshold : {0.013, 0.377, 1.0, 2.9}) {
        const auto q =
            quantize_for_loihi(one_layer(if_neuron(threshold), random_matrix(4, 9, -1, 1)), {});
        EXPECT_LT(q.report.layers[0].threshold_error, 1e-9) << threshold;
    }
}

TEST(LoihiScale, ASingleWeightValueIsExact) {
    const auto q = quantize_for_loihi(one_layer(if_neuron(0.1), {{0.04F}}), {});
    EXPECT_LT(q.report.layers[0].rms_error, 1e-3);
    EXPECT_LT(q.report.layers[0].threshold_error, 1e-6);
}

TEST(LoihiScale, ProjectionsOfDifferentSizeGetExponentsOfTheirOwn) {
    Network network = one_layer(if_neuron(1), random_matrix(10, 20, -1, 1));
    add_projection(network, random_matrix(10, 20, -0.06, 0.06));
    const auto q = quantize_for_loihi(network, {});
    const auto& large = q.projections[0];
    const auto& small = q.projections[1];
    EXPECT_EQ(large.weight_exponent - small.weight_exponent, 4);
    // One membrane: both scales mean the same unit.
    EXPECT_DOUBLE_EQ(std::ldexp(large.scale, large.weight_exponent),
                     std::ldexp(small.scale, small.weight_exponent));
    for (const auto& p : q.projections) {
        const auto weights = stored_weights(p);
        const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
        EXPECT_GE(std::max(-*low, *high), 120) << p.name << " wastes a bit";
    }
}

TEST(LoihiScale, FewerBitsGiveCoarserWeights) {
    LoihiQuantizerOptions options;
    options.weight_bits = 4;
    const auto q =
        quantize_for_loihi(one_layer(if_neuron(1), random_matrix(20, 50, -0.7, 0.7)), options);
    for (const int w : stored_weights(q.projections[0])) {
        ASSERT_EQ(w % 32, 0);
    }
    EXPECT_EQ(q.projections[0].weight_bits, 4);
    EXPECT_GT(q.report.layers[0].rms_error, 0.02);
}

TEST(LoihiScale, BiasFitsMantissaAndExponent) {
    Population p = if_neuron(1.0);
    p.bias.values = {0.5, -0.25, 0.0};
    const auto q = quantize_for_loihi(one_layer(p, {{1e-3F}, {1e-3F}, {1e-3F}}), {});
    const auto& parameters = q.populations[1].parameters;
    const double unit = 1 / q.populations[1].volts_per_unit;
    for (std::size_t n = 0; n < 3; ++n) {
        const double got =
            parameters.at("bias_mantissa")[n] * (1 << parameters.at("bias_exponent")[n]);
        EXPECT_NEAR(got / unit, p.bias.values[n], 1e-3) << n;
    }
}

TEST(LoihiScale, BiasIntegersTakeTheSmallestExponent) {
    const BiasIntegers largest = bias_integers(4095);
    EXPECT_EQ(largest.exponent, 0);
    EXPECT_EQ(largest.mantissa, 4095);
    const BiasIntegers next = bias_integers(4096);
    EXPECT_EQ(next.exponent, 1);
    EXPECT_EQ(next.mantissa, 2048);
    EXPECT_EQ(bias_integers(-4096).exponent, 0);
    EXPECT_FALSE(bias_integers(4095 * 128).saturated);
    EXPECT_TRUE(bias_integers(4096 * 128).saturated);
}

TEST(LoihiScale, WorstCaseInputDoesNotWrapTheCurrent) {
    // 4000 inputs of full weight sum to 10^6 mantissas, beyond the 2^17 of a 24-bit current.
    const auto q = quantize_for_loihi(
        one_layer(if_neuron(2000), std::vector<std::vector<float>>{std::vector<float>(4000, 1.0F)}),
        {});
    const auto& p = q.projections[0];
    std::int64_t sum = 0;
    for (const int w : stored_weights(p)) {
        sum += w;
    }
    const std::int64_t shifted =
        p.weight_exponent > 0 ? sum << p.weight_exponent : sum >> -p.weight_exponent;
    EXPECT_LE(shifted * 64, 1 << 23);
    EXPECT_TRUE(q.report.warnings.empty()) << q.report.warnings[0];
}

TEST(LoihiScale, CurrentThatCanWrapIsReported) {
    // The threshold is 1/4000 of the largest input: keeping it apart wins over the worst case.
    const auto q = quantize_for_loihi(
        one_layer(if_neuron(1), std::vector<std::vector<float>>{std::vector<float>(4000, 1.0F)}),
        {});
    ASSERT_EQ(q.report.warnings.size(), 1u);
    EXPECT_THAT(q.report.warnings[0], HasSubstr("the current wraps around if more than"));
}

TEST(LoihiScale, LongDelaysAreRefused) {
    try {
        quantize_for_loihi(one_layer(if_neuron(1), {{1.0F}}, 1e-3, 63), {});
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(HasSubstr("projection 'fc'"), HasSubstr("found 63")));
    }
}

TEST(LoihiScale, DelaysCostSixBits) {
    EXPECT_EQ(quantize_for_loihi(one_layer(if_neuron(1), {{1.0F}}, 1e-3, 62), {})
                  .projections[0]
                  .delay_bits,
              6);
    EXPECT_EQ(quantize_for_loihi(one_layer(if_neuron(1), {{1.0F}}), {}).projections[0].delay_bits,
              0);
}

TEST(LoihiScale, WeightThatIsNoNumberIsRefused) {
    try {
        quantize_for_loihi(one_layer(if_neuron(1), {{std::nanf("")}}), {});
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(HasSubstr("projection 'fc'"), HasSubstr("finite")));
    }
}

TEST(LoihiScale, ZeroWeightsGiveAPopulationThatWarns) {
    const auto q = quantize_for_loihi(one_layer(if_neuron(1), {{0.0F}}), {});
    ASSERT_FALSE(q.report.warnings.empty());
    EXPECT_THAT(q.report.warnings[0], HasSubstr("can never spike"));
}

}  // namespace
}  // namespace cortile
