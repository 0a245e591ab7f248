// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/natural_order.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const std::vector<std::filesystem::path>& files) {
    std::vector<std::string> result;
    for (const auto& file : files) {
        result.push_back(file.filename().string());
    }
    return result;
}

TEST(NaturalOrder, NumbersComeInTheirOrder) {
    std::vector<std::string> texts{"s10", "s2", "s1", "s1b", "s", "r99", "s007", "s7"};
    std::sort(texts.begin(), texts.end(), natural_less);
    EXPECT_THAT(texts, ElementsAre("r99", "s", "s1", "s1b", "s2", "s007", "s7", "s10"));
}

TEST(NaturalOrder, NumbersLongerThanAnyIntegerCompare) {
    EXPECT_TRUE(natural_less("a99999999999999999999998", "a99999999999999999999999"));
    EXPECT_FALSE(natural_less("a99999999999999999999999", "a99999999999999999999998"));
}

TEST(NaturalOrder, IsTotal) {
    const std::vector<std::string> texts{"a1", "a01", "a001", "a1x", "a01x", "a", "", "1", "01"};
    for (const std::string& a : texts) {
        for (const std::string& b : texts) {
            EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b) << a << " " << b;
        }
    }
}

TEST(ExpandPattern, MatchesComeInNaturalOrder) {
    const auto directory = fresh_directory();
    for (const char* name : {"in10.csv", "in1.csv", "in2.csv", "out1.csv", "in1.txt", ".in3.csv"}) {
        write_file(directory / name, "x");
    }
    EXPECT_THAT(names(expand_pattern(directory / "in*.csv")),
                ElementsAre("in1.csv", "in2.csv", "in10.csv"));
    EXPECT_THAT(names(expand_pattern(directory / "*t1*")), ElementsAre("out1.csv"));
    EXPECT_THAT(names(expand_pattern(directory / "*")),
                ElementsAre("in1.csv", "in1.txt", "in2.csv", "in10.csv", "out1.csv"));
}

TEST(ExpandPattern, StarsStandForFoldersToo) {
    const auto directory = fresh_directory();
    for (const char* name : {"run10/a.csv", "run9/a.csv", "run9/b.csv", "other/a.csv"}) {
        write_file(directory / name, "x");
    }
    EXPECT_THAT(expand_pattern(directory / "run*" / "a.csv"),
                ElementsAre(directory / "run9/a.csv", directory / "run10/a.csv"));
}

TEST(ExpandPattern, FoldersAreNotFiles) {
    const auto directory = fresh_directory();
    std::filesystem::create_directories(directory / "a.csv");
    write_file(directory / "b.csv", "x");
    EXPECT_THAT(names(expand_pattern(directory / "*.csv")), ElementsAre("b.csv"));
}

TEST(ExpandPattern, ANameWithAStarStandsForItself) {
    const auto directory = fresh_directory();
    write_file(directory / "a*.csv", "x");
    write_file(directory / "ab.csv", "x");
    EXPECT_THAT(names(expand_pattern(directory / "a*.csv")), ElementsAre("a*.csv"));
}

TEST(ExpandPattern, NothingMatchesInAFolderThatIsNotThere) {
    EXPECT_TRUE(expand_pattern(fresh_directory() / "absent" / "*.csv").empty());
}

}  // namespace
}  // namespace cortile
