// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/cuba_lif.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

constexpr std::int64_t kM = 1 << 23;

// The equations as docs/reference/loihi_arithmetic.md states them, one neuron, 64-bit.
struct PlainNeuron {
    int du = 0, dv = 0, vth = 0, period = 1;
    std::int64_t bias = 0, u = 0, v = 0;
    int since_spike = 1 << 20;

    static std::int64_t tz(std::int64_t x, std::int64_t factor) {
        const std::int64_t magnitude = (std::abs(x) * factor) >> 12;
        return x < 0 ? -magnitude : magnitude;
    }
    bool step(std::int64_t a) {
        u = tz(u, 4096 - (du + 1)) + (a << 6);
        if (u > kM) {
            u -= 2 * kM;
        }
        if (u <= -kM) {
            u += 2 * kM;
        }
        ++since_spike;
        if (since_spike < period) {
            return false;
        }
        v = std::clamp(tz(v, 4096 - dv) + u + bias, -kM + 1, kM - 1);
        if (v > (std::int64_t{vth} << 6)) {
            v = 0;
            since_spike = 0;
            return true;
        }
        return false;
    }
};

class CubaLifAgainstPlain : public testing::TestWithParam<std::tuple<bool, int, int>> {};

// Odd neuron counts exercise the vector kernel's remainder; the input range reaches wrap and clip.
TEST_P(CubaLifAgainstPlain, EveryStateAndSpikeIsEqual) {
    const auto [wide, longest_period, input_range] = GetParam();
    const std::uint32_t neurons = 77;
    const RandomKey key{static_cast<std::uint64_t>(longest_period * 1000 + input_range)};
    CubaLifState state(neurons);
    std::vector<PlainNeuron> plain(neurons);
    for (std::uint32_t n = 0; n < neurons; ++n) {
        const auto r = philox(key, n, 1u << 30);
        PlainNeuron& p = plain[n];
        p.du = static_cast<int>(n < 3 ? std::uint32_t{n} * 2047 : uniform_below(r[0], 4096));
        p.dv = static_cast<int>(uniform_below(r[1], 4096));
        p.vth = static_cast<int>(uniform_below(r[2], n % 2 == 0 ? 131072 : 64));
        p.bias = static_cast<std::int64_t>(uniform_below(r[3], 8192)) - 4096;
        p.period = longest_period == 1 ? 1 : 1 + static_cast<int>(n) % longest_period;
        state.u_keep[n] = static_cast<std::uint16_t>(4095 - p.du);
        state.v_keep[n] = static_cast<std::uint16_t>(4096 - p.dv);
        state.threshold[n] = p.vth * 64;
        state.bias[n] = static_cast<std::int32_t>(p.bias);
    }
    if (longest_period > 1) {
        for (const PlainNeuron& p : plain) {
            state.refractory.push_back(static_cast<std::uint8_t>(p.period));
        }
        state.hold.assign(neurons, 0);
    }
    std::uint64_t spikes = 0;
    std::vector<std::int32_t> input(neurons);
    for (std::uint32_t t = 0; t < 300; ++t) {
        for (std::uint32_t n = 0; n < neurons; ++n) {
            const std::uint32_t bits = philox(key, n, t)[0];
            input[n] = static_cast<std::int32_t>(
                           uniform_below(bits, static_cast<std::uint32_t>(2 * input_range))) -
                       input_range;
        }
        update_cuba_lif(state, input.data(), wide);
        for (std::uint32_t n = 0; n < neurons; ++n) {
            const bool fires = plain[n].step(input[n]);
            ASSERT_EQ(state.fired[n], fires) << "neuron " << n << " timestep " << t;
            ASSERT_EQ(state.u[n], plain[n].u) << "neuron " << n << " timestep " << t;
            ASSERT_EQ(state.v[n], plain[n].v) << "neuron " << n << " timestep " << t;
            spikes += fires;
        }
    }
    EXPECT_GT(spikes, 100u);
}

INSTANTIATE_TEST_SUITE_P(Kernels, CubaLifAgainstPlain,
                         testing::Values(std::tuple(false, 1, 200), std::tuple(false, 1, 250000),
                                         std::tuple(false, 5, 3000), std::tuple(true, 1, 250000),
                                         std::tuple(true, 64, 3000)));

CubaLifState one_neuron(std::uint16_t u_keep, std::uint16_t v_keep, std::int32_t threshold) {
    CubaLifState state(1);
    state.u_keep[0] = u_keep;
    state.v_keep[0] = v_keep;
    state.threshold[0] = threshold;
    return state;
}

TEST(CubaLif, CurrentWrapsAboveTwoToThe23ButNotAtIt) {
    CubaLifState state = one_neuron(0, 4096, std::numeric_limits<std::int32_t>::max());
    const std::int32_t at_limit = 1 << 17;
    update_cuba_lif(state, &at_limit, false);
    EXPECT_EQ(state.u[0], 1 << 23);
    const std::int32_t above = at_limit + 1;
    update_cuba_lif(state, &above, false);
    EXPECT_EQ(state.u[0], (1 << 23) + 64 - (1 << 24));
    const std::int32_t below = -at_limit;
    update_cuba_lif(state, &below, false);
    EXPECT_EQ(state.u[0], 1 << 23) << "-2^23 becomes +2^23";
}

TEST(CubaLif, VoltageSaturatesAndDoesNotWrap) {
    CubaLifState state = one_neuron(0, 4096, std::numeric_limits<std::int32_t>::max());
    const std::int32_t large = (1 << 17) - 1;
    for (int t = 0; t < 3; ++t) {
        update_cuba_lif(state, &large, false);
    }
    EXPECT_EQ(state.v[0], (1 << 23) - 1);
}

TEST(CubaLif, ThresholdIsStrict) {
    CubaLifState state = one_neuron(0, 0, 10 << 6);
    const std::int32_t at_threshold = 10;
    update_cuba_lif(state, &at_threshold, false);
    EXPECT_EQ(state.fired[0], 0);
    EXPECT_EQ(state.v[0], 640);
    const std::int32_t above = 11;
    update_cuba_lif(state, &above, false);
    EXPECT_EQ(state.fired[0], 1);
    EXPECT_EQ(state.v[0], 0);
}

TEST(CubaLif, NeuronAtRestWithoutInputIsInactive) {
    CubaLifState state = one_neuron(4000, 4000, 640);
    const std::int32_t none = 0, some = 1;
    update_cuba_lif(state, &none, false);
    EXPECT_EQ(state.active[0], 0);
    update_cuba_lif(state, &some, false);
    EXPECT_EQ(state.active[0], 1);
}

}  // namespace
}  // namespace cortile
