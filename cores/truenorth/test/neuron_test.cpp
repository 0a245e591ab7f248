// SPDX-License-Identifier: Apache-2.0
// The neuron against a plain restatement of its published equations, and mode by mode.
#include "cores/truenorth/neuron.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace cortile::truenorth {
namespace {

std::uint8_t byte_of(const Draw& draw, RandomUse use, std::uint32_t lane, std::uint32_t neuron) {
    const std::uint64_t a =
        (std::uint64_t{lane} << 40) + (std::uint64_t{neuron / 16} << 32) + std::uint64_t{draw.core};
    const std::uint32_t word = philox({draw.seed, use}, a, draw.tick)[neuron % 16 / 4];
    return static_cast<std::uint8_t>(word >> (8 * (neuron % 4)));
}

int sgn(long x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

struct One {  // a neuron's next state
    long v = 0;
    bool fires = false;
};

// Cassidy et al., IJCNN 2013: synapses, leak, threshold, reset, in this order.
One restated(const Neurons& p, const Crossbar& crossbar, const Draw& draw,
             const std::vector<std::uint8_t>& axons, std::uint32_t n) {
    long v = p.v[n];
    for (const std::uint8_t axon : axons) {
        if (crossbar.connected(axon, n)) {
            const unsigned g = crossbar.type(axon);
            const long s = p.weight[g][n];
            if (p.stochastic_synapse[n] >> g & 1) {
                const long rho = byte_of(draw, RandomUse::neuron_synapse, axon, n);
                v += std::labs(s) >= rho ? sgn(s) : 0;
            } else {
                v += s;
            }
        }
    }
    const int omega = p.leak_reversal[n] ? sgn(v) : 1;
    const long lambda = p.leak[n];
    long step = lambda;
    if (p.stochastic_leak[n]) {
        const long rho = byte_of(draw, RandomUse::neuron_leak, 0, n);
        step = std::labs(lambda) >= rho ? sgn(lambda) : 0;
    }
    const int before = sgn(v);
    v += omega * step;
    if (p.leak_reversal[n] && sgn(v) == -before) {
        v = 0;  // also where it was 0 already
    }
    v = std::clamp(v, -393216L, 393216L);
    const long eta = byte_of(draw, RandomUse::neuron_threshold, 0, n) & p.threshold_mask[n];
    const long alpha = p.threshold[n], beta = p.floor[n], r = p.reset_voltage[n];
    const bool kappa = p.floor_saturates[n] != 0;
    if (v >= alpha + eta) {
        switch (p.reset_mode[n]) {
            case ResetTo::value:
                return {r, true};
            case ResetTo::subtract:
                return {v - (alpha + eta), true};
            case ResetTo::none:
                return {v, true};
        }
    }
    if (v < -(kappa ? beta : beta + eta)) {
        if (kappa) {
            return {-beta, false};
        }
        switch (p.reset_mode[n]) {
            case ResetTo::value:
                return {-r, false};
            case ResetTo::subtract:
                return {v + beta + eta, false};
            case ResetTo::none:
                return {v, false};
        }
    }
    return {v, false};
}

class Randoms {
  public:
    explicit Randoms(unsigned seed) : engine_(seed) {}
    int between(int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(engine_);
    }
    bool one_in(int n) { return between(1, n) == 1; }

  private:
    std::mt19937 engine_;
};

// Values of all sizes, small ones often: that is where modes interact.
int sized(Randoms& draw, int low, int high) {
    const int bound = 1 << draw.between(0, 18);
    return draw.between(std::max(low, -bound), std::min(high, bound));
}

Neurons random_neurons(Randoms& draw, std::uint32_t count) {
    Neurons p(count);
    const bool random_threshold = !draw.one_in(3), random_leak = !draw.one_in(3);
    for (std::uint32_t n = 0; n < count; ++n) {
        for (auto& column : p.weight) {
            column[n] = static_cast<std::int16_t>(sized(draw, -256, 255));
        }
        p.leak[n] = static_cast<std::int16_t>(sized(draw, -256, 255));
        p.threshold[n] = sized(draw, 0, kLargestThreshold);
        p.floor[n] = sized(draw, 0, kLargestThreshold);
        p.reset_voltage[n] = sized(draw, -kLargestThreshold, kLargestThreshold);
        p.threshold_mask[n] = static_cast<std::uint8_t>(
            random_threshold ? (1 << draw.between(0, kLargestMaskBits)) - 1 : 0);
        p.stochastic_synapse[n] = static_cast<std::uint8_t>(draw.between(0, 15));
        p.leak_reversal[n] = draw.one_in(2);
        p.stochastic_leak[n] = random_leak && draw.one_in(2);
        p.reset_mode[n] = static_cast<ResetTo>(draw.between(0, 2));
        p.floor_saturates[n] = draw.one_in(2);
        p.initial[n] = sized(draw, -kMembraneLimit, kMembraneLimit);
    }
    p.prepare();
    return p;
}

TEST(TrueNorthNeuron, EqualsThePlainEquationsOverRandomParameters) {
    const unsigned seed = 20140808;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Randoms draw(seed);
    int spikes = 0, floors = 0;
    for (int round = 0; round < 60; ++round) {
        const auto count = static_cast<std::uint32_t>(round % 3 == 0 ? 256 : draw.between(1, 256));
        Neurons neurons = random_neurons(draw, count);
        Crossbar crossbar(static_cast<std::uint32_t>(draw.between(0, 4095)));
        const int axons = draw.between(1, 256);
        for (int a = 0; a < axons; ++a) {
            crossbar.add_axon(static_cast<std::uint8_t>(draw.between(0, 3)));
            for (std::uint32_t n = 0; n < count; ++n) {
                if (draw.one_in(2)) {
                    crossbar.connect(static_cast<std::uint32_t>(a), n);
                }
            }
        }
        for (std::uint64_t tick = 0; tick < 10; ++tick) {
            const Draw random{seed + 1, crossbar.core(), tick};
            std::vector<std::uint8_t> active;
            for (int a = 0; a < axons; ++a) {
                if (draw.one_in(8)) {
                    active.push_back(static_cast<std::uint8_t>(a));
                }
            }
            std::vector<One> expected;
            for (std::uint32_t n = 0; n < count; ++n) {
                expected.push_back(restated(neurons, crossbar, random, active, n));
                floors += expected[n].v != neurons.v[n] && !expected[n].fires;
            }
            Sums sums;
            integrate(neurons, crossbar, random, active, sums, nullptr);
            update(neurons, sums, random);
            for (std::uint32_t n = 0; n < count; ++n) {
                ASSERT_EQ(neurons.v[n], expected[n].v)
                    << "round " << round << " tick " << tick << " neuron " << n;
                ASSERT_EQ(neurons.fired[n] != 0, expected[n].fires)
                    << "round " << round << " tick " << tick << " neuron " << n;
                spikes += expected[n].fires;
            }
        }
    }
    EXPECT_GT(spikes, 1000);
    EXPECT_GT(floors, 1000);
}

// One neuron, one axon of each type; parameters by hand.
struct Single {
    Single() : neurons(1) {
        for (std::uint8_t type = 0; type < 4; ++type) {
            crossbar.connect(crossbar.add_axon(type), 0);
        }
        neurons.threshold[0] = 1000;
        neurons.floor[0] = 1000;
    }
    // v after one tick from `v`.
    int after(int v, const std::vector<std::uint8_t>& axons = {}, std::uint64_t tick = 0) {
        neurons.initial[0] = v;
        neurons.prepare();
        const Draw draw{1, 0, tick};
        Sums sums;
        integrate(neurons, crossbar, draw, axons, sums, nullptr);
        update(neurons, sums, draw);
        return neurons.v[0];
    }
    Neurons neurons;
    Crossbar crossbar;
};

TEST(TrueNorthNeuron, EachAxonTypeHasItsWeight) {
    Single one;
    const int weights[] = {255, -256, 1, 30};
    for (std::uint8_t type = 0; type < 4; ++type) {
        one.neurons.weight[type][0] = static_cast<std::int16_t>(weights[type]);
    }
    for (std::uint8_t type = 0; type < 4; ++type) {
        EXPECT_EQ(one.after(7, {type}), 7 + weights[type]);
    }
    EXPECT_EQ(one.after(0, {0, 1, 2, 3}), 30);
}

TEST(TrueNorthNeuron, FourLeakModes) {
    Single one;
    one.neurons.leak[0] = -3;  // monotonic
    EXPECT_EQ(one.after(10), 7);
    EXPECT_EQ(one.after(-10), -13);
    one.neurons.leak_reversal[0] = 1;  // convergent
    EXPECT_EQ(one.after(10), 7);
    EXPECT_EQ(one.after(-10), -7);
    EXPECT_EQ(one.after(2), 0) << "does not cross 0";
    EXPECT_EQ(one.after(0), 0);
    one.neurons.leak[0] = 3;  // divergent
    EXPECT_EQ(one.after(10), 13);
    EXPECT_EQ(one.after(-10), -13);
    EXPECT_EQ(one.after(0), 0);
}

// Every fourth byte below 64 or so: 65 of 256 draws let a leak of 64 act.
TEST(TrueNorthNeuron, AStochasticLeakActsAsOftenAsItIsLarge) {
    Single one;
    one.neurons.leak[0] = -64;
    one.neurons.stochastic_leak[0] = 1;
    int sum = 0;
    for (std::uint64_t tick = 0; tick < 4000; ++tick) {
        const int v = one.after(0, {}, tick);
        ASSERT_TRUE(v == 0 || v == -1);
        sum += v;
    }
    EXPECT_NEAR(-sum / 4000.0, 65 / 256.0, 0.03);
}

TEST(TrueNorthNeuron, AStochasticSynapseActsAsOftenAsItsWeightIsLarge) {
    Single one;
    one.neurons.weight[2][0] = 127;
    one.neurons.weight[3][0] = 10;
    one.neurons.stochastic_synapse[0] = 4;  // type 2 alone
    int sum = 0;
    for (std::uint64_t tick = 0; tick < 4000; ++tick) {
        const int v = one.after(0, {2, 3}, tick);
        ASSERT_TRUE(v == 10 || v == 11);
        sum += v - 10;
    }
    EXPECT_NEAR(sum / 4000.0, 0.5, 0.03);
}

TEST(TrueNorthNeuron, ARandomThresholdIsUniformOverItsBits) {
    Single one;
    one.neurons.threshold[0] = 100;
    one.neurons.threshold_mask[0] = 15;
    int fired = 0;
    for (std::uint64_t tick = 0; tick < 4000; ++tick) {
        one.after(103, {}, tick);  // eta of 0 to 3 let it fire: 4 of 16
        fired += one.neurons.fired[0];
    }
    EXPECT_NEAR(fired / 4000.0, 0.25, 0.03);
    one.after(99);
    EXPECT_EQ(one.neurons.fired[0], 0);
    one.after(115);
    EXPECT_EQ(one.neurons.fired[0], 1);
}

struct ResetCase {
    ResetTo mode;
    bool saturates;
    int after_spike, after_floor;  // from 130 and from -50, threshold 100, floor 30, R 7
};

class TrueNorthReset : public testing::TestWithParam<ResetCase> {};

TEST_P(TrueNorthReset, IsAsTheTableSays) {
    Single one;
    one.neurons.threshold[0] = 100;
    one.neurons.floor[0] = 30;
    one.neurons.reset_voltage[0] = 7;
    one.neurons.reset_mode[0] = GetParam().mode;
    one.neurons.floor_saturates[0] = GetParam().saturates;
    EXPECT_EQ(one.after(130), GetParam().after_spike);
    EXPECT_EQ(one.neurons.fired[0], 1);
    one.neurons.reset_voltage[0] = 7;
    EXPECT_EQ(one.after(-50), GetParam().after_floor);
    EXPECT_EQ(one.neurons.fired[0], 0);
    EXPECT_EQ(one.after(-30), -30) << "the floor itself is not below it";
}

INSTANTIATE_TEST_SUITE_P(SixModes, TrueNorthReset,
                         testing::Values(ResetCase{ResetTo::value, false, 7, -7},
                                         ResetCase{ResetTo::value, true, 7, -30},
                                         ResetCase{ResetTo::subtract, false, 30, -20},
                                         ResetCase{ResetTo::subtract, true, 30, -30},
                                         ResetCase{ResetTo::none, false, 130, -50},
                                         ResetCase{ResetTo::none, true, 130, -30}));

TEST(TrueNorthNeuron, TheMembraneSaturates) {
    Single one;
    one.neurons.threshold[0] = kLargestThreshold;
    one.neurons.floor[0] = kLargestThreshold;
    one.neurons.reset_mode[0] = ResetTo::none;
    one.neurons.leak[0] = 255;
    EXPECT_EQ(one.after(393'200), 393'216);
    one.neurons.leak[0] = -256;
    EXPECT_EQ(one.after(-393'200), -393'216);
}

TEST(TrueNorthNeuron, DrawsDifferBySeedCoreTickAndUse) {
    const auto bytes = [](const Draw& draw, RandomUse use, std::uint32_t lane) {
        Bytes result;
        draw_bytes(draw, use, lane, result);
        return result;
    };
    const Bytes base = bytes({1, 2, 3}, RandomUse::neuron_leak, 0);
    EXPECT_EQ(base, bytes({1, 2, 3}, RandomUse::neuron_leak, 0));
    EXPECT_NE(base, bytes({2, 2, 3}, RandomUse::neuron_leak, 0));
    EXPECT_NE(base, bytes({1, 3, 3}, RandomUse::neuron_leak, 0));
    EXPECT_NE(base, bytes({1, 2, 4}, RandomUse::neuron_leak, 0));
    EXPECT_NE(base, bytes({1, 2, 3}, RandomUse::neuron_threshold, 0));
    EXPECT_NE(bytes({1, 2, 3}, RandomUse::neuron_synapse, 4),
              bytes({1, 2, 3}, RandomUse::neuron_synapse, 5));
}

// A byte counts to 255, a crossbar has 256 axons.
TEST(Crossbar, AllAxonsOfOneTypeAtOnceAreCounted) {
    Crossbar crossbar;
    Neurons neurons(256);
    std::vector<std::uint8_t> all;
    for (std::uint32_t axon = 0; axon < 256; ++axon) {
        all.push_back(static_cast<std::uint8_t>(crossbar.add_axon(3)));
        crossbar.connect(axon, 0);
        crossbar.connect(axon, axon);
    }
    std::fill(neurons.weight[3].begin(), neurons.weight[3].end(), std::int16_t{-2});
    neurons.prepare();
    Sums sums;
    std::array<std::uint32_t, 256> events;
    EXPECT_EQ(integrate(neurons, crossbar, {}, all, sums, &events), 256u + 255u);
    EXPECT_EQ(sums[0], -512);
    EXPECT_EQ(sums[1], -2);
    EXPECT_EQ(sums[255], -2);
    EXPECT_EQ(events[0], 256u);
    EXPECT_EQ(events[255], 511u);
}

TEST(Crossbar, TakesEightKilobytesAndNoMoreThanItsAxons) {
    static_assert(sizeof(Crossbar::Row) * Crossbar::kAxons == 8192);
    Crossbar crossbar(5);
    for (int i = 0; i < 256; ++i) {
        crossbar.add_axon(0);
    }
    EXPECT_ANY_THROW(crossbar.add_axon(0));
    EXPECT_ANY_THROW(Crossbar().add_axon(4));
    EXPECT_EQ(crossbar.core(), 5u);
}

TEST(Crossbar, BitsColumnsAndFanOut) {
    Crossbar crossbar;
    crossbar.add_axon(0);
    crossbar.add_axon(2);
    for (const std::uint32_t neuron : {0u, 63u, 64u, 255u}) {
        crossbar.connect(1, neuron);
    }
    EXPECT_EQ(crossbar.fan_out(0), 0u);
    EXPECT_EQ(crossbar.fan_out(1), 4u);
    EXPECT_TRUE(crossbar.connected(1, 64));
    EXPECT_FALSE(crossbar.connected(1, 65));
    EXPECT_FALSE(crossbar.connected(0, 64));
    crossbar.copy_column(64, 65);
    EXPECT_TRUE(crossbar.connected(1, 65));
    EXPECT_FALSE(crossbar.connected(0, 65));
    EXPECT_EQ(crossbar.synapses(), 5u);
    EXPECT_EQ(crossbar.type(1), 2);
}

}  // namespace
}  // namespace cortile::truenorth
