// SPDX-License-Identifier: Apache-2.0
// The soma against a second, plain statement of its nine steps, in wide integers and in the order
// of the specification.
#include "cores/fcore/spiking_soma.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

struct Plain {
    long long v = 0, theta = 0;
    int refractory = 0, window = 0;
};

// Numbers of codes: of membranes, and of what factors are parts of.
struct PlainCodes {
    long long membrane = 268'435'456;
    long long factor = 256;
};

// x alpha / of rounded down, without shifting.
long long scaled(long long x, long long alpha, long long of) {
    const long long product = x * alpha;
    long long quotient = product / of;
    if (product % of != 0 && product < 0) {
        --quotient;
    }
    return quotient;
}

bool plain_step(const SpikingSoma& p, Plain& s, long long input, unsigned long long random,
                const PlainCodes& codes = {}) {
    const long long half = codes.membrane / 2;
    const auto sat = [&](long long x) { return std::min(half - 1, std::max(-half, x)); };
    long long r = static_cast<long long>(random & p.random_mask) % codes.membrane;
    if (r >= half) {
        r -= codes.membrane;
    }
    const long long vth = std::max<long long>(sat(p.threshold + s.theta + r), p.floor);
    if (s.refractory == 0) {
        s.v = sat(s.v + input);
    }
    const bool fired = p.fires && s.v > vth;
    if (fired) {
        if (p.reset_mode == SomaReset::to_value) {
            s.v = p.reset;
        } else if (p.reset_mode == SomaReset::subtract_threshold) {
            s.v = sat(s.v - vth);
        } else if (p.reset_mode == SomaReset::subtract_value) {
            s.v = sat(s.v - p.decrement);
        }
    }
    s.window += 1;
    if (p.window > 0 && s.window == p.window) {
        s.v = p.initial;
        s.window = 0;
    } else if (p.leaks_by_factor) {
        s.v = scaled(s.v, p.leak_factor, codes.factor) + p.leak_add;
    } else {
        s.v = s.v + p.leak_add;
    }
    s.v = std::max<long long>(sat(s.v), p.floor);
    s.theta =
        (p.theta_by_factor ? scaled(s.theta, p.theta_factor, codes.factor) : s.theta) + p.theta_add;
    s.theta = sat(s.theta + (fired ? p.theta_step : 0));
    s.refractory = fired ? p.refractory : std::max(0, s.refractory - 1);
    return fired;
}

// The shift register bit by bit.
std::uint32_t plain_lfsr(std::uint32_t state) {
    unsigned bit = 0;
    for (const unsigned tap : {0u, 1u, 2u, 3u, 5u, 7u}) {
        bit ^= state >> tap & 1u;
    }
    return state / 2 + (bit == 1 ? 0x80000000u : 0u);
}

TEST(Lfsr32, ShiftsTheXorOfItsTapsIntoTheHighestBit) {
    Lfsr32 lfsr(1);
    EXPECT_EQ(lfsr.next(), 0x80000000u) << "bit 0 is a tap";
    EXPECT_EQ(lfsr.next(), 0x40000000u) << "bit 31 is none";
    Lfsr32 other(0xDEADBEEF);
    std::uint32_t plain = 0xDEADBEEF;
    for (int i = 0; i < 10'000; ++i) {
        plain = plain_lfsr(plain);
        ASSERT_EQ(other.next(), plain) << i;
    }
}

class Draws {
  public:
    explicit Draws(std::uint64_t seed) : key_{seed, RandomUse::stimulus} {}
    std::uint32_t below(std::uint32_t n) { return uniform_below(philox(key_, 0, ++count_)[0], n); }
    // Signed, of any magnitude up to `bits` bits.
    std::int32_t any(std::uint32_t bits) {
        const std::uint32_t width = below(bits + 1);
        const auto magnitude = static_cast<std::int32_t>(width == 0 ? 0 : below(1u << width));
        return below(2) == 0 ? magnitude : -magnitude;
    }
    std::int32_t register28() { return std::clamp(any(27), kSomaMin, kSomaMax); }

  private:
    RandomKey key_;
    std::uint64_t count_ = 0;
};

