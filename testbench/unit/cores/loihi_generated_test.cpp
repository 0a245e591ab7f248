// SPDX-License-Identifier: Apache-2.0
// Registers of generated networks: in range, and the network's own numbers.
#include <gtest/gtest.h>

#include <cmath>

#include "cores/registry/core_type.h"
#include "workload/network/generate.h"

namespace cortile {
namespace {

Network generated(double rate) {
    RandomNetworkOptions options;
    options.neurons = 2000;
    options.firing_rate = rate;
    Network network = generate_random(options);
    core_type("loihi", "test").adapt_generated(options, network);
    return network;
}

constexpr double kRates[] = {1e-5, 0.003, 0.1, 1.0};

TEST(LoihiGenerated, IntegersFitTheirRegisters) {
    for (const double rate : kRates) {
        const Network n = generated(rate);
        const auto& h = n.populations[0].hardware;
        for (const double v : h.at("loihi/vth_mantissa")) {
            EXPECT_TRUE(v >= 0 && v < 131072 && v == std::trunc(v)) << v;
        }
        for (const double v : h.at("loihi/bias_mantissa")) {
            EXPECT_TRUE(v >= 1 && v <= 4095 && v == std::trunc(v)) << v;
        }
        for (const double v : h.at("loihi/bias_exponent")) {
            EXPECT_TRUE(v >= 0 && v <= 7 && v == std::trunc(v)) << v;
        }
        for (const double v : h.at("loihi/refractory")) {
            EXPECT_TRUE(v >= 1 && v <= 63 && v == std::trunc(v)) << v;
        }
    }
}

TEST(LoihiGenerated, IntegersAreTheNetworksOwnNumbers) {
    for (const double rate : kRates) {
        const Network n = generated(rate);
        const Population& p = n.populations[0];
        for (std::uint32_t i = 0; i < p.size; ++i) {
            const double mantissa = p.hardware.at("loihi/bias_mantissa")[i];
            const double exponent = p.hardware.at("loihi/bias_exponent")[i];
            // Thresholds are shifted left by 6, biases are not.
            EXPECT_EQ(p.bias[i] * 64, std::ldexp(mantissa, static_cast<int>(exponent)));
            EXPECT_TRUE(exponent == 0 || mantissa > 4095 / 2.0) << "a smaller exponent would do";
            EXPECT_EQ(p.v_threshold[i], p.hardware.at("loihi/vth_mantissa")[i]);
            EXPECT_EQ(p.refractory[i], p.hardware.at("loihi/refractory")[i]);
        }
    }
}

TEST(LoihiGenerated, NeuronsThatNeverFireHaveNoBias) {
    const Network n = generated(0);
    for (const double v : n.populations[0].hardware.at("loihi/bias_mantissa")) {
        EXPECT_EQ(v, 0);
    }
}

}  // namespace
}  // namespace cortile
