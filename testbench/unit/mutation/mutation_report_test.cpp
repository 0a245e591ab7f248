// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "hw_model/base/temporary_folder.h"
#include "testbench/unit/mutation/small_datapath.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

MutantOutcome outcome(std::uint32_t number, MutantVerdict verdict, std::uint64_t operations = 0) {
    MutantOutcome result;
    result.mutant.number = number;
    result.mutant.mode = "inv";
    result.mutant.cell = "$add$source_0.sv:7$2";
    result.mutant.port = "Y";
    result.mutant.bit = 3;
    result.place = "small.sv:7";
    result.line = "assign y = u + 1;";
    result.verdict = verdict;
    if (verdict == MutantVerdict::killed) {
        Disagreement how;
        how.field = "u";
        how.expected = 1;
        result.kill = Kill{operations, "random", how};
    }
    return result;
}

// Three killed, one of each other kind.
MutationResult small_result() {
    MutationResult result;
    result.datapath = "small";
    result.contract = test::small_datapath().contract;
    result.operations = 1500;
    result.outcomes = {
        outcome(1, MutantVerdict::killed, 10),        outcome(2, MutantVerdict::equivalent),
        outcome(3, MutantVerdict::killed, 11),        outcome(4, MutantVerdict::survived),
        outcome(5, MutantVerdict::equivalent_within), outcome(6, MutantVerdict::killed, 1200)};
    return result;
}

TEST(MutationResult, ScoreLeavesOutWhatIsProvenEquivalent) {
    const MutationResult result = small_result();
    EXPECT_EQ(result.not_equivalent(), 4u);
    EXPECT_DOUBLE_EQ(result.score(), 75.0);
}

TEST(MutationResult, WithNothingToKillIsFull) {
    MutationResult result = small_result();
    result.outcomes = {outcome(1, MutantVerdict::equivalent)};
    EXPECT_DOUBLE_EQ(result.score(), 100.0);
}

TEST(MutationResult, CountsKillsUpToAnOperation) {
    const MutationResult result = small_result();
    EXPECT_EQ(result.killed_after(9), 0u);
    EXPECT_EQ(result.killed_after(10), 1u);
    EXPECT_EQ(result.killed_after(1199), 2u);
    EXPECT_EQ(result.killed_after(1200), 3u);
}

TEST(Percent, IsCutSoThatOneMissingShows) {
    EXPECT_EQ(percent_text(100.0), "100.00 %");
    EXPECT_EQ(percent_text(100.0 * 99999 / 100000), "99.99 %");
    EXPECT_EQ(percent_text(98.0), "98.00 %");
}

TEST(MutationText, GivesCountsScoreAndKillCurve) {
    EXPECT_THAT(
        mutation_text(small_result()),
        AllOf(HasSubstr("small: 6 mutants, seed 1\n"),
              HasSubstr("mutation score 75.00 %: 3 of 4 that are not equivalent\n"),
              HasSubstr("operations  killed    share\n         1       0   0.00 %\n        10      "
                        " 1  25.00 %\n       100       "
                        "2  50.00 %\n      1000       2  50.00 %\n      1500       3  75.00 %\n")));
}

TEST(MutationText, ListsSurvivorsWithTheirLineAndNobodyElse) {
    const std::string text = mutation_text(small_result());
    EXPECT_THAT(text, HasSubstr("mutant 4: bit 3 of Y of $add inverted\n"
                                "  small.sv:7: assign y = u + 1;\n"
                                "  neither shown nor proven equivalent: no proof was tried\n"));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("mutant 1:")), Not(HasSubstr("mutant 2:")),
                            Not(HasSubstr("mutant 5:"))));
}

TEST(MutationText, SaysWhatWouldShowASurvivor) {
    MutationResult result = small_result();
    result.outcomes[3].proof.result = Proof::Result::different;
    EXPECT_THAT(mutation_text(result), HasSubstr("not equivalent: the handshake differs\n"));
    result.outcomes[3].proof.witness = {3, 1};
    EXPECT_THAT(mutation_text(result), HasSubstr("not equivalent, with pauses"));
    Disagreement shown;
    shown.field = "u";
    shown.expected = 4;
    shown.got = 5;
    result.outcomes[3].shown_by_witness = shown;
    EXPECT_THAT(mutation_text(result), HasSubstr("  not equivalent (u: expected 4, got 5):\n"
                                                 "    --operation 'u=3,mode=1'\n"));
}

TEST(MutationSummary, PutsDatapathsSideBySide) {
    MutationResult other = small_result();
    other.datapath = "other";
    other.operations = 40;
    other.outcomes.resize(3);
    EXPECT_EQ(mutation_summary({small_result(), other}),
              "datapath  mutants  killed  equivalent  equivalent within the contract  survived     "
              "score\n"
              "small           6       3           1                               1         1   "
              "75.00 %\n"
              "other           3       2           1                               0         0  "
              "100.00 %\n"
              "\n"
              "operations    small     other\n"
              "         1   0.00 %    0.00 %\n"
              "        10  25.00 %   50.00 %\n"
              "       100  50.00 %  100.00 %\n"
              "      1000  50.00 %  100.00 %\n"
              "      1500  75.00 %  100.00 %\n");
}

TEST(MutantsFile, HasALineForEach) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "mutants.csv";
    write_mutants(small_result(), file);
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    EXPECT_THAT(text.str(),
                AllOf(HasSubstr("mutant,verdict,operations,stimulus,difference,place,mutation\n"),
                      HasSubstr("1,killed,10,\"random\",\"u: expected 1, got 0\",\"small.sv:7\","
                                "\"bit 3 of Y of $add inverted\"\n"),
                      HasSubstr("5,equivalent within the contract,,\"\",\"\",\"small.sv:7\",")));
}

TEST(KillCurve, RisesWhereMutantsAreKilled) {
    // 1500 operations: four decades over 620 points from 64; 100 % is at 20, 0 % at 348.
    EXPECT_THAT(
        kill_curve_svg({small_result()}),
        AllOf(HasSubstr("<path d=\"M64.0 348.0H219.0V266.0H225.4V184.0H541.3V102.0H556.3\""),
              HasSubstr(">small: 3 of 4, 75.00 %</text>"), HasSubstr(">10,000</text>")));
}

}  // namespace
}  // namespace cortile