SpikingSoma random_soma(Draws& draw) {
    SpikingSoma soma;
    soma.threshold = draw.below(4) == 0 ? draw.register28() : draw.any(12);
    soma.floor = draw.below(2) == 0 ? kSomaMin : draw.register28();
    soma.initial = draw.any(10);
    soma.reset = draw.any(10);
    soma.decrement = draw.register28();
    soma.leak_add = draw.any(draw.below(4) == 0 ? 27 : 6);
    soma.theta_add = draw.any(draw.below(4) == 0 ? 27 : 4);
    soma.theta_step = draw.any(draw.below(4) == 0 ? 27 : 8);
    soma.random_mask = draw.below(2) == 0 ? 0 : draw.below(1u << draw.below(29));
    soma.leak_factor = static_cast<std::uint16_t>(draw.below(257));
    soma.theta_factor = static_cast<std::uint16_t>(draw.below(257));
    soma.window = static_cast<std::uint16_t>(draw.below(2) == 0 ? 0 : 1 + draw.below(20));
    soma.refractory = static_cast<std::uint8_t>(draw.below(16));
    soma.reset_mode = static_cast<SomaReset>(draw.below(4));
    soma.leaks_by_factor = draw.below(2) == 1;
    soma.theta_by_factor = draw.below(2) == 1;
    soma.fires = draw.below(8) != 0;
    return soma;
}

TEST(SpikingSoma, EqualsThePlainStatementForRandomRegisters) {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Draws draw(seed);
        const SpikingSoma soma = random_soma(draw);
        SpikingState state = initial_state(soma);
        Plain plain;
        plain.v = soma.initial;
        Lfsr32 lfsr(static_cast<std::uint32_t>(seed));
        std::uint32_t random = static_cast<std::uint32_t>(seed);
        for (int t = 0; t < 60; ++t) {
            const std::int32_t input = draw.any(draw.below(4) == 0 ? 29 : 12);
            random = plain_lfsr(random);
            const bool fired = update_spiking_soma(soma, state, input, lfsr.next());
            ASSERT_EQ(fired, plain_step(soma, plain, input, random)) << "timestep " << t;
            ASSERT_EQ(state.v, plain.v) << "timestep " << t;
            ASSERT_EQ(state.theta, plain.theta) << "timestep " << t;
            ASSERT_EQ(state.hold, plain.refractory) << "timestep " << t;
        }
    }
}

TEST(SpikingSoma, EqualsThePlainStatementAtOtherWidths) {
    const SomaWidths widths{9, 3};
    const PlainCodes codes{512, 8};
    int spikes = 0, saturations = 0;
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        Draws draw(seed);
        const auto membrane = [&] { return std::clamp(draw.any(9), -256, 255); };
        SpikingSoma soma = random_soma(draw);
        soma.threshold = membrane();
        soma.floor = draw.below(2) == 0 ? -256 : membrane();
        soma.initial = membrane();
        soma.reset = membrane();
        soma.decrement = membrane();
        soma.leak_add = membrane();
        soma.theta_add = membrane();
        soma.theta_step = membrane();
        soma.leak_factor = static_cast<std::uint16_t>(draw.below(8));
        soma.theta_factor = static_cast<std::uint16_t>(draw.below(8));
        SpikingState state;
        state.v = membrane();
        state.theta = membrane();
        Plain plain;
        plain.v = state.v;
        plain.theta = state.theta;
        const std::int32_t input = draw.any(10);
        const std::uint32_t random = draw.below(512);
        const bool fired = update_spiking_soma(widths, soma, state, input, random);
        ASSERT_EQ(fired, plain_step(soma, plain, input, random, codes)) << "seed " << seed;
        ASSERT_EQ(state.v, plain.v) << "seed " << seed;
        ASSERT_EQ(state.theta, plain.theta) << "seed " << seed;
        spikes += fired ? 1 : 0;
        saturations += state.theta == 255 || state.theta == -256 ? 1 : 0;
    }
    EXPECT_GT(spikes, 1000);
    EXPECT_GT(saturations, 1000);
}

SpikingSoma integrator(std::int32_t threshold) {
    SpikingSoma soma;
    soma.threshold = threshold;
    return soma;
}

TEST(SpikingSoma, FiresAboveTheThresholdAndNotAtIt) {
    SpikingState state;
    EXPECT_FALSE(update_spiking_soma(integrator(10), state, 10, 0));
    EXPECT_TRUE(update_spiking_soma(integrator(10), state, 1, 0));
    EXPECT_EQ(state.v, 0);
}

