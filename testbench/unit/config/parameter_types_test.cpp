// SPDX-License-Identifier: Apache-2.0
// Each descriptor type: what it takes, what it gives, what it says of anything else.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ParameterSchema one(ParameterType type, std::optional<std::string> standard = std::nullopt,
                    std::vector<std::string> choices = {}) {
    return {{"s.p", type, std::move(standard), "the parameter", false, std::move(choices)}};
}

Parameters resolved(const std::string& value, const ParameterSchema& schema) {
    return tree_of("s:\n  p: " + value + "\n").resolve(schema);
}

std::string error_of(const std::string& value, const ParameterSchema& schema) {
    return resolve_error("s:\n  p: " + value + "\n", schema);
}

TEST(ParameterTypes, Integer) {
    const auto schema = one(ParameterType::integer);
    EXPECT_EQ(resolved("-3", schema).integer("s.p"), -3);
    EXPECT_EQ(resolved("+3", schema).value("s.p").text, "3");
    EXPECT_EQ(error_of("8.5", schema),
              "exp.yaml:2: s.p: \"8.5\" is not a whole number; one such as 8 was expected");
}

TEST(ParameterTypes, Real) {
    const auto schema = one(ParameterType::real);
    EXPECT_EQ(resolved("1.50", schema).real("s.p"), 1.5);
    EXPECT_EQ(resolved("1.50", schema).value("s.p").text, "1.5");
    EXPECT_EQ(
        error_of("1.5 ns", schema),
        "exp.yaml:2: s.p: \"1.5 ns\" is not a number; one such as 0.5 was expected, without a "
        "unit");
}

TEST(ParameterTypes, Flag) {
    const auto schema = one(ParameterType::flag);
    EXPECT_TRUE(resolved("true", schema).flag("s.p"));
    EXPECT_FALSE(resolved("false", schema).flag("s.p"));
    EXPECT_EQ(error_of("yes", schema), "exp.yaml:2: s.p: \"yes\" is not true or false");
}

TEST(ParameterTypes, Text) {
    const auto schema = one(ParameterType::text);
    EXPECT_EQ(resolved("any thing", schema).text("s.p"), "any thing");
    EXPECT_EQ(resolved("\"null\"", schema).text("s.p"), "null");
    EXPECT_EQ(error_of("''", schema), "exp.yaml:2: s.p: is empty; a text was expected");
    EXPECT_EQ(resolved("''", one(ParameterType::text, "standard")).text("s.p"), "");
}

TEST(ParameterTypes, Choice) {
    const auto schema = one(ParameterType::choice, std::nullopt, {"state", "refractory_marker"});
    EXPECT_EQ(resolved("state", schema).text("s.p"), "state");
    EXPECT_EQ(error_of("stat", schema),
              "exp.yaml:2: s.p: \"stat\" is not one of: state, refractory_marker\n"
              "  hint: did you mean state?");
}

TEST(ParameterTypes, Path) {
    const auto schema = one(ParameterType::path);
    EXPECT_EQ(resolved("a/b.nir", schema).file("s.p"), "/data/a/b.nir");
    EXPECT_EQ(error_of("''", schema), "exp.yaml:2: s.p: is empty; the path of a file was expected");
    EXPECT_THAT(error_of("\"a\\x01b\"", schema), HasSubstr("has a control character"));
}

TEST(ParameterTypes, PathList) {
    const auto schema = one(ParameterType::path_list);
    EXPECT_THAT(resolved("[a, ../b]", schema).files("s.p"), ElementsAre("/data/a", "/b"));
    EXPECT_THAT(resolved("a", schema).files("s.p"), ElementsAre("/data/a"));
    EXPECT_THAT(error_of("[]", schema), HasSubstr("exp.yaml:2: s.p: is empty; a list of files"));
    EXPECT_THAT(error_of("[[a, b]]", schema), HasSubstr("found a list in a list"));
    EXPECT_THAT(error_of("[a, '']", schema), HasSubstr("an empty element in a list of files"));
}

