// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_neurons.h"

#include <gtest/gtest.h>

#include <random>

namespace cortile {
namespace {

OdinNeurons neuron(int v, int threshold, int leak = 0) {
    OdinNeurons neurons(1);
    neurons.v[0] = static_cast<std::uint8_t>(v);
    neurons.threshold[0] = static_cast<std::uint8_t>(threshold);
    neurons.leak[0] = static_cast<std::uint8_t>(leak);
    return neurons;
}

TEST(OdinNeurons, ReachingTheThresholdIsEnoughToFire) {
    OdinNeurons below = neuron(5, 10), at = neuron(6, 10);
    EXPECT_FALSE(below.integrate(0, 4));
    EXPECT_EQ(below.v[0], 9);
    EXPECT_TRUE(at.integrate(0, 4));
    EXPECT_EQ(at.v[0], 0);
}

TEST(OdinNeurons, TheMembraneDoesNotGoBelowZero) {
    OdinNeurons n = neuron(3, 10);
    EXPECT_FALSE(n.integrate(0, -7));
    EXPECT_EQ(n.v[0], 0);
}

TEST(OdinNeurons, TheHighestThresholdIsReachedAtTheTopOfTheMembrane) {
    OdinNeurons n = neuron(254, 255);
    EXPECT_TRUE(n.integrate(0, 7)) << "254 + 7 is 255, not 5";
}

TEST(OdinNeurons, ASynapseOfWeightZeroChangesNothing) {
    OdinNeurons n = neuron(9, 10);
    EXPECT_FALSE(n.integrate(0, 0));
    EXPECT_EQ(n.v[0], 9);
}

TEST(OdinNeurons, ATimeReferenceSubtractsTheLeakAndStopsAtZero) {
    OdinNeurons n = neuron(200, 255, 127);
    EXPECT_EQ(n.leak_all(), 1u);
    EXPECT_EQ(n.v[0], 73);
    EXPECT_EQ(n.leak_all(), 1u);
    EXPECT_EQ(n.v[0], 0);
    EXPECT_EQ(n.leak_all(), 0u);
}

// The documented neuron written down again, in plain integers and branch by branch (github
// ChFrenkel/ODIN, doc/README.md, section 3.3.2).
struct PlainNeuron {
    int v = 0, threshold = 1, leak = 0;

    bool excite(int weight) {
        int next = v + weight;
        if (next > 255) {
            next = 255;
        }
        if (next >= threshold) {
            v = 0;
            return true;
        }
        v = next;
        return false;
    }
    void inhibit(int weight) { v = weight > v ? 0 : v - weight; }
    void time_reference() { v = leak > v ? 0 : v - leak; }
};

TEST(OdinNeurons, AgreeWithThePlainNeuronOverRandomParametersAndEvents) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RecordProperty("seed", static_cast<int>(seed & 0x7FFFFFFF));
    std::mt19937 random(seed);
    const auto uniform = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    constexpr std::uint32_t kNeurons = 256;
    int spikes = 0;
    for (int round = 0; round < 20; ++round) {
        OdinNeurons neurons(kNeurons);
        std::vector<PlainNeuron> plain(kNeurons);
        for (std::uint32_t n = 0; n < kNeurons; ++n) {
            plain[n].threshold = uniform(1, 255);
            plain[n].leak = uniform(0, 1) != 0 ? uniform(0, 127) : uniform(0, 3);
            neurons.threshold[n] = static_cast<std::uint8_t>(plain[n].threshold);
            neurons.leak[n] = static_cast<std::uint8_t>(plain[n].leak);
        }
        for (int event = 0; event < 20'000; ++event) {
            if (uniform(0, 2000) == 0) {
                neurons.leak_all();
                for (PlainNeuron& p : plain) {
                    p.time_reference();
                }
            }
            const auto n = static_cast<std::uint32_t>(uniform(0, kNeurons - 1));
            const int weight = uniform(-3, 7);
            const bool fired = neurons.integrate(n, weight);
            bool expected = false;
            if (weight >= 0) {
                expected = plain[n].excite(weight);
            } else {
                plain[n].inhibit(-weight);
            }
            ASSERT_EQ(fired, expected) << "neuron " << n << " event " << event;
            ASSERT_EQ(neurons.v[n], plain[n].v) << "neuron " << n << " event " << event;
            spikes += fired ? 1 : 0;
        }
        for (std::uint32_t n = 0; n < kNeurons; ++n) {
            ASSERT_EQ(neurons.v[n], plain[n].v) << "neuron " << n;
        }
    }
    EXPECT_GT(spikes, 1000);
}

}  // namespace
}  // namespace cortile