TEST(SpikingSoma, EachResetModeLeavesItsOwnRest) {
    for (const auto& [mode, left] : {std::pair{SomaReset::to_value, -3},
                                     {SomaReset::subtract_threshold, 15},
                                     {SomaReset::subtract_value, 18},
                                     {SomaReset::none, 25}}) {
        SpikingSoma soma = integrator(10);
        soma.reset_mode = mode;
        soma.reset = -3;
        soma.decrement = 7;
        SpikingState state;
        EXPECT_TRUE(update_spiking_soma(soma, state, 25, 0));
        EXPECT_EQ(state.v, left) << static_cast<int>(mode);
    }
}

TEST(SpikingSoma, LeaksAfterTheSpikeAndRoundsDown) {
    SpikingSoma soma = integrator(100);
    soma.leaks_by_factor = true;
    soma.leak_factor = 128;
    soma.leak_add = 2;
    SpikingState state;
    update_spiking_soma(soma, state, 7, 0);
    EXPECT_EQ(state.shown, 7);
    EXPECT_EQ(state.v, 5);
    SpikingState negative;
    update_spiking_soma(soma, negative, -7, 0);
    EXPECT_EQ(negative.v, -2) << "floor(-3.5) + 2";
}

TEST(SpikingSoma, RefractoryTimestepsIgnoreInputButLeak) {
    SpikingSoma soma = integrator(10);
    soma.refractory = 2;
    soma.reset = 8;
    soma.leak_add = -1;
    SpikingState state;
    EXPECT_TRUE(update_spiking_soma(soma, state, 11, 0));
    EXPECT_FALSE(update_spiking_soma(soma, state, 1000, 0));
    EXPECT_FALSE(update_spiking_soma(soma, state, 1000, 0));
    EXPECT_EQ(state.v, 5);
    EXPECT_TRUE(update_spiking_soma(soma, state, 1000, 0));
}

TEST(SpikingSoma, AWindowEndsWithTheInitialMembrane) {
    SpikingSoma soma = integrator(1000);
    soma.window = 3;
    soma.initial = 50;
    SpikingState state = initial_state(soma);
    for (const std::int32_t expected : {51, 52, 50, 51, 52, 50}) {
        update_spiking_soma(soma, state, 1, 0);
        EXPECT_EQ(state.v, expected);
    }
}

TEST(SpikingSoma, SpikesRaiseTheThresholdWhichDecays) {
    SpikingSoma soma = integrator(10);
    soma.theta_by_factor = true;
    soma.theta_factor = 128;
    soma.theta_step = 8;
    SpikingState state;
    EXPECT_TRUE(update_spiking_soma(soma, state, 11, 0));
    EXPECT_EQ(state.theta, 8);
    EXPECT_FALSE(update_spiking_soma(soma, state, 18, 0)) << "threshold 18 now";
    EXPECT_EQ(state.theta, 4);
    EXPECT_TRUE(update_spiking_soma(soma, state, 0, 0)) << "18 > 14";
}

TEST(SpikingSoma, TheMaskChoosesTheNoiseOnTheThreshold) {
    SpikingSoma soma = integrator(10);
    soma.random_mask = 0x8000003;
    SpikingState state;
    EXPECT_FALSE(update_spiking_soma(soma, state, 12, 0x7FFFFFE)) << "threshold 12";
    EXPECT_TRUE(update_spiking_soma(soma, state, 1, 0x7FFFFFE));
    state = {};
    EXPECT_TRUE(update_spiking_soma(soma, state, -100, 0x8000000)) << "bit 27 is the sign";
}

TEST(SpikingSoma, NeitherMembraneNorThresholdFallsBelowTheFloor) {
    SpikingSoma soma = integrator(-50);
    soma.floor = -20;
    SpikingState state;
    EXPECT_FALSE(update_spiking_soma(soma, state, -30, 0)) << "threshold -20";
    EXPECT_EQ(state.v, -20);
}

TEST(SpikingSoma, MembranesSaturateAt28Bits) {
    SpikingSoma soma = integrator(kSomaMax);
    SpikingState state;
    update_spiking_soma(soma, state, 2'000'000'000, 0);
    EXPECT_EQ(state.v, (1 << 27) - 1);
    update_spiking_soma(soma, state, -2'000'000'000, 0);
    EXPECT_EQ(state.v, -(1 << 27));
}

}  // namespace
}  // namespace cortile
