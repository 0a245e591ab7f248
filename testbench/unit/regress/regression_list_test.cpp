// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/regression_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile::regress {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class List : public testing::Test {
  protected:
    List() : folder(fresh_directory()) {
        for (const char* datapath : {"ours/a", "ours/b", "theirs"}) {
            fs::create_directories(folder / "rtl" / datapath);
        }
        write_file(folder / "lists/operations.csv", "u,v\n1,2\n");
    }
    RegressionList load(const std::string& yaml, const std::vector<std::string>& assignments = {}) {
        write_file(folder / "lists/list.yaml", yaml);
        return load_regression_list(folder / "lists/list.yaml", assignments);
    }
    // Without the folder.
    std::string error(const std::string& yaml, const std::vector<std::string>& assignments = {}) {
        std::string text = config_error([&] { load(yaml, assignments); });
        const std::string place = (folder / "lists/").string();
        for (auto at = text.find(place); at != std::string::npos; at = text.find(place)) {
            text.erase(at, place.size());
        }
        return text;
    }
    fs::path folder;
};

const std::string kHead = "datapaths: [../rtl/ours/a]\n";

TEST_F(List, ReadsAllThatAListMaySay) {
    const RegressionList list = load(
        "datapaths: [../rtl/ours/a, ../rtl/theirs]\n"
        "coverage: {line: 95, toggle: 90.5, functional: 100}\n"
        "tests:\n"
        "  zigzag:\n"
        "    stimulus: random\n"
        "    iterations: 4\n"
        "    operations: 20000\n"
        "    stalls: 0.3\n"
        "    seed: 17\n"
        "    time_limit: 90 s\n"
        "    coverage: false\n"
        "  corners: {stimulus: directed, datapaths: [a]}\n"
        "  fashion: {stimulus: recorded, recording: operations.csv, seed: reseed}\n");
    EXPECT_THAT(list.datapaths, ElementsAre(folder / "rtl/ours/a", folder / "rtl/theirs"));
    EXPECT_EQ(list.coverage.line, 95);
    EXPECT_EQ(list.coverage.toggle, 90.5);
    EXPECT_EQ(list.coverage.functional, 100);
    ASSERT_EQ(list.tests.size(), 3u);
    const TestDescription& zigzag = list.tests[0];
    EXPECT_EQ(zigzag.name, "zigzag") << "tests are in the file's order";
    EXPECT_EQ(zigzag.stimulus, StimulusKind::random);
    EXPECT_EQ(zigzag.iterations, 4u);
    EXPECT_EQ(zigzag.operations, 20'000u);
    EXPECT_EQ(zigzag.stalls, 0.3);
    EXPECT_EQ(zigzag.seed, 17u);
    EXPECT_EQ(zigzag.time_limit, 90s);
    EXPECT_FALSE(zigzag.coverage);
    EXPECT_TRUE(zigzag.runs_on("a") && zigzag.runs_on("theirs"));
    EXPECT_EQ(list.tests[1].stimulus, StimulusKind::directed);
    EXPECT_TRUE(list.tests[1].runs_on("a"));
    EXPECT_FALSE(list.tests[1].runs_on("theirs"));
    EXPECT_EQ(list.tests[2].recording, folder / "lists/operations.csv");
    EXPECT_EQ(list.tests[2].seed, std::nullopt);
}

TEST_F(List, WhatIsNotSaidHasADefault) {
    const RegressionList list = load(kHead + "tests: {random: {stimulus: random}}\n");
    EXPECT_FALSE(list.coverage.any());
    ASSERT_EQ(list.tests.size(), 1u);
    EXPECT_EQ(list.tests[0].iterations, 1u);
    EXPECT_EQ(list.tests[0].operations, 10'000u);
    EXPECT_EQ(list.tests[0].stalls, 0);
    EXPECT_EQ(list.tests[0].seed, 1u);
    EXPECT_EQ(list.tests[0].time_limit, 10min);
    EXPECT_TRUE(list.tests[0].coverage);
    EXPECT_EQ(load(kHead + "tests: {corners: {stimulus: directed}}\n").tests[0].operations,
              kAllOperations);
}

TEST_F(List, AssignmentsChangeATest) {
    const std::string yaml = kHead + "tests: {random: {stimulus: random}}\n";
    EXPECT_EQ(load(yaml, {"tests.random.iterations=100"}).tests[0].iterations, 100u);
    EXPECT_THAT(error(yaml, {"tests.randon.iterations=100"}),
                HasSubstr("did you mean tests.random.iterations?"));
}

TEST_F(List, AnUnknownKeyHasItsPlaceAndTheNearestSpelling) {
    EXPECT_EQ(error(kHead + "tests:\n  random:\n    stimulus: random\n    iteration: 4\n"),
              "list.yaml:5: tests.random.iteration: unknown key\n"
              "  hint: did you mean tests.random.iterations?");
    EXPECT_EQ(error(kHead + "test:\n  random: {stimulus: random}\n").substr(0, 31),
              "list.yaml:3: test.random.stimul");
}

TEST_F(List, ValuesAreChecked) {
    const auto test = [&](const std::string& more) {
        return error(kHead + "tests:\n  random: {stimulus: random, " + more + "}\n");
    };
    EXPECT_THAT(test("stalls: 1.5"), HasSubstr("list.yaml:3: tests.random.stalls"));
    EXPECT_THAT(test("iterations: 0"), HasSubstr("list.yaml:3: tests.random.iterations"));
    EXPECT_EQ(test("seed: soon"),
              "list.yaml:3: tests.random.seed: found \"soon\"; a whole number from 0 to 2^53, or "
              "reseed, was expected");
    EXPECT_THAT(test("seed: -1"), HasSubstr("tests.random.seed"));
    EXPECT_THAT(test("seed: 9007199254740993"), HasSubstr("tests.random.seed"));
    EXPECT_THAT(error(kHead + "tests: {random: {stimulus: randum}}\n"),
                HasSubstr("did you mean random?"));
    EXPECT_THAT(error(kHead + "coverage: {line: 101}\ntests: {r: {stimulus: random}}\n"),
                HasSubstr("list.yaml:2: coverage.line"));
}

TEST_F(List, ARecordingGoesWithRecordedStimulus) {
    EXPECT_THAT(error(kHead + "tests: {fashion: {stimulus: recorded}}\n"),
                HasSubstr("tests.fashion.stimulus: there is no recording"));
    EXPECT_THAT(
        error(kHead + "tests: {fashion: {stimulus: random, recording: operations.csv}}\n"),
        HasSubstr("tests.fashion.recording: only a test with stimulus: recorded has a recording"));
}

TEST_F(List, ATestsNameCanBeAFileName) {
    EXPECT_THAT(error(kHead + "tests:\n  \"a/b\": {stimulus: random}\n"),
                HasSubstr("list.yaml:3: tests.a/b: is no name of a test"));
}

TEST_F(List, AListWithoutTestsOrDatapathsIsAnError) {
    EXPECT_THAT(error(kHead), HasSubstr("the list has no tests"));
    EXPECT_THAT(error("tests: {random: {stimulus: random}}\n"), HasSubstr("datapaths"));
    EXPECT_THAT(error("datapaths: [../nowhere]\ntests: {random: {stimulus: random}}\n"),
                HasSubstr("list.yaml:1: datapaths"));
}

TEST_F(List, ATestForADatapathThatIsNotThereIsAnError) {
    const RegressionList list = load(
        "datapaths: [../rtl/ours/a, ../rtl/ours/b]\n"
        "tests: {random: {stimulus: random, datapaths: [cuba_lff]}}\n");
    EXPECT_THAT(config_error([&] {
                    check_datapath_names(list, {"cuba_lif", "soma"});
                }),
                EndsWith("list.yaml:2: tests.random: the list has no datapath "
                         "'cuba_lff'\n  hint: did you mean cuba_lif?"));
    EXPECT_NO_THROW(check_datapath_names(list, {"cuba_lff", "soma"}));
}

TEST_F(List, DatapathsHaveDifferentPlainNames) {
    const RegressionList list =
        load("datapaths: [../rtl/ours/a, ../rtl/ours/b]\ntests: {random: {stimulus: random}}\n");
    EXPECT_THAT(config_error([&] {
                    check_datapath_names(list, {"lif", "lif"});
                }),
                HasSubstr("two datapaths are called 'lif'"));
    EXPECT_THAT(config_error([&] {
                    check_datapath_names(list, {"lif", "../lif"});
                }),
                HasSubstr("is no name of a datapath"));
}

}  // namespace
}  // namespace cortile::regress
