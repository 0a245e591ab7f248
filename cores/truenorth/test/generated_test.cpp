// SPDX-License-Identifier: Apache-2.0
// Registers of generated networks: do they fire as often as asked?
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "cores/registry/core_type.h"
#include "hw_model/base/random.h"
#include "workload/network/generate.h"

namespace cortile {
namespace {

Network generated(const RandomNetworkOptions& options) {
    Network network = generate_random(options);
    core_type("truenorth", "test").adapt_generated(options, network);
    return network;
}

// Spikes in each tick of neurons without synapses: leak, threshold with random bits, reset to 0.
std::vector<double> activity(const Network& network, std::uint32_t ticks) {
    const Population& p = network.populations[0];
    const auto at = [&](const char* key, std::size_t i) {
        const auto found = p.hardware.find(std::string("truenorth/") + key);
        if (found == p.hardware.end()) {
            return std::int64_t{0};
        }
        return static_cast<std::int64_t>(found->second[found->second.size() == 1 ? 0 : i]);
    };
    std::vector<double> shares;
    std::vector<std::int64_t> v(p.size);
    for (std::uint32_t i = 0; i < p.size; ++i) {
        v[i] = at("initial", i);
    }
    for (std::uint32_t t = 0; t < ticks; ++t) {
        std::uint32_t fired = 0;
        for (std::uint32_t i = 0; i < p.size; ++i) {
            const auto mask = (1u << at("threshold_mask", i)) - 1;
            const auto eta = philox({99, RandomUse::test}, i, t)[0] & mask;
            v[i] += at("leak", i);
            if (v[i] >= at("threshold", i) + eta) {
                v[i] = 0;
                ++fired;
            }
        }
        shares.push_back(static_cast<double>(fired) / p.size);
    }
    return shares;
}

class GeneratedRate : public ::testing::TestWithParam<std::tuple<double, bool>> {};

TEST_P(GeneratedRate, HoldsInEveryTickFromTheFirst) {
    RandomNetworkOptions o;
    o.neurons = 8000;
    o.synapses_per_neuron = 1;
    o.firing_rate = std::get<0>(GetParam());
    o.stochastic = std::get<1>(GetParam());
    const std::vector<double> shares = activity(generated(o), 100);
    const double band = 5 * std::sqrt(o.firing_rate * (1 - o.firing_rate) / o.neurons) + 1e-9;
    for (std::size_t t = 0; t < shares.size(); ++t) {
        EXPECT_NEAR(shares[t], o.firing_rate, band) << "tick " << t;
    }
    EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0) / 100, o.firing_rate,
                0.02 * o.firing_rate + 1e-9);
}

INSTANTIATE_TEST_SUITE_P(
    Rates, GeneratedRate,
    ::testing::Combine(::testing::Values(0.0, 0.01158, 0.02007, 0.09593, 0.3, 0.5),
                       ::testing::Bool()),
    [](const auto& rate) {
        return std::to_string(static_cast<int>(std::get<0>(rate.param) * 10000)) +
               (std::get<1>(rate.param) ? "stochastic" : "regular");
    });

TEST(GeneratedWeights, AreRegistersWherePermutedNetworksHaveOneOfEachSign) {
    RandomNetworkOptions o;
    EXPECT_FALSE(generated(o).populations[0].hardware.contains("truenorth/weight0"));
    o.locality = Locality::permuted;
    const Network network = generated(o);
    EXPECT_EQ(network.populations[0].hardware.at("truenorth/weight0"), std::vector<double>{1});
    EXPECT_EQ(network.populations[0].hardware.at("truenorth/weight1"), std::vector<double>{-1});
}

}  // namespace
}  // namespace cortile