TEST(ParameterTypes, TextList) {
    const auto schema = one(ParameterType::text_list);
    EXPECT_THAT(resolved("[b, 'a: c']", schema).texts("s.p"), ElementsAre("b", "a: c"));
    EXPECT_EQ(resolved("[b, 'a: c']", schema).value("s.p").text, "[\"b\", \"a: c\"]");
    EXPECT_THAT(error_of("[[a, b]]", schema), HasSubstr("a list of texts such as [a, b]"));
    EXPECT_TRUE(resolved("[]", one(ParameterType::text_list, "")).texts("s.p").empty());
}

TEST(ParameterTypes, Time) {
    const auto schema = one(ParameterType::time);
    EXPECT_EQ(resolved("6.0 ns", schema).time("s.p"), 6000);
    EXPECT_EQ(resolved("6.0 ns", schema).value("s.p").text, "6 ns");
    EXPECT_EQ(error_of("6", schema),
              "exp.yaml:2: s.p: \"6\" has no unit; a time such as \"6.0 ns\" was expected\n"
              "  hint: write the unit, one of: fs ps ns us ms s min h");
    EXPECT_THAT(error_of("-1 ns", schema), HasSubstr("is negative; a time must not be"));
}

TEST(ParameterTypes, Energy) {
    const auto schema = one(ParameterType::energy);
    EXPECT_EQ(resolved("23.60 pJ", schema).energy("s.p"), 23.6e-12);
    EXPECT_EQ(resolved("23.60 pJ", schema).value("s.p").text, "23.6 pJ");
    EXPECT_EQ(error_of("1 ns", schema),
              "exp.yaml:2: s.p: \"1 ns\" is a time; an energy such as \"23.6 pJ\" was expected");
}

TEST(ParameterTypes, Power) {
    const auto schema = one(ParameterType::power);
    EXPECT_EQ(resolved("104.4 mW", schema).power("s.p"), 0.1044);
    EXPECT_THAT(error_of("1 pJ", schema), HasSubstr("is an energy; a power such as"));
}

TEST(ParameterTypes, Information) {
    const auto schema = one(ParameterType::information);
    EXPECT_EQ(resolved("128 KiB", schema).bits("s.p"), 1'048'576);
    EXPECT_EQ(resolved("1024 KiB", schema).value("s.p").text, "1 MiB");
    EXPECT_THAT(error_of("128", schema), HasSubstr("\"128\" has no unit"));
}

TEST(ParameterTypes, Frequency) {
    auto schema = one(ParameterType::frequency);
    EXPECT_EQ(resolved("1.3 MHz", schema).frequency("s.p"), 1.3e6);
    EXPECT_EQ(resolved("0.075 GHz", schema).value("s.p").text, "75 MHz");
    EXPECT_THAT(error_of("75", schema), HasSubstr("\"75\" has no unit"));
    EXPECT_THAT(error_of("13 ns", schema), HasSubstr("is a time; a frequency such as"));
    schema[0].minimum = 1e3;
    EXPECT_EQ(error_of("999 Hz", schema), "exp.yaml:2: s.p: 999 Hz is below the minimum 1 kHz");
}

TEST(ParameterTypes, TimeTable) {
    const auto schema = one(ParameterType::time_table);
    const Parameters parameters = resolved("[[1, 113 ns], [32, 465 ns]]", schema);
    EXPECT_THAT(parameters.table("s.p"),
                ElementsAre(std::pair(1, 113'000), std::pair(32, 465'000)));
    EXPECT_EQ(parameters.value("s.p").text, "[[1, 113 ns], [32, 465 ns]]");
}

TEST(ParameterTypes, TimeTableErrorsNameTheRow) {
    const auto schema = one(ParameterType::time_table);
    const auto rows = [&](const std::string& row) {
        return resolve_error("s:\n  p:\n    - [1, 1 ns]\n    - " + row + "\n", schema);
    };
    EXPECT_EQ(rows("[2]"),
              "exp.yaml:4: s.p: row 2 is not a number with a time, such as [1, 113 ns]");
    EXPECT_THAT(rows("5 ns"), HasSubstr("exp.yaml:4: s.p: row 2 is not"));
    EXPECT_THAT(rows("[2, 5]"), HasSubstr("exp.yaml:4: s.p: \"5\" has no unit"));
    EXPECT_THAT(rows("[x, 5 ns]"), HasSubstr("\"x\" is not a whole number"));
    EXPECT_EQ(rows("[1, 5 ns]"),
              "exp.yaml:4: s.p: 1 does not come after 1\n"
              "  hint: the first numbers of the rows must ascend");
    EXPECT_THAT(error_of("[]", schema), HasSubstr("found an empty list; a table such as"));
    EXPECT_THAT(error_of("1 ns", schema), HasSubstr("found the text \"1 ns\"; a table such as"));
}

