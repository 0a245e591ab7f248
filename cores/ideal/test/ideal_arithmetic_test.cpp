// SPDX-License-Identifier: Apache-2.0
// Are synaptic sums fine enough, safe from overflow, and blind to the order of arrival?
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cores/ideal/test/ideal_test_network.h"
#include "hw_model/base/random.h"

namespace cortile::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kSources = 500;

// Weights over nine decades, of both signs: in floating point their sum depends on the order.
std::vector<float> wide_weights() {
    std::vector<float> weight(kSources);
    for (std::uint32_t i = 0; i < kSources; ++i) {
        const auto r = philox({7}, i, 0);
        const double exponent = -9.0 * r[0] / 4294967296.0;
        weight[i] = static_cast<float>((r[1] % 2 ? 1 : -1) * std::pow(10.0, exponent));
    }
    return weight;
}

Network summing_network(const std::vector<float>& weight) {
    Network network = network_of(
        {population("input", NeuronKind::input, kSources), population("n", NeuronKind::i)});
    connect(network, 0, 1, weight);
    return network;
}

double sum_in_order(const std::vector<std::uint32_t>& order) {
    SteppedCore core(summing_network(wide_weights()));
    core.step(order);
    core.step();
    return core.v(1);
}

std::vector<std::uint32_t> ascending() {
    std::vector<std::uint32_t> order(kSources);
    for (std::uint32_t i = 0; i < kSources; ++i) {
        order[i] = i;
    }
    return order;
}

TEST(IdealSums, DoNotDependOnTheOrderOfArrival) {
    const double forward = sum_in_order(ascending());
    std::vector<std::uint32_t> order = ascending();
    std::reverse(order.begin(), order.end());
    EXPECT_EQ(sum_in_order(order), forward);
    std::sort(order.begin(), order.end(), [](std::uint32_t a, std::uint32_t b) {
        return philox({8}, a, 0)[0] < philox({8}, b, 0)[0];
    });
    EXPECT_EQ(sum_in_order(order), forward);
}

TEST(IdealSums, AreExactToATrillionthOfTheLargestWeight) {
    const std::vector<float> weight = wide_weights();
    double largest = 0;
    SteppedCore core(summing_network(weight));
    double before = 0;
    for (std::uint32_t i = 0; i < kSources; ++i) {
        largest = std::max(largest, std::abs(double{weight[i]}));
    }
    core.step({0});
    for (std::uint32_t i = 0; i < kSources; ++i) {
        core.step(i + 1 < kSources ? std::vector<std::uint32_t>{i + 1}
                                   : std::vector<std::uint32_t>{});
        EXPECT_NEAR(core.v(1) - before, double{weight[i]}, 1e-12 * largest) << i;
        before = core.v(1);
    }
}

TEST(IdealSums, HoldEveryInputAtItsLargestValue) {
    Network network = summing_network(std::vector<float>(kSources, 3e30F));
    network.populations[0].largest_value = 65535;
    network.populations[0].value_unit = 0.5;
    SteppedCore core(network);
    core.step(ascending(), std::vector<std::uint16_t>(kSources, 65535));
    core.step();
    EXPECT_NEAR(core.v(1) / (kSources * double{3e30F} * 0.5 * 65535), 1, 1e-6);
}

TEST(IdealSums, HoldTheLargestCountOfEverySource) {
    Population a = population("a", NeuronKind::if_, 100);
    a.v_threshold = 0.25;
    Network network =
        network_of({population("input", NeuronKind::input), a, population("n", NeuronKind::i)});
    connect(network, 0, 1, std::vector<float>(100, 0.25F * 4095));
    connect(network, 1, 2, std::vector<float>(100, -1.0F));
    SteppedCore core(network, {IdealDynamics::sinabs, false});
    core.step({0});
    core.step();
    core.step();
    EXPECT_EQ(core.v(2), -100.0 * 4095);
}

TEST(IdealSums, ValuesCountInTheirUnit) {
    Network network = summing_network(std::vector<float>(kSources, 1.0F));
    network.populations[0].largest_value = 127;
    network.populations[0].value_unit = 1.0 / 127;
    SteppedCore core(network);
    core.step({3, 4}, {127, 64});
    core.step();
    EXPECT_NEAR(core.v(1), 1 + 64.0 / 127, 1e-7);
}

TEST(IdealSums, AWeightThatIsNoNumberIsRefused) {
    std::vector<float> weight(kSources, 1.0F);
    weight[17] = std::numeric_limits<float>::infinity();
    EXPECT_THAT(config_error([&] { prepare_for_ideal(summing_network(weight), {}); }),
                HasSubstr("projection 'input->n'"));
}

TEST(IdealSums, DelaysBeyondTheFormatAreRefused) {
    Network network =
        network_of({population("input", NeuronKind::input), population("n", NeuronKind::i)});
    connect(network, 0, 1, make_elementwise(1, {1.0F}, {63}));
    EXPECT_THAT(config_error([&] { prepare_for_ideal(network, {}); }),
                HasSubstr("expected delays of at most 62 timesteps beyond the first, found 63"));
}

}  // namespace
}  // namespace cortile::test
