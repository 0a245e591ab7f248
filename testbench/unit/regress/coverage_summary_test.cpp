// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/coverage_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/config/config_test_support.h"
#include "testbench/unit/regress/coverage_test_support.h"

namespace cortile::regress {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 1  module lif;
// …
const std::vector<std::string> kSource{"module lif(input logic clk);",           // 1
                                       "  logic [7:0] v;",                       // 2
                                       "  logic unused_top;",                    // 3
                                       "  always_ff @(posedge clk) begin",       // 4
                                       "    if (v == 0) v <= 1;",                // 5
                                       "  end",                                  // 6
                                       "`ifdef CORTILE_ASSERTIONS",              // 7
                                       "  logic past;",                          // 8
                                       "  always_ff @(posedge clk) past <= 1;",  // 9
                                       "  fires : cover property (past);",       // 10
                                       "`endif",                                 // 11
                                       "endmodule"};                             // 12

CoverageSummary summary(const std::vector<WrittenPoint>& points,
                        const std::vector<CoverageWaiver>& waivers = {}) {
    return summarise_coverage(parse_coverage(coverage_text(points), "x"), waivers,
                              [](const std::string&) { return kSource; });
}

std::vector<std::string> texts(const CoverageSummary& found) {
    std::vector<std::string> lines;
    for (const UncoveredPoint& point : found.uncovered) {
        lines.push_back(point.file + ":" + std::to_string(point.line) + " " +
                        to_string(point.type) + " " + point.name + " | " + point.source);
    }
    return lines;
}

CoverageWaiver waiver(CoverageType type, const std::string& point) {
    return {"w", type, "*", point, "*", "since", "w.yaml:1"};
}

TEST(CoverageSummary, CountsEachTypeOnItsOwn) {
    const CoverageSummary found = summary({{"v_line/lif", "lif.sv", 4, 3, "block", 9},
                                           {"v_branch/lif", "lif.sv", 5, 5, "if", 1},
                                           {"v_branch/lif", "lif.sv", 5, 6, "else", 0},
                                           {"v_toggle/lif", "lif.sv", 2, 15, "v[0]", 4},
                                           {"v_toggle/lif", "lif.sv", 2, 15, "v[1]", 0}});
    EXPECT_EQ(found.count(CoverageType::line).text(), "66.66 %") << "rounded down";
    EXPECT_EQ(found.count(CoverageType::toggle).text(), "50.00 %");
    EXPECT_EQ(found.count(CoverageType::functional).text(), "-");
    EXPECT_THAT(texts(found), ElementsAre("lif.sv:2 toggle v[1] | logic [7:0] v;",
                                          "lif.sv:5 line else | if (v == 0) v <= 1;"));
}

TEST(CoverageSummary, BitsOfASignalAreOneEntry) {
    std::vector<WrittenPoint> points;
    for (const unsigned bit : {0u, 1u, 2u, 5u, 7u, 10u}) {
        points.push_back({"v_toggle/lif", "lif.sv", 2, 15, "v[" + std::to_string(bit) + "]", 0});
    }
    points.push_back({"v_toggle/lif", "lif.sv", 2, 15, "m[3][1]", 0});
    points.push_back({"v_toggle/lif", "lif.sv", 2, 15, "m[3][0]", 0});
    points.push_back({"v_toggle/lif", "lif.sv", 2, 15, "clk", 0});
    const CoverageSummary found = summary(points);
    ASSERT_EQ(found.uncovered.size(), 3u);
    EXPECT_EQ(found.uncovered[0].name, "clk");
    EXPECT_EQ(found.uncovered[1].name, "m[3][1:0]");
    EXPECT_EQ(found.uncovered[2].name, "v[10], v[7], v[5], v[2:0]");
    EXPECT_EQ(found.uncovered[2].points, 6u);
}

TEST(CoverageSummary, WhatOnlyWatchesIsNotCountedButCoverPropertiesAre) {
    const CoverageSummary found = summary({{"v_toggle/lif", "lif.sv", 8, 9, "past", 0},
                                           {"v_line/lif", "lif.sv", 9, 3, "block", 0},
                                           {"v_user/lif", "lif.sv", 10, 3, "fires", 0},
                                           {"v_toggle/lif", "lif.sv", 3, 9, "unused_top", 0},
                                           {"v_toggle/lif", "lif.sv", 3, 9, "unused_x[3]", 0},
                                           {"v_toggle/lif", "lif.sv", 3, 9, "not_unused_x", 1},
                                           {"v_line/lif", "lif.sv", 12, 3, "block", 1}});
    EXPECT_EQ(found.count(CoverageType::toggle).excluded, 3u);
    EXPECT_EQ(found.count(CoverageType::toggle).points, 1u);
    EXPECT_EQ(found.count(CoverageType::line).excluded, 1u);
    EXPECT_EQ(found.count(CoverageType::line).points, 1u);
    EXPECT_EQ(found.count(CoverageType::functional).points, 1u);
    EXPECT_THAT(texts(found),
                ElementsAre("lif.sv:10 functional fires | fires : cover property (past);"));
}

TEST(CoverageSummary, ASourceThatCannotBeReadExcludesNothing) {
    const CoverageSummary found = summarise_coverage(
        parse_coverage(coverage_text({{"v_line/l", "gone.sv", 9, 3, "x", 0}}), "x"), {},
        read_sources_from_disk());
    EXPECT_EQ(found.count(CoverageType::line).points, 1u);
    EXPECT_THAT(texts(found), ElementsAre("gone.sv:9 line x | "));
}

TEST(AssertionLines, FollowNestingAndAllDirections) {
    const std::vector<std::string> lines{"`ifdef FAST",                      // 1
                                         "`ifdef CORTILE_ASSERTIONS",        // 2
                                         "in",                               // 3
                                         "`ifdef X",                         // 4
                                         "in",                               // 5
                                         "`else",                            // 6
                                         "in",                               // 7
                                         "`endif",                           // 8
                                         "`else",                            // 9
                                         "out",                              // 10
                                         "`endif",                           // 11
                                         "`endif",                           // 12
                                         "`ifndef CORTILE_ASSERTIONS",       // 13
                                         "out",                              // 14
                                         "`else // not `endif",              // 15
                                         "in",                               // 16
                                         "`endif",                           // 17
                                         "/* `ifdef CORTILE_ASSERTIONS",     // 18
                                         "*/ out",                           // 19
                                         "// `ifdef CORTILE_ASSERTIONS",     // 20
                                         "`ifdef OTHER",                     // 21
                                         "out",                              // 22
                                         "`elsif CORTILE_ASSERTIONS",        // 23
                                         "in",                               // 24
                                         "`endif",                           // 25
                                         "`ifdef CORTILE_ASSERTIONS_OTHER",  // 26
                                         "out",                              // 27
                                         "`endif `endif `else"};             // 28
    const std::vector<bool> marks = assertion_lines(lines);
    ASSERT_EQ(marks.size(), lines.size() + 1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].find("in") == 0 || lines[i].find("out") != std::string::npos) {
            EXPECT_EQ(marks[i + 1], lines[i] == "in") << i + 1;
        }
    }
}

