// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/weight_format.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace cortile {
namespace {

int width_of(std::initializer_list<int> weights) {
    StoredWidth width;
    for (const int w : weights) {
        width.add(w);
    }
    return width.bits();
}

TEST(SignMode, ZeroCountsForTheSignThatIsThere) {
    EXPECT_EQ(sign_mode(0, 3), SignMode::excitatory);
    EXPECT_EQ(sign_mode(0, 0), SignMode::excitatory);
    EXPECT_EQ(sign_mode(-3, 0), SignMode::inhibitory);
    EXPECT_EQ(sign_mode(-1, 1), SignMode::mixed);
}

TEST(WeightRange, EightMixedBitsLoseTheLowestOne) {
    const WeightRange clipping = clipping_range(SignMode::mixed, 8);
    EXPECT_EQ(clipping.min, -256);
    EXPECT_EQ(clipping.max, 255);
    EXPECT_EQ(clipping.truncated_bits, 1);
    EXPECT_EQ(reachable_range(SignMode::mixed, 8).max, 254);
}

TEST(WeightRange, FewerBitsClearMore) {
    const WeightRange excitatory = reachable_range(SignMode::excitatory, 4);
    EXPECT_EQ(excitatory.truncated_bits, 4);
    EXPECT_EQ(excitatory.max, 240);
    const WeightRange inhibitory = reachable_range(SignMode::inhibitory, 4);
    EXPECT_EQ(inhibitory.min, -240);
    EXPECT_TRUE(inhibitory.negate_to_truncate);
    const WeightRange mixed = reachable_range(SignMode::mixed, 4);
    EXPECT_EQ(mixed.min, -256);
    EXPECT_EQ(mixed.max, 224);
}

TEST(StoredWidth, UnsignedMagnitudes) {
    EXPECT_EQ(width_of({0}), 1);
    EXPECT_EQ(width_of({1}), 1);
    EXPECT_EQ(width_of({1, 63}), 6);
    EXPECT_EQ(width_of({1, 64}), 8) << "seven bits do not exist";
    EXPECT_EQ(width_of({-1, -31}), 5);
}

TEST(StoredWidth, CommonLowZerosTakeNoRoom) {
    EXPECT_EQ(width_of({16, 240}), 4);
    EXPECT_EQ(width_of({128}), 1);
}

TEST(StoredWidth, MixedSignsAreTwosComplement) {
    EXPECT_EQ(width_of({-256, 254}), 8);
    EXPECT_EQ(width_of({-2, 2}), 2);  // -1 and 1 after the common zero
    EXPECT_EQ(width_of({-4, 3}), 3);
    EXPECT_EQ(width_of({-4, 4, 1}), 4);
    EXPECT_EQ(width_of({-5, 3}), 4);
}

}  // namespace
}  // namespace cortile
