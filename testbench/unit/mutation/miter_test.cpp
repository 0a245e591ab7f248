// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/miter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/unit/mutation/small_datapath.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::map<std::string, RtlPort> kPorts{
    {"clk", {true, 1}},  {"rst_n", {true, 1}},  {"req", {true, 1}},   {"busy", {false, 1}},
    {"x", {true, 7}},    {"enable", {true, 1}}, {"rsp", {false, 1}},  {"y", {false, 4}},
    {"ret", {false, 1}}, {"z", {false, 4}},     {"spy", {false, 32}},
};

std::string miter() {
    return write_miter(test::small_datapath(), kPorts, 9);
}

TEST(Miter, LimitsOperandsToWhatTheContractAllows) {
    EXPECT_THAT(miter(), AllOf(HasSubstr("wire [3:0] offset_x_0 = in_x[3:0] - 4'd8;"),
                               HasSubstr("assign x_x[3:0] = !within_contract || offset_x_0 >= 4'd1 "
                                         "&& offset_x_0 <= 4'd15 ? in_x[3:0] : 4'd9;"),
                               HasSubstr("assign x_x[5:4] = !within_contract || in_x[5:4] == 2'd1 "
                                         "|| in_x[5:4] == 2'd2 ? in_x[5:4] : 2'd1;")));
}

TEST(Miter, LeavesOtherBitsFreeAndTiesWhatIsTied) {
    EXPECT_THAT(miter(), AllOf(HasSubstr("assign x_x[6:6] = in_x[6:6];"),
                               HasSubstr("assign x_req[0:0] = in_req[0:0];"),
                               HasSubstr("assign x_enable = 'h1;"), Not(HasSubstr("in_enable"))));
}

TEST(Miter, ComparesTheHandshakeAlwaysAndResultsWhereTheyCount) {
    EXPECT_THAT(miter(), HasSubstr("assign different = running && (a_busy != b_busy || a_ret != "
                                   "b_ret || a_rsp != b_rsp || a_rsp && (a_y != b_y) || a_ret && "
                                   "(a_z != b_z));"));
}

TEST(Miter, LooksAtNothingThatTheDescriptionDoesNotName) {
    EXPECT_THAT(miter(), Not(HasSubstr("a_spy != b_spy")));
}

TEST(Miter, ResetsFirstAndAtAnyTime) {
    EXPECT_THAT(miter(), AllOf(HasSubstr("again ? 0 : resets == 2'd2 ? resets : resets + 1;"),
                               HasSubstr("wire running = resets == 2'd2 && !again;"),
                               HasSubstr("wire x_rst_n = running;")));
}

TEST(Miter, SelectsTheMutantOnOneSideOnly) {
    EXPECT_THAT(miter(), AllOf(HasSubstr("small side_a (.cortile_mutant(9'd0)"),
                               HasSubstr("small side_b (.cortile_mutant(cortile_mutant)")));
}

TEST(Miter, KnowsContractsThatLimitNothing) {
    DatapathContract contract = test::small_datapath().contract;
    EXPECT_TRUE(limits_operands(contract));
    contract.parameters.clear();
    EXPECT_TRUE(limits_operands(contract));
    contract.state[0].least.reset();
    EXPECT_FALSE(limits_operands(contract));
    // Other codes for the same number of values are no limit.
    contract.state[0].lowest = -7;
    EXPECT_FALSE(limits_operands(contract));
}

}  // namespace
}  // namespace cortile