TEST(CoverageSummary, AWaivedPointDoesNotCount) {
    const CoverageSummary found = summary({{"v_toggle/lif", "lif.sv", 2, 15, "v[0]", 4},
                                           {"v_toggle/lif", "lif.sv", 2, 15, "v[1]", 0},
                                           {"v_line/lif", "lif.sv", 4, 15, "v[1]", 0}},
                                          {waiver(CoverageType::toggle, "v[*]")});
    EXPECT_EQ(found.count(CoverageType::toggle).points, 1u);
    EXPECT_EQ(found.count(CoverageType::toggle).covered, 1u);
    EXPECT_EQ(found.count(CoverageType::toggle).waived, 1u);
    EXPECT_EQ(found.count(CoverageType::line).waived, 0u) << "another type";
    EXPECT_THAT(found.idle_waivers, IsEmpty());
}

TEST(CoverageSummary, AWaiverThatWaivesNothingIsNamed) {
    const CoverageSummary found = summary({{"v_toggle/lif", "lif.sv", 2, 15, "v[0]", 4}},
                                          {waiver(CoverageType::toggle, "v[0]")});
    EXPECT_EQ(found.count(CoverageType::toggle).covered, 1u);
    EXPECT_THAT(found.idle_waivers, ElementsAre("w.yaml:1: w"));
}