TEST(ParameterTypes, AListWhereOneValueIsDueIsAnError) {
    EXPECT_EQ(error_of("[1, 2]", one(ParameterType::integer)),
              "exp.yaml:2: s.p: found a list; a whole number such as 8 was expected");
}

TEST(ParameterTypes, AKeyWithoutAValueIsAnError) {
    EXPECT_EQ(error_of("", one(ParameterType::time)),
              "exp.yaml:2: s.p: has no value; a time such as \"6.0 ns\" was expected\n"
              "  hint: write the value after the colon, on the same line");
    EXPECT_THAT(error_of("~", one(ParameterType::text, "")),
                HasSubstr("hint: remove the key to have its default"));
}

TEST(ParameterTypes, RangesAreInclusive) {
    ParameterSchema schema = one(ParameterType::integer);
    schema[0].minimum = 1;
    schema[0].maximum = 8;
    EXPECT_EQ(resolved("1", schema).integer("s.p"), 1);
    EXPECT_EQ(resolved("8", schema).integer("s.p"), 8);
    EXPECT_EQ(error_of("0", schema), "exp.yaml:2: s.p: 0 is below the minimum 1");
    EXPECT_EQ(error_of("9", schema), "exp.yaml:2: s.p: 9 is above the maximum 8");
}

TEST(ParameterTypes, RangesOfQuantitiesAreInSiUnits) {
    ParameterSchema schema = one(ParameterType::time);
    schema[0].minimum = 1e-9;
    schema[0].maximum = 1e-6;
    EXPECT_EQ(resolved("1 ns", schema).time("s.p"), 1000);
    EXPECT_EQ(resolved("1 us", schema).time("s.p"), 1'000'000);
    EXPECT_EQ(error_of("999 ps", schema), "exp.yaml:2: s.p: 999 ps is below the minimum 1 ns");
    EXPECT_EQ(error_of("1001 ns", schema), "exp.yaml:2: s.p: 1.001 us is above the maximum 1 us");

    ParameterSchema power = one(ParameterType::power);
    power[0].maximum = 0.5;
    EXPECT_EQ(error_of("501 mW", power), "exp.yaml:2: s.p: 501 mW is above the maximum 500 mW");

    ParameterSchema memory = one(ParameterType::information);
    memory[0].minimum = 64;
    EXPECT_EQ(error_of("63 bit", memory), "exp.yaml:2: s.p: 63 bit is below the minimum 64 bit");

    ParameterSchema table = one(ParameterType::time_table);
    table[0].maximum = 1e-9;
    EXPECT_EQ(error_of("[[1, 2 ns]]", table), "exp.yaml:2: s.p: 2 ns is above the maximum 1 ns");
}

TEST(ParameterTypes, ANegativeMinimumAllowsNegativeQuantities) {
    ParameterSchema schema = one(ParameterType::time);
    schema[0].minimum = -1e-9;
    EXPECT_EQ(resolved("-1 ns", schema).time("s.p"), -1000);
    EXPECT_EQ(error_of("-2 ns", schema), "exp.yaml:2: s.p: -2 ns is below the minimum -1 ns");
}

TEST(ParameterTypes, GettersOfAnotherTypeOrPathAreOurDefect) {
    const Parameters parameters = resolved("5", one(ParameterType::integer));
    EXPECT_THROW(parameters.time("s.p"), ContractViolation);
    EXPECT_THROW(parameters.text("s.p"), ContractViolation);
    EXPECT_THROW(parameters.integer("s.q"), ContractViolation);
    EXPECT_THROW(parameters.citation("s.p"), ContractViolation);
}

}  // namespace
}  // namespace cortile
