// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "rtl/synthesis/liberty_text.h"
#include "testbench/unit/synthesis/small_library.h"

namespace cortile {
namespace {

using test::small_library;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(LibertyText, ReadsGroupsAttributesAndContinuedLines) {
    const LibertyGroup root = parse_liberty(
        "/* head */ library (x) {\n  a : \"two words\" ; // rest\n  b (1, \"2 3\", \\\n 4);\n"
        "  cell (c) { area : 2.5\n }\n}\n",
        "x.lib");
    EXPECT_EQ(root.name(), "x");
    EXPECT_EQ(root.text("a"), "two words");
    ASSERT_NE(root.attribute("b"), nullptr);
    EXPECT_THAT(root.attribute("b")->values, ElementsAre("1", "2 3", "4"));
    ASSERT_EQ(root.groups.size(), 1u);
    EXPECT_EQ(root.groups[0].type, "cell");
    EXPECT_EQ(root.groups[0].text("area"), "2.5");
    EXPECT_EQ(root.groups[0].line, 5);
}

TEST(LibertyText, NamesFileAndLineOfWhatItCannotRead) {
    EXPECT_THAT(error_of([] { parse_liberty("module x;", "x.v"); }), HasSubstr("x.v:1"));
    EXPECT_THAT(error_of([] { parse_liberty("library (x) {\n a : \"open\n", "x.lib"); }),
                HasSubstr("a quoted text does not end"));
    EXPECT_THAT(error_of([] { parse_liberty("library (x) {\n\n cell (c) {\n", "x.lib"); }),
                HasSubstr("x.lib:4: a name was expected, found the end"));
    EXPECT_THAT(error_of([] { parse_liberty("library (x) { } cell", "x.lib"); }),
                HasSubstr("text after the end"));
    EXPECT_THAT(error_of([] {
                    std::string deep = "library (x) {";
                    for (int i = 0; i < 1000; ++i) {
                        deep += "a () {";
                    }
                    parse_liberty(deep, "x.lib");
                }),
                HasSubstr("nested deeper"));
}

bool value_of(const std::string& function, const std::vector<std::string>& inputs,
              std::uint32_t arguments) {
    return CellFunction::parse(function, inputs, "here")(arguments);
}

TEST(CellFunction, KnowsLibertysOperatorsAndTheirOrder) {
    const std::vector<std::string> abc{"A", "B", "C"};
    for (std::uint32_t x = 0; x < 8; ++x) {
        const bool a = (x & 1) != 0, b = (x & 2) != 0, c = (x & 4) != 0;
        EXPECT_EQ(value_of("!A B + C", abc, x), (!a && b) || c) << x;
        EXPECT_EQ(value_of("A' * B | C", abc, x), (!a && b) || c) << x;
        EXPECT_EQ(value_of("A B^C", abc, x), a && (b != c)) << x;
        EXPECT_EQ(value_of("(!((A B)+(!A C)))", abc, x), !(a ? b : c)) << x;
        EXPECT_EQ(value_of("(A + B)' & C", abc, x), !(a || b) && c) << x;
        EXPECT_EQ(value_of("1", abc, x), true) << x;
    }
}

TEST(CellFunction, TakesMoreInputsThanOneWordOfATable) {
    const std::vector<std::string> inputs{"A", "B", "C", "D", "E", "F", "G", "H"};
    const CellFunction function = CellFunction::parse("A ^ G ^ H", inputs, "here");
    for (std::uint32_t x = 0; x < 256; ++x) {
        EXPECT_EQ(function(x), ((x ^ x >> 6 ^ x >> 7) & 1) != 0) << x;
    }
    EXPECT_TRUE(function.depends_on(7));
    EXPECT_FALSE(function.depends_on(3));
}

TEST(CellFunction, RefusesWhatIsNoFunctionOfTheInputs) {
    for (const char* text : {"A +", "(A", "A B)", "Z", "", "A ** B"}) {
        EXPECT_THAT(error_of([&] {
                        value_of(text, {"A", "B"}, 0);
                    }),
                    HasSubstr("not a Boolean function"))
            << text;
    }
}

TEST(LibertyLibrary, StatesItsConditions) {
    const LibertyLibrary& library = small_library();
    EXPECT_EQ(library.name, "small");
    EXPECT_EQ(library.date, "1 May 2020");
    EXPECT_EQ(library.revision, "1.2");
    EXPECT_EQ(library.corner, "slow");
    EXPECT_DOUBLE_EQ(library.voltage, 2.0);  // of the conditions, not the nominal one
    EXPECT_DOUBLE_EQ(library.temperature, 85);
}

TEST(LibertyLibrary, GivesCellsInSiUnits) {
    const LibertyCell& inverter = small_library().cell("INV");
    EXPECT_DOUBLE_EQ(inverter.area, 1);
    EXPECT_DOUBLE_EQ(inverter.leakage, 1e-9);
    EXPECT_DOUBLE_EQ(inverter.pins[0].capacitance, 1e-15);
    EXPECT_TRUE(inverter.pins[1].output);
    EXPECT_DOUBLE_EQ(inverter.pins[1].internal.at(0).rise->at(0, 0), 1e-15);
    // The mean of what is given by condition.
    EXPECT_DOUBLE_EQ(small_library().cell("XOR2").leakage, 2e-9);

    const LibertyCell& flip_flop = small_library().cell("DFF");
    ASSERT_TRUE(flip_flop.state);
    EXPECT_FALSE(flip_flop.state->latch);
    EXPECT_TRUE(flip_flop.state->clock.depends_on(1));
    EXPECT_FALSE(flip_flop.state->clock.depends_on(0));
    EXPECT_TRUE(flip_flop.pins[1].clock);
    EXPECT_THAT(small_library().cell("TRISTATE").unusable, HasSubstr("three-state"));
    EXPECT_THAT(error_of([] { small_library().cell("NAND9"); }), HasSubstr("has no cell NAND9"));
}

TEST(LibertyLibrary, TablesInterpolateInEitherOrderOfAxes) {
    const InternalEnergy& energy = small_library().cell("TABLES").pins[1].internal.at(0);
    for (const EnergyTable* table : {&*energy.rise, &*energy.fall}) {
        EXPECT_NEAR(table->at(1e-9, 10e-15), 1e-15, 1e-21);
        EXPECT_NEAR(table->at(2e-9, 30e-15), 13e-15, 1e-21);
        EXPECT_NEAR(table->at(1.5e-9, 25e-15), 7.5e-15, 1e-21);
        EXPECT_NEAR(table->at(3e-9, 40e-15), 24e-15, 1e-21);  // extrapolated
        EXPECT_NEAR(table->at(1e-9, 0), 0, 1e-21);
    }
}

TEST(LibertyLibrary, SaysWhereAFileIsNoLibraryOfCells) {
    const auto error = [](const std::string& text) {
        return error_of([&] { liberty_library_from_text(text, "x.lib"); });
    };
    EXPECT_THAT(error("library (x) { nom_voltage : 1; }"), HasSubstr("no cells"));
    EXPECT_THAT(error("library (x) { cell (a) { } }"), HasSubstr("states no voltage"));
    EXPECT_THAT(error("library (x) { nom_voltage : 1; cell (a) { area : big; } }"),
                HasSubstr("'big' is not a number"));
    EXPECT_THAT(error("library (x) { time_unit : \"1parsec\"; nom_voltage : 1; }"),
                HasSubstr("unknown unit '1parsec'"));
    EXPECT_THAT(error_of([] { read_liberty_library("/nowhere/x.lib"); }),
                HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace cortile
