// SPDX-License-Identifier: Apache-2.0
// Is the generator Philox4x32-10, and are its numbers spread as they claim?
#include "hw_model/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

namespace cortile {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The key whose two words are (low, high) once the use has been mixed into the high one.
RandomKey key_of_words(std::uint32_t low, std::uint32_t high, RandomUse use) {
    const std::uint32_t mixed = high ^ (static_cast<std::uint32_t>(use) * 0x9E3779B9U);
    return {(std::uint64_t{mixed} << 32) | low, use};
}

constexpr std::uint64_t join(std::uint32_t low, std::uint32_t high) {
    return (std::uint64_t{high} << 32) | low;
}

// The three known answers for philox4x32, 10 rounds, of the Random123 library's test vectors
// (D. E. Shaw Research, file kat_vectors): counter words, key words, result words.
TEST(Philox, known_answer_of_zeros) {
    EXPECT_EQ(philox(key_of_words(0, 0, RandomUse::test), 0, 0),
              (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(Philox, known_answer_of_ones) {
    EXPECT_EQ(philox(key_of_words(0xffffffff, 0xffffffff, RandomUse::stimulus),
                     join(0xffffffff, 0xffffffff), join(0xffffffff, 0xffffffff)),
              (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(Philox, known_answer_of_the_digits_of_pi) {
    EXPECT_EQ(philox(key_of_words(0xa4093822, 0x299f31d0, RandomUse::placement),
                     join(0x243f6a88, 0x85a308d3), join(0x13198a2e, 0x03707344)),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, can_be_computed_by_the_compiler) {
    constexpr auto words = philox({1, RandomUse::test}, 2, 3);
    EXPECT_EQ(words, philox({1, RandomUse::test}, 2, 3));
}

TEST(Philox, uses_are_independent) {
    std::set<Words> seen;
    const std::vector<RandomUse> uses{RandomUse::stimulus,        RandomUse::network_targets,
                                      RandomUse::network_weights, RandomUse::network_drive,
                                      RandomUse::placement,       RandomUse::test};
    for (const RandomUse use : uses) {
        seen.insert(philox({42, use}, 5, 6));
    }
    EXPECT_EQ(seen.size(), uses.size());
}

// One bit anywhere in seed or counters changes the result.
TEST(Philox, every_bit_of_the_seed_and_the_counters_counts) {
    const auto base = philox({0, RandomUse::test}, 0, 0);
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t one = std::uint64_t{1} << bit;
        EXPECT_NE(philox({one, RandomUse::test}, 0, 0), base) << "seed bit " << bit;
        EXPECT_NE(philox({0, RandomUse::test}, one, 0), base) << "a bit " << bit;
        EXPECT_NE(philox({0, RandomUse::test}, 0, one), base) << "b bit " << bit;
    }
}

// From the known answer of zeros: (0x6627e8d5 << 21 | 0xe169c58d >> 11) / 2^53.
TEST(Uniform01, is_made_of_the_first_53_bits) {
    const double expected = (0x6627e8d5 * 0x1p21 + (0xe169c58d >> 11)) * 0x1p-53;
    EXPECT_EQ(uniform01(key_of_words(0, 0, RandomUse::test), 0, 0), expected);
}

class Uniform01Sample : public testing::Test {
  protected:
    static constexpr std::size_t kCount = 100'000;
    Uniform01Sample() : values_(kCount) {
        for (std::size_t i = 0; i < kCount; ++i) {
            values_[i] = uniform01({7, RandomUse::test}, i / 1000, i % 1000);
        }
    }
    std::vector<double> values_;
};

TEST_F(Uniform01Sample, lies_in_the_half_open_unit_interval) {
    for (const double value : values_) {
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
    }
}

// Six standard deviations of the mean: 6 sqrt(1/12 / 100000) = 0.0055.
TEST_F(Uniform01Sample, has_mean_one_half) {
    double sum = 0.0;
    for (const double value : values_) {
        sum += value;
    }
    EXPECT_NEAR(sum / kCount, 0.5, 0.0055);
}

// Chi-square with 99 degrees of freedom: mean 99, standard deviation sqrt(198) = 14.07.
TEST_F(Uniform01Sample, fills_a_hundred_bins_evenly) {
    std::vector<double> bins(100, 0.0);
    for (const double value : values_) {
        bins[static_cast<std::size_t>(value * 100.0)] += 1.0;
    }
    double chi_square = 0.0;
    for (const double count : bins) {
        chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    EXPECT_NEAR(chi_square, 99.0, 6.0 * 14.07);
}

// Correlation of neighbours: standard deviation 1 / sqrt(100000) = 0.0032.
TEST_F(Uniform01Sample, neighbouring_counters_are_uncorrelated) {
    double sum = 0.0;
    for (std::size_t i = 1; i < kCount; ++i) {
        sum += (values_[i] - 0.5) * (values_[i - 1] - 0.5);
    }
    EXPECT_NEAR(sum / (kCount - 1) * 12.0, 0.0, 6.0 * 0.0032);
}

TEST(UniformBelow, smallest_and_largest_bits_give_the_ends_of_the_range) {
    for (const std::uint32_t n : {1U, 3U, 1000U, 0xffffffffU}) {
        EXPECT_EQ(uniform_below(0, n), 0U);
        EXPECT_EQ(uniform_below(0xffffffff, n), n - 1);
    }
}

TEST(UniformBelow, splits_the_bits_into_equal_parts) {
    EXPECT_EQ(uniform_below(0x3fffffff, 4), 0U);
    EXPECT_EQ(uniform_below(0x40000000, 4), 1U);
    EXPECT_EQ(uniform_below(0xc0000000, 4), 3U);
}

}  // namespace
}  // namespace cortile
