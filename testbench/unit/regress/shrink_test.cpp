// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile::regress {
namespace {

using testing::ElementsAre;

OperationRows random_rows(std::size_t rows, std::size_t words) {
    OperationRows result;
    for (std::size_t i = 0; i < rows * words; ++i) {
        result.push_back(static_cast<std::int32_t>(philox({7, RandomUse::test}, i, 0)[0]));
    }
    return result;
}

TEST(Shrink, OneGuiltyRowOfManyIsAllThatIsLeft) {
    OperationRows rows = random_rows(5000, 3);
    for (std::size_t i = 1; i < rows.size(); i += 3) {
        rows[i] &= 0xFFFF;
    }
    rows[3 * 3210 + 1] = 0x12345;
    const Shrunk shrunk = shrink(rows, {3, {0, 0, 0}}, [](std::span<const std::int64_t> some) {
        for (std::size_t i = 1; i < some.size(); i += 3) {
            if (some[i] > 0xFFFF) {
                return true;
            }
        }
        return false;
    });
    EXPECT_TRUE(shrunk.minimal);
    EXPECT_THAT(shrunk.rows, ElementsAre(0, 0x10000, 0)) << "at the edge of what fails";
    EXPECT_LT(shrunk.trials, 200u);
}

TEST(Shrink, KeepsTheRowsThatFailOnlyTogether) {
    OperationRows rows;
    for (std::int64_t i = 0; i < 1000; ++i) {
        rows.push_back(i);
    }
    // 100 somewhere before 700: an order that removal must keep.
    const Shrunk shrunk = shrink(rows, {1, {0}}, [](std::span<const std::int64_t> some) {
        const auto first = std::find(some.begin(), some.end(), 100);
        return std::find(first, some.end(), 700) != some.end();
    });
    EXPECT_TRUE(shrunk.minimal);
    EXPECT_THAT(shrunk.rows, ElementsAre(100, 700));
}

TEST(Shrink, LengthAloneCanBeTheReason) {
    const Shrunk shrunk =
        shrink(random_rows(300, 2), {2, {5, -5}},
               [](std::span<const std::int64_t> some) { return some.size() / 2 >= 17; });
    ASSERT_EQ(shrunk.rows.size(), 17u * 2);
    for (std::size_t i = 0; i < shrunk.rows.size(); ++i) {
        EXPECT_EQ(shrunk.rows[i], i % 2 == 0 ? 5 : -5);
    }
}

TEST(Shrink, WordsComeAsNearToTheirSimplestValueAsTheFailureAllows) {
    const auto word = [](std::int64_t from, std::int64_t simplest, auto&& fails) {
        return shrink({from}, {1, {simplest}},
                      [&](std::span<const std::int64_t> some) { return fails(some[0]); })
            .rows.front();
    };
    EXPECT_EQ(word(123'456, 0, [](std::int64_t v) { return v >= 777; }), 777);
    EXPECT_EQ(word(-123'456, 0, [](std::int64_t v) { return v < -3; }), -4);
    EXPECT_EQ(word(99, 50, [](std::int64_t v) { return v != 50; }), 51);
    EXPECT_EQ(word(-8, 50, [](std::int64_t v) { return v < 50; }), 49);
    EXPECT_EQ(word(0b1011'0110, 0, [](std::int64_t v) { return (v & 0x10) != 0; }), 0x10)
        << "not monotonous: a bit";
    EXPECT_EQ(word(12, 7, [](std::int64_t) { return true; }), 7);
    EXPECT_EQ(word(INT64_MAX, 0, [](std::int64_t v) { return v > 0; }), 1);
    EXPECT_EQ(word(INT64_MIN / 2, 0, [](std::int64_t v) { return v < 0; }), -1);
}

// Words that must fit together, as a sum that equals a threshold, are simplified together.
TEST(Shrink, RepairsLetWordsChangeTogether) {
    ShrinkOptions options{3, {0, 0, 0}};
    const auto fails = [](std::span<const std::int64_t> row) {
        return row.size() == 3 && row[0] + row[1] == row[2] && row[2] != 0;
    };
    EXPECT_THAT(shrink({300, 50, 350}, options, fails).rows, ElementsAre(300, 50, 350))
        << "no word can change alone";
    options.repairs = [](const OperationRows& failing, const OperationRows& passing,
                         std::size_t index) {
        std::vector<OperationRows> candidates;
        if (index < 2 && passing[2] != 0) {
            candidates.push_back(passing);
            candidates.back()[2] += passing[index] - failing[index];
        }
        return candidates;
    };
    EXPECT_THAT(shrink({300, 50, 350}, options, fails).rows, ElementsAre(0, 50, 50));
}

TEST(Shrink, EveryListThatItKeepsHasFailed) {
    OperationRows last_failing = random_rows(64, 2);
    std::uint64_t calls = 0;
    const Shrunk shrunk =
        shrink(last_failing, {2, {0, 0}}, [&](std::span<const std::int64_t> some) {
            ++calls;
            EXPECT_FALSE(some.empty());
            EXPECT_EQ(some.size() % 2, 0u);
            std::int64_t sum = 0;
            for (const std::int64_t word : some) {
                sum ^= word;
            }
            const bool fails = (sum & 0xFF) > 3;
            if (fails) {
                last_failing.assign(some.begin(), some.end());
            }
            return fails;
        });
    EXPECT_EQ(shrunk.rows, last_failing);
    EXPECT_EQ(shrunk.trials, calls);
}

TEST(Shrink, StopsWhenItsTrialsRunOut) {
    ShrinkOptions options{1, {0}};
    options.most_trials = 20;
    std::uint64_t calls = 0;
    const Shrunk shrunk =
        shrink(random_rows(1000, 1), options, [&](std::span<const std::int64_t> some) {
            ++calls;
            return some.size() > 700;
        });
    EXPECT_FALSE(shrunk.minimal);
    EXPECT_EQ(calls, 20u);
    EXPECT_GT(shrunk.rows.size(), 700u);
    EXPECT_LT(shrunk.rows.size(), 1000u);
}

TEST(Shrink, RowsThatDoNotFitTheirWordsAreADefect) {
    const auto fails = [](std::span<const std::int64_t>) { return true; };
    EXPECT_THROW(shrink({1, 2, 3}, {2, {0, 0}}, fails), ContractViolation);
    EXPECT_THROW(shrink({}, {1, {0}}, fails), ContractViolation);
    EXPECT_THROW(shrink({1}, {1, {}}, fails), ContractViolation);
}

}  // namespace
}  // namespace cortile::regress
