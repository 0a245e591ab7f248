// SPDX-License-Identifier: Apache-2.0
// Registers of generated networks.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cores/registry/core_type.h"
#include "workload/network/generate.h"

namespace cortile {
namespace {

// The refractory registers beside the periods that the network asks for.
struct Pauses {
    std::vector<double> held, period;
};

Pauses pauses(double rate) {
    RandomNetworkOptions options;
    options.firing_rate = rate;
    Network network = generate_random(options);
    core_type("fcore", "test").adapt_generated(options, network);
    const Population& p = network.populations[0];
    return {p.hardware.at("fcore/refractory"), p.refractory.values};
}

TEST(GeneratedRefractory, HoldsTheTimestepsAfterASpike) {
    const Pauses found = pauses(0.1);
    ASSERT_EQ(found.held.size(), 1024u);
    for (std::size_t i = 0; i < found.held.size(); ++i) {
        EXPECT_EQ(found.held[i], found.period[i] - 1);
    }
    EXPECT_EQ(*std::max_element(found.held.begin(), found.held.end()), 9);
}

TEST(GeneratedRefractory, IsCutToFourBits) {
    const Pauses found = pauses(0.02);
    ASSERT_GT(*std::max_element(found.period.begin(), found.period.end()), 16);
    EXPECT_EQ(*std::max_element(found.held.begin(), found.held.end()), 15);
    EXPECT_EQ(*std::min_element(found.held.begin(), found.held.end()), 0);
}

}  // namespace
}  // namespace cortile
