// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/failure_buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortile::regress {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NormalisedMessage, NumbersOfAllKindsAreAlike) {
    EXPECT_EQ(normalised_message("operation 412: v is -17, not 0x1fE"),
              "operation #: v is #, not #");
    EXPECT_EQ(normalised_message("took 3.25 s, or 1e9 cycles"), "took # s, or # cycles");
    EXPECT_EQ(normalised_message("got 8'hff and 4'sb01x1"), "got # and #");
    EXPECT_EQ(normalised_message("lane v[13] of [0:3]"), "lane v[#] of [#:#]");
    EXPECT_EQ(normalised_message("12"), "#");
    EXPECT_EQ(normalised_message("7-3, a-3"), "#-#, a-#");
}

TEST(NormalisedMessage, DigitsOfNamesStay) {
    EXPECT_EQ(normalised_message("u_next1 of stage_2x differs"), "u_next1 of stage_2x differs");
    EXPECT_EQ(normalised_message("%Error: a.v1.x"), "%Error: a.v1.x");
}

TEST(NormalisedMessage, PathsAreTheirFile) {
    EXPECT_EQ(normalised_message("/a/x-1/cuba_lif.sv:210: failed in '../rtl/a.sv'"),
              "cuba_lif.sv:#: failed in 'a.sv'");
    EXPECT_EQ(normalised_message("and/or ./b.sv"), "and/or b.sv");
    EXPECT_EQ(normalised_message("a / b, ends with /"), "a / b, ends with /");
}

TEST(NormalisedMessage, IsTheFirstLine) {
    EXPECT_EQ(normalised_message("v differs\nexpected 1"), "v differs");
    EXPECT_EQ(normalised_message(""), "");
}

TEST(FailureBuckets, LargestFirstThenTheEarlier) {
    const auto buckets = bucket_failures({"b", "", "a", "c", "c", "", "a", "c"});
    ASSERT_EQ(buckets.size(), 3u);
    EXPECT_EQ(buckets[0].message, "c");
    EXPECT_THAT(buckets[0].runs, ElementsAre(3, 4, 7));
    EXPECT_EQ(buckets[1].message, "a");
    EXPECT_THAT(buckets[1].runs, ElementsAre(2, 6));
    EXPECT_EQ(buckets[2].message, "b");
    EXPECT_THAT(bucket_failures({"", ""}), IsEmpty());
}

}  // namespace
}  // namespace cortile::regress
