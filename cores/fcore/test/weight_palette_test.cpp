// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/weight_palette.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

std::int32_t stored(const WeightTable& table, std::int32_t weight) {
    return table[static_cast<std::size_t>(weight + 128)];
}

std::set<std::int32_t> entries(const WeightTable& table, const WeightHistogram& histogram) {
    std::set<std::int32_t> result;
    for (std::int32_t w = -128; w <= 127; ++w) {
        if (histogram[static_cast<std::size_t>(w + 128)] > 0) {
            result.insert(stored(table, w));
        }
    }
    return result;
}

double squared_error(const WeightTable& table, const WeightHistogram& histogram) {
    double sum = 0;
    for (std::int32_t w = -128; w <= 127; ++w) {
        const double d = stored(table, w) - w;
        sum += d * d * static_cast<double>(histogram[static_cast<std::size_t>(w + 128)]);
    }
    return sum;
}

WeightHistogram random_histogram(std::uint64_t seed, std::int32_t range) {
    WeightHistogram histogram{};
    const RandomKey key{seed, RandomUse::stimulus};
    for (std::int32_t w = -range; w <= range; ++w) {
        const auto draw = philox(key, 1, static_cast<std::uint64_t>(w + 128));
        histogram[static_cast<std::size_t>(w + 128)] = draw[0] % 4 == 0 ? 0 : draw[1] % 1000;
    }
    return histogram;
}

TEST(WeightPalette, NeverHoldsMoreThanItsSize) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const WeightHistogram histogram = random_histogram(seed, 127);
        const WeightTable table = fit_weight_table(histogram, 32, true);
        std::set<std::int32_t> used = entries(table, histogram);
        used.insert(0);
        EXPECT_LE(used.size(), 32u) << "seed " << seed;
    }
}

TEST(WeightPalette, FewWeightsStayAsTheyAre) {
    WeightHistogram histogram{};
    for (std::int32_t i = 0; i < 31; ++i) {
        histogram[static_cast<std::size_t>(-128 + 8 * i)] = 0;
        histogram[static_cast<std::size_t>(8 * i + 1)] = 5;
    }
    EXPECT_EQ(squared_error(fit_weight_table(histogram, 32, true), histogram), 0);
    histogram[255] = 1;
    EXPECT_EQ(squared_error(fit_weight_table(histogram, 32, false), histogram), 0);
    EXPECT_GT(squared_error(fit_weight_table(histogram, 32, true), histogram), 0)
        << "32 weights and the zero are one too many";
}

TEST(WeightPalette, WithoutZeroNoWeightBecomesZeroUnlessNear) {
    WeightHistogram histogram{};
    for (std::int32_t w = 1; w <= 127; ++w) {
        histogram[static_cast<std::size_t>(w + 128)] = 1;
    }
    const WeightTable free = fit_weight_table(histogram, 4, false);
    EXPECT_GT(stored(free, 1), 0);
    const WeightTable pinned = fit_weight_table(histogram, 4, true);
    EXPECT_EQ(stored(pinned, 1), 0);
}

// All ways to cut few values into runs, with the best integer for each run.
double best_by_search(const WeightHistogram& histogram, std::uint32_t size, bool zero) {
    std::vector<std::int32_t> values;
    for (std::int32_t w = -128; w <= 127; ++w) {
        if (histogram[static_cast<std::size_t>(w + 128)] > 0 || (zero && w == 0)) {
            values.push_back(w);
        }
    }
    double best = std::numeric_limits<double>::infinity();
    for (std::uint32_t cuts = 0; cuts < 1u << (values.size() - 1); ++cuts) {
        if (static_cast<std::uint32_t>(__builtin_popcount(cuts)) + 1 > size) {
            continue;
        }
        double cost = 0;
        for (std::size_t begin = 0, i = 0; i < values.size(); ++i) {
            if (i + 1 < values.size() && !(cuts >> i & 1)) {
                continue;
            }
            double least = std::numeric_limits<double>::infinity();
            for (std::int32_t entry = -128; entry <= 127; ++entry) {
                const bool holds_zero = zero && values[begin] <= 0 && values[i] >= 0;
                if (holds_zero && entry != 0) {
                    continue;
                }
                double sum = 0;
                for (std::size_t k = begin; k <= i; ++k) {
                    const double d = values[k] - entry;
                    sum +=
                        d * d *
                        static_cast<double>(histogram[static_cast<std::size_t>(values[k] + 128)]);
                }
                least = std::min(least, sum);
            }
            cost += least;
            begin = i + 1;
        }
        best = std::min(best, cost);
    }
    return best;
}

TEST(WeightPalette, NoOtherTableIsCloser) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const WeightHistogram histogram = random_histogram(seed, 6);
        for (const bool zero : {false, true}) {
            const WeightTable table = fit_weight_table(histogram, 4, zero);
            EXPECT_DOUBLE_EQ(squared_error(table, histogram), best_by_search(histogram, 4, zero))
                << "seed " << seed << " zero " << zero;
        }
    }
}

TEST(WeightGrid, FindsTheStepOfQuantisedWeights) {
    EXPECT_EQ(weight_grid(std::vector<double>{-1.0, 99.0 / 101, 5.0 / 101, 0.0}), 101u);
    EXPECT_EQ(weight_grid(std::vector<double>{0.5, -0.5}), 127u);
    EXPECT_EQ(weight_grid(std::vector<double>{1, std::sqrt(0.5), std::sqrt(0.3)}), 0u);
}

}  // namespace
}  // namespace cortile