TEST(CoverageTargets, AreMissedByTheLastPoint) {
    std::vector<WrittenPoint> points;
    for (unsigned i = 0; i < 20'000; ++i) {
        points.push_back({"v_toggle/lif", "lif.sv", 2, i + 1, "v", i == 0 ? 0u : 1u});
    }
    const CoverageSummary found = summary(points);
    EXPECT_THAT(missed_targets(found, {0, 99.9, 0}), IsEmpty());
    EXPECT_THAT(missed_targets(found, {0, 100, 0}),
                ElementsAre("toggle 99.99 % of 20,000 points, the target is 100 %"));
    EXPECT_THAT(missed_targets(found, {100, 0, 100}), IsEmpty()) << "there are no such points";
}

class Waivers : public testing::Test {
  protected:
    std::vector<CoverageWaiver> read(const std::string& yaml) {
        file = fresh_directory() / "waivers.yaml";
        write_file(file, yaml);
        return read_coverage_waivers(file);
    }
    std::string error(const std::string& yaml) {
        const std::string text = config_error([&] { read(yaml); });
        return text.substr(file.parent_path().string().size() + 1);
    }
    fs::path file;
};

TEST_F(Waivers, NameTypePlaceAndReason) {
    const auto waivers = read(
        "order_counter:\n"
        "  type: toggle\n"
        "  file: pipe*.sv\n"
        "  point: order[*]\n"
        "  reason: longer than any regression\n"
        "default_branch: {type: line, source: \"default:*\", reason: for X}\n");
    ASSERT_EQ(waivers.size(), 2u);
    EXPECT_EQ(waivers[0].reason, "longer than any regression");
    const CoveragePoint order{"/rtl/pipeline.sv", 3, 1, CoverageType::toggle, "order[31]"};
    EXPECT_TRUE(waivers[0].covers(order, "logic [31:0] order;"));
    CoveragePoint other = order;
    other.file = "/pipe/other.sv";
    EXPECT_FALSE(waivers[0].covers(other, "")) << "the file's name counts, not its folder's";
    other = order;
    other.name = "border[31]";
    EXPECT_FALSE(waivers[0].covers(other, ""));
    other = order;
    other.type = CoverageType::line;
    EXPECT_FALSE(waivers[0].covers(other, ""));
    const CoveragePoint branch{"/rtl/x.sv", 3, 1, CoverageType::line, "case"};
    EXPECT_TRUE(waivers[1].covers(branch, "default: v = '0;"));
    EXPECT_FALSE(waivers[1].covers(branch, "v = '0;  // default:"));
}

TEST_F(Waivers, NoFileIsNoWaivers) {
    EXPECT_THAT(read_coverage_waivers(fresh_directory() / "waivers.yaml"), IsEmpty());
    EXPECT_THAT(read("# none\n"), IsEmpty());
}

TEST_F(Waivers, OneWithoutReasonIsAnError) {
    EXPECT_THAT(error("w: {type: line, point: else}\n"), HasSubstr("w.reason"));
    EXPECT_EQ(error("w: {type: line, point: else, reason: \" \"}\n"),
              "waivers.yaml:1: w: the waiver has no reason\n"
              "  hint: write reason: why nothing can cover it, or why that is no loss");
}

TEST_F(Waivers, OneForEverythingIsAnError) {
    EXPECT_THAT(error("# head\nw: {type: line, reason: lazy}\n"),
                HasSubstr("waivers.yaml:2: w: the waiver is for everything"));
}

TEST_F(Waivers, UnknownKeysAndTypesAreErrors) {
    EXPECT_THAT(error("w: {type: line, pont: else, reason: r}\n"),
                HasSubstr("did you mean w.point?"));
    EXPECT_THAT(error("w: {type: lines, point: else, reason: r}\n"),
                HasSubstr("did you mean line?"));
}

}  // namespace
}  // namespace cortile::regress
