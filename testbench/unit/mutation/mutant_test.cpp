// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "rtl/mutation/mutant_model.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

// Lines that yosys 0.23 wrote.
constexpr const char* kStuck =
    R"(mutate -ctrl sel 10 2 -mode const0 -module lif -cell $gt$source_1.sv:165$28 -port A )"
    R"(-portbit 26 -src source_1.sv:165.28-165.44)";
constexpr const char* kControlled =
    R"(mutate -ctrl sel 10 5 -mode cnot1 -module lif -cell $flatten\pipeline.$procdff$99 -port Q )"
    R"(-portbit 0 -ctrlbit 16 -wire retire_order -wirebit 0 -src source_1.sv:47.48-47.60 )"
    R"(-src source_1.sv:82.7-99.6 -src source_0.sv:40.5-52.8)";

TEST(Mutant, IsReadFromTheListOfYosys) {
    const auto mutants = parse_mutants(std::string(kStuck) + "\n" + kControlled + "\n", "list");
    ASSERT_EQ(mutants.size(), 2u);
    EXPECT_EQ(mutants[0].number, 2u);
    EXPECT_EQ(mutants[0].mode, "const0");
    EXPECT_EQ(mutants[0].cell, "$gt$source_1.sv:165$28");
    EXPECT_EQ(mutants[0].port, "A");
    EXPECT_EQ(mutants[0].bit, 26);
    EXPECT_EQ(mutants[0].control_bit, -1);
    EXPECT_EQ(mutants[0].wire, "");
    EXPECT_THAT(mutants[0].sources, ElementsAre("source_1.sv:165.28-165.44"));
    EXPECT_EQ(mutants[1].number, 5u);
    EXPECT_EQ(mutants[1].control_bit, 16);
    EXPECT_EQ(mutants[1].wire, "retire_order");
    EXPECT_EQ(mutants[1].wire_bit, 0);
    EXPECT_EQ(mutants[1].source(), "source_0.sv:40.5-52.8");
}

TEST(Mutant, CommandLeavesOutWhatOnlyTells) {
    EXPECT_EQ(parse_mutants(kControlled, "list")[0].command,
              R"(mutate -ctrl sel 10 5 -mode cnot1 -module lif -cell )"
              R"($flatten\pipeline.$procdff$99 -port Q -portbit 0 -ctrlbit 16)");
}

TEST(Mutant, TellsWhatItIs) {
    const auto text = [](const std::string& line) { return parse_mutants(line, "list")[0].text(); };
    EXPECT_EQ(text(kStuck), "bit 26 of A of $gt stuck at 0");
    EXPECT_EQ(text(kControlled),
              "bit 0 of Q of pipeline.$procdff, which is retire_order[0], inverted while bit 16 is "
              "1");
    EXPECT_EQ(text("mutate -ctrl s 2 1 -mode inv -module m -cell u1 -port Y -portbit 3"),
              "bit 3 of Y of u1 inverted");
}

TEST(Mutant, KnowsFaultsInClocks) {
    const auto in_clock = [](const std::string& port) {
        return parse_mutants(
                   "mutate -ctrl s 2 1 -mode inv -cell $procdff$9 -portbit 0 -port " + port,
                   "list")[0]
            .is_in_clock();
    };
    EXPECT_TRUE(in_clock("CLK"));
    EXPECT_TRUE(in_clock("ARST"));
    EXPECT_FALSE(in_clock("D"));
    EXPECT_FALSE(in_clock("EN"));
}

TEST(Mutant, EmptyListHasNone) {
    EXPECT_THAT(parse_mutants("\n", "list"), IsEmpty());
}

TEST(Mutant, DamagedListsAreRefusedWithTheirLine) {
    const auto expect_error = [](const std::string& list, const std::string& message) {
        EXPECT_THAT([&] { parse_mutants(list, "list"); },
                    ThrowsMessage<ConfigError>(HasSubstr(message)));
    };
    expect_error(std::string(kStuck) + "\nsat -prove x 1\n", "list:2");
    expect_error("mutate -mode", "-mode lacks its value");
    expect_error("mutate -ctrl s 2 1 -mode inv -cell c -port A -portbit x", "expects a number");
    expect_error("mutate -ctrl s 2 1 -mode inv -cell c -port A -colour 3", "no option");
    expect_error("mutate -ctrl s 2 1 -mode melt -cell c -port A", "needs -ctrl, -mode");
    expect_error("mutate -mode inv -cell c -port A", "needs -ctrl, -mode");
}

}  // namespace
}  // namespace cortile
