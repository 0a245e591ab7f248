// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rtl/mutation/equivalence.h"
#include "testbench/unit/mutation/small_datapath.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As ABC writes it: one operation with u = -8, mode = 2 in clock 3; in clock 4 none is offered.
constexpr const char* kText =
    "# FALSIFYING OUTPUTS: different\n# COUNTEREXAMPLE LENGTH: 5\nside_a.u[3]@0=1\nagain@0=0\n"
    "in_req@3=1\nin_x[0]@3=0\nin_x[1]@3=0\nin_x[2]@3=0\nin_x[3]@3=1\nin_x[4]@3=0\nin_x[5]@3=1\n"
    "in_x[6]@3=1\nin_req@4=0\nin_x[0]@4=1\n# DONE\n";

TEST(Counterexample, GivesTheOperationsThatAreOffered) {
    EXPECT_THAT(parse_counterexample(kText, test::small_datapath(), false), ElementsAre(-8, 2));
}

TEST(Counterexample, WithinTheContractTakesWhatTheMiterTakes) {
    EXPECT_THAT(parse_counterexample(kText, test::small_datapath(), true), ElementsAre(-7, 2));
    EXPECT_THAT(parse_counterexample("in_req@0=1\n", test::small_datapath(), true),
                ElementsAre(0, 1));
}

TEST(Counterexample, WithoutARequestHasNoOperation) {
    EXPECT_THAT(parse_counterexample("in_x[0]@0=1\n", test::small_datapath(), false), IsEmpty());
}

TEST(Counterexample, OfADatapathWithoutRequestsHasOneInEachClock) {
    DatapathDescription d = test::small_datapath();
    d.request_valid = {};
    EXPECT_THAT(parse_counterexample("in_x[0]@0=1\nin_x[1]@1=1\n", d, false),
                ElementsAre(1, 0, 2, 0));
}

}  // namespace
}  // namespace cortile
