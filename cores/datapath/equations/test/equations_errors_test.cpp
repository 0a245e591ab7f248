// SPDX-License-Identifier: Apache-2.0
// What programs are told when they are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/datapath/equations/equations_datapath.h"
#include "cores/datapath/equations/equations_semantics.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string message(const std::string& text) {
    try {
        compile_equations(SourceText(text, "datapath.yaml:9: reference.program"));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(EquationsErrors, NameTheLineAndPointAtTheColumn) {
    EXPECT_EQ(message("state v: u8\nv = v + curent"),
              "datapath.yaml:9: reference.program: line 2: curent is not declared\n"
              "    v = v + curent\n"
              "            ^\n"
              "  hint: known are v");
}

TEST(EquationsErrors, TellAboutText) {
    EXPECT_THAT(message("state v: u8\nv = v § 1"), HasSubstr("means nothing here"));
    EXPECT_THAT(message("state v: u8\nv = (v"), HasSubstr("before a ( is closed"));
    EXPECT_THAT(message("state v: u8\nv = v)"), HasSubstr("a ) that no ( opened"));
    EXPECT_THAT(message("state v: u8\nv = 1 2"), HasSubstr("end of the statement was expected"));
    EXPECT_THAT(message("state v: u8\nv = 1 +"), HasSubstr("a value was expected"));
    EXPECT_THAT(message("state v: u8\nv = 8'd256"), HasSubstr("does not fit 8 bits"));
    EXPECT_THAT(message("state v: u8\nv = 99999999999999999999"), HasSubstr("more than 63 bits"));
    EXPECT_THAT(message("state v: u8\nv = 12ab"), HasSubstr("runs into a name"));
    EXPECT_THAT(message("state v: u8\nv = 0b12"), HasSubstr("no digit of a number of base 2"));
    EXPECT_THAT(message("state v: 8\nv = 1"), HasSubstr("a type was expected, found \"8\""));
    EXPECT_THAT(message("state v: u64\nv = 1"), HasSubstr("63 are possible"));
    EXPECT_THAT(message(""), HasSubstr("at least one state or output"));
    EXPECT_THAT(message("state v: u8\nif v { v = 1"), HasSubstr("before a { is closed"));
    EXPECT_THAT(
        message("state v: u8\nv = " + std::string(5000, '(') + "1" + std::string(5000, ')')),
        HasSubstr("nested too deeply"));
    EXPECT_THAT(message("state v: u8\nv = " + std::string(5000, '-') + "1"),
                HasSubstr("nested too deeply"));
}

TEST(EquationsErrors, TellAboutNames) {
    EXPECT_THAT(message("state v: u8\nstate v: u8"), HasSubstr("v is declared twice"));
    EXPECT_THAT(message("state let: u8"), HasSubstr("a word of the language"));
    EXPECT_THAT(message("state u8: u8"), AllOf(HasSubstr("u8 is a word of the language"),
                                               HasSubstr("hint: another name, and below ports")));
    EXPECT_THAT(message("state v: u8\nx = 1"), HasSubstr("hint: let x = …"));
    EXPECT_THAT(message("state v: u8\nlet v = 1"), HasSubstr("without let"));
    EXPECT_THAT(message("input a: u8\na = 1"), HasSubstr("a is given, and cannot be assigned to"));
    EXPECT_THAT(message("state v: u8\nv = mni(v, 1)"), HasSubstr("did you mean min?"));
    EXPECT_THAT(message("state v: u8\nv = min(v)"), HasSubstr("2 arguments, found 1"));
    EXPECT_THAT(message("state v: u8\nv = 1\ninput a: u8"),
                HasSubstr("before the first computation"));
    EXPECT_THAT(message("state v: u8\nif v { let x = 1 }\nv = x"), HasSubstr("x is not declared"));
    EXPECT_THAT(message("input a: u8\noutput y: u8\ny = old(a)"), HasSubstr("a is no state"));
}

TEST(EquationsErrors, TellAboutLanes) {
    const std::string fields = "input w: u8[4]\ninput n: u2\noutput y: u8\n";
    EXPECT_THAT(message(fields + "y = w"), HasSubstr("w has 4 lanes; one must be named"));
    EXPECT_THAT(message(fields + "y = w[4]"), HasSubstr("lane 4 of w, which has 0 .. 3"));
    EXPECT_THAT(message(fields + "y = w[n]"), HasSubstr("a lane must be constant"));
    EXPECT_THAT(message(fields + "y = n[0]"), HasSubstr("bit(n, 3) is a bit"));
    EXPECT_THAT(message("output y: u1[2]\ny[0] = 1"), HasSubstr("the output y[1] gets no value"));
}

TEST(EquationsErrors, ValuesMustFitWhereTheyGo) {
    EXPECT_THAT(message("state v: u8\nv = 256"),
                AllOf(HasSubstr("the value is 256, which v (u8: 0 .. 255) cannot hold"),
                      HasSubstr("wrap(…, u8) keeps the low bits, sat(…, u8) the nearest value")));
    EXPECT_THAT(message("state v: s4 = 8\nv = 1"), HasSubstr("8 does not fit s4 (-8 .. 7)"));
    EXPECT_THAT(message("output y: u1\ninput a: u1\nif a { y = 1 }"),
                HasSubstr("the output y gets no value in some case"));
}

TEST(EquationsErrors, WhatMightOverflowOrIsUndefinedIsRefused) {
    const std::string fields = "input a: s40\ninput n: u8\ninput d: s4\noutput y: s60\n";
    EXPECT_THAT(message(fields + "y = wrap(a * a, s60)"), HasSubstr("more than 64 bits hold"));
    EXPECT_THAT(message(fields + "y = 1 << n"), HasSubstr("a shift by 0 .. 255 bits"));
    EXPECT_THAT(message(fields + "y = a << -1"), HasSubstr("a shift by -1 bits"));
    EXPECT_THAT(message(fields + "y = a >> 1"),
                HasSubstr("a logical shift of what may be negative"));
    EXPECT_THAT(message(fields + "y = a / d"), HasSubstr("the divisor may be 0 (it is -8 .. 7)"));
    EXPECT_THAT(message(fields + "y = popcount(a)"), HasSubstr("may be negative"));
    EXPECT_THAT(message(fields + "y = bits(a, n, 0)"), HasSubstr("must be constant"));
    EXPECT_EQ(message(fields + "y = 1 << min(n, 31)"), "no error");
    EXPECT_EQ(message(fields + "y = a / max(d, 1)"), "no error");
    EXPECT_EQ(message(fields + "y = wrap(a, s30) * wrap(a, s30)"), "no error");
}

TEST(EquationsErrors, ALoopThatIsTooLongEnds) {
    EXPECT_THAT(
        message("input a: u8\noutput y: u40\nlet x = a\nfor i in 0 .. 9999999 { x = x + i }\n"
                "y = x"),
        HasSubstr("it takes 1 to 4096 rounds"));
    EXPECT_THAT(
        message(
            "input a: u8\noutput y: u40\nlet x = a\nfor i in 0 .. 4000 { for j in 0 .. 4000 { x "
            "= wrap(x * 3 + i * j, u40) } }\ny = x"),
        HasSubstr("longer than 50000 operations"));
}

TEST(EquationsErrors, AValueThatDoesNotFitIsFoundWhenItOccurs) {
    const SourceText source("state v: u8\ninput a: u8\nif a > 9 {\n  v = v - a\n}", "test");
    EquationsDatapath datapath(compile_equations(source), source, "equations");
    std::vector<std::int64_t> result(2);
    // Not where the branch is not taken, nor where the value fits.
    EXPECT_NO_THROW(datapath.run(std::vector<std::int64_t>{5, 9, 20, 10}, result));
    EXPECT_EQ(result, (std::vector<std::int64_t>{5, 10}));
    try {
        datapath.run(std::vector<std::int64_t>{20, 10, 5, 10}, result);
        FAIL() << "5 - 10 does not fit";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("line 4: the value -5 does not fit v (0 .. 255) for v=5,a=10"),
                          HasSubstr("    v = v - a\n          ^")));
    }
}

}  // namespace
}  // namespace cortile
