// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "rtl/regress/wildcard.h"

namespace cortile::regress {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::vector<std::string> kNames{"lif", "soma"};

RegressionList two_tests() {
    RegressionList list;
    list.datapaths = {"/lif", "/soma"};
    TestDescription corners;
    corners.name = "corners";
    corners.stimulus = StimulusKind::directed;
    corners.seed = 1;
    corners.datapaths = {"lif"};
    TestDescription random;
    random.name = "random";
    random.iterations = 2;
    random.seed = 7;
    list.tests = {corners, random};
    return list;
}

std::vector<std::string> texts(const std::vector<PlannedRun>& runs) {
    std::vector<std::string> names;
    for (const PlannedRun& run : runs) {
        names.push_back(run.name.text() + (run.failed_before ? " again" : ""));
    }
    return names;
}

TEST(RunName, IsReadAsItIsWritten) {
    const RunName name{"cuba_lif", "random-2", 18'446'744'073'709'551'615u};
    EXPECT_EQ(name.text(), "cuba_lif/random-2.18446744073709551615");
    EXPECT_EQ(parse_run_name(name.text()), name);
    for (const char* wrong : {"", "random.1", "lif/random", "lif/random.", "lif/random.x",
                              "lif/random.017", "lif/random.-1", "a b/random.1", "lif/a/b.1",
                              "lif/random.18446744073709551616", "lif/random.1 ", "/random.1"}) {
        EXPECT_EQ(parse_run_name(wrong), std::nullopt) << wrong;
    }
}

TEST(RunName, IsSelectedByItsPartsAndPatterns) {
    const RunName name{"cuba_lif", "random", 17};
    for (const char* pattern : {"cuba_lif", "random", "random.17", "cuba_lif/random",
                                "cuba_lif/random.17", "ran*", "*.17", "cuba*/*", "random.1?"}) {
        EXPECT_TRUE(is_selected(name, pattern)) << pattern;
    }
    for (const char* pattern : {"", "rando", "17", "random.1", "lif", "cuba_lif/", "*.18"}) {
        EXPECT_FALSE(is_selected(name, pattern)) << pattern;
    }
}

TEST(Wildcard, StarsGoBack) {
    EXPECT_TRUE(matches_wildcard("abcabd", "*ab?"));
    EXPECT_TRUE(matches_wildcard("aXbXc", "a*b*c"));
    EXPECT_FALSE(matches_wildcard("aXbX", "a*b*c"));
    EXPECT_TRUE(matches_wildcard("", "**"));
    EXPECT_TRUE(matches_wildcard("order[31]", "order[3?]"));
    EXPECT_FALSE(matches_wildcard("order3", "order[3]"));
}

TEST(Plan, IsEachDatapathsTestsWithASeedForEachIteration) {
    const auto runs = plan_runs(two_tests(), kNames, {}, {});
    EXPECT_THAT(texts(runs), ElementsAre("lif/corners.1", "lif/random.7", "lif/random.8",
                                         "soma/random.7", "soma/random.8"));
    EXPECT_EQ(runs[4].datapath, 1u);
    EXPECT_EQ(runs[4].test, 1u);
}

TEST(Plan, ASeedOfTheCommandLineIsForAll) {
    EXPECT_THAT(texts(plan_runs(two_tests(), kNames, {}, {.seed = 40})),
                ElementsAre("lif/corners.40", "lif/random.40", "lif/random.41", "soma/random.40",
                            "soma/random.41"));
}

TEST(Plan, ReseededTestsTakeTheFreshSeedAndOthersKeepTheirs) {
    RegressionList list = two_tests();
    list.tests[1].seed = std::nullopt;
    EXPECT_THAT(texts(plan_runs(list, kNames, {}, {.fresh_seed = 99})),
                ElementsAre("lif/corners.1", "lif/random.99", "lif/random.100", "soma/random.99",
                            "soma/random.100"));
    EXPECT_EQ(texts(plan_runs(list, kNames, {}, {.reseed = true, .fresh_seed = 99}))[0],
              "lif/corners.99");
}

TEST(Plan, WhatFailedBeforeRunsFirstAndOnce) {
    const std::vector<RunName> failing{{"soma", "random", 8},
                                       {"lif", "random", 1234},
                                       {"other", "random", 1},
                                       {"lif", "gone", 1},
                                       {"soma", "corners", 1}};
    EXPECT_THAT(texts(plan_runs(two_tests(), kNames, failing, {})),
                ElementsAre("soma/random.8 again", "lif/random.1234 again", "lif/corners.1",
                            "lif/random.7", "lif/random.8", "soma/random.7"))
        << "those of other lists, and of datapaths that a test is not for, are passed over";
}

TEST(Plan, OnlyWhatIsAskedFor) {
    const std::vector<RunName> failing{{"soma", "random", 8}};
    EXPECT_THAT(texts(plan_runs(two_tests(), kNames, failing, {.only = {"lif/*"}})),
                ElementsAre("lif/corners.1", "lif/random.7", "lif/random.8"));
    EXPECT_THAT(texts(plan_runs(two_tests(), kNames, failing, {.only = {"corners", "*.8"}})),
                ElementsAre("soma/random.8 again", "lif/corners.1", "lif/random.8"));
}

TEST(Plan, AWholeNameIsARunWhateverItsSeed) {
    EXPECT_THAT(texts(plan_runs(two_tests(), kNames, {}, {.only = {"soma/random.123456"}})),
                ElementsAre("soma/random.123456"));
}

TEST(Plan, APatternForNothingIsAnErrorWithTheNearestName) {
    try {
        plan_runs(two_tests(), kNames, {}, {.only = {"corners", "randm"}});
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "--only: no run is called 'randm'\n  hint: did you mean random?");
    }
    EXPECT_THROW(plan_runs(two_tests(), kNames, {}, {.only = {"soma/corners.1"}}), ConfigError)
        << "that test is not for that datapath";
}

}  // namespace
}  // namespace cortile::regress
