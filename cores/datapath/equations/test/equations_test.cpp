// SPDX-License-Identifier: Apache-2.0
// What programs compute.
#include <gtest/gtest.h>

#include <random>

#include "cores/datapath/equations/equations_datapath.h"

namespace cortile {
namespace {

using Row = std::vector<std::int64_t>;

EquationsDatapath compiled(const std::string& text) {
    const SourceText source(text, "test");
    return {compile_equations(source), source, "equations"};
}

Row results(const std::string& text, const Row& operands) {
    EquationsDatapath datapath = compiled(text);
    Row row(datapath.contract().result_words());
    datapath.run(operands, row);
    return row;
}

// The value of an expression of a and b, 16 bits with sign each.
std::int64_t value(const std::string& expression, std::int64_t a = 0, std::int64_t b = 0) {
    return results("input a, b: s16; output y: s48; y = " + expression, {a, b})[0];
}

TEST(Equations, OperatorsBindAsInC) {
    EXPECT_EQ(value("1 + 2 * 3 - 4"), 3);
    EXPECT_EQ(value("1 + 2 << 3"), 24);
    EXPECT_EQ(value("7 & 3 == 3"), 1) << "== binds closer than &";
    EXPECT_EQ(value("1 | 2 ^ 3 & 2"), 1 | (2 ^ (3 & 2)));
    EXPECT_EQ(value("10 - 3 - 2"), 5) << "from the left";
    EXPECT_EQ(value("1 < 2 == 2 > 1"), 1);
    EXPECT_EQ(value("1 ? 2 : 0 ? 3 : 4"), 2);
    EXPECT_EQ(value("0 ? 2 : 0 ? 3 : 4"), 4);
    EXPECT_EQ(value("-2 * -3"), 6);
    EXPECT_EQ(value("!a + ~b", 0, 5), 1 - 6);
    EXPECT_EQ(value("a && b || !a", 3, 0), 0);
    EXPECT_EQ(value("a && b", 3, 2), 1) << "truth values are 0 and 1";
    EXPECT_EQ(value("a != b", 3, 2), 1);
}

// `pattern` with @ and $ replaced.
std::string filled(const std::string& pattern, const std::string& a, const std::string& b) {
    std::string text;
    for (const char c : pattern) {
        text += c == '@' ? a : c == '$' ? b : std::string(1, c);
    }
    return text;
}

TEST(Equations, ConstantsAreFoldedToTheSameValues) {
    std::mt19937 random(1);
    std::uniform_int_distribution<int> draw(-32768, 32767);
    for (const char* pattern : {"@ + $",
                                "@ - $",
                                "@ * $",
                                "@ / (abs($) + 1)",
                                "@ % (abs($) + 1)",
                                "@ & $",
                                "@ | $",
                                "@ ^ $",
                                "@ < $",
                                "@ <= $",
                                "@ == $",
                                "@ >>> 3",
                                "@ << 3",
                                "min(@, $)",
                                "max(@, $)",
                                "abs(@)",
                                "-@",
                                "~@",
                                "!@",
                                "@ ? $ : 5",
                                "wrap(@, u5)",
                                "wrap(@, s5)",
                                "sat(@, s5)",
                                "bit(@, 2)",
                                "bits(@, 6, 3)",
                                "shift_even(@, 2)",
                                "clamp(@, -3, 9)"}) {
        for (int i = 0; i < 50; ++i) {
            const std::int64_t a = draw(random), b = draw(random);
            const std::string constants =
                filled(pattern, "(" + std::to_string(a) + ")", "(" + std::to_string(b) + ")");
            ASSERT_EQ(value(filled(pattern, "a", "b"), a, b), value(constants)) << constants;
        }
    }
}

TEST(Equations, NumbersMayBeVerilogs) {
    EXPECT_EQ(value("8'd200"), 200);
    EXPECT_EQ(value("16'shFFFF"), -1);
    EXPECT_EQ(value("8'sh7f"), 127);
    EXPECT_EQ(value("4'b1010 + 0x1F + 0b11 + 8'o17"), 10 + 31 + 3 + 15);
    EXPECT_EQ(value("1_000_000"), 1000000);
}

TEST(Equations, ShiftsRoundAsTheirNamesSay) {
    const auto shifted = [](const char* function, std::int64_t a) {
        return value(std::string(function) + "(a, 2)", a);
    };
    // 1.75, 1.5, 1.25, -1.25, -1.5, -1.75; 2.5 and -2.5
    const std::vector<std::int64_t> quarters{7, 6, 5, -5, -6, -7, 10, -10};
    const std::vector<std::int64_t> floor{1, 1, 1, -2, -2, -2, 2, -3};
    const std::vector<std::int64_t> zero{1, 1, 1, -1, -1, -1, 2, -2};
    const std::vector<std::int64_t> nearest{2, 2, 1, -1, -1, -2, 3, -2};  // ties up
    const std::vector<std::int64_t> even{2, 2, 1, -1, -2, -2, 2, -2};
    for (std::size_t i = 0; i < quarters.size(); ++i) {
        EXPECT_EQ(shifted("shift_floor", quarters[i]), floor[i]) << quarters[i];
        EXPECT_EQ(shifted("shift_zero", quarters[i]), zero[i]) << quarters[i];
        EXPECT_EQ(shifted("shift_nearest", quarters[i]), nearest[i]) << quarters[i];
        EXPECT_EQ(shifted("shift_even", quarters[i]), even[i]) << quarters[i];
    }
    for (const char* function : {"shift_floor", "shift_zero", "shift_nearest", "shift_even"}) {
        EXPECT_EQ(value(std::string(function) + "(a, 0)", -7), -7) << function;
        EXPECT_EQ(value(std::string(function) + "(a, 0)", 7), 7) << function;
    }
}

TEST(Equations, DivisionsRoundAsVerilogOrDown) {
    EXPECT_EQ(value("a / 4", -7), -1);
    EXPECT_EQ(value("a % 4", -7), -3);
    EXPECT_EQ(value("div_floor(a, 4)", -7), -2);
    EXPECT_EQ(value("div_floor(a, -4)", 7), -2);
    EXPECT_EQ(value("div_floor(a, -4)", -7), 1);
    EXPECT_EQ(value("div_floor(a, 4)", 8), 2);
}

TEST(Equations, WrapKeepsLowBitsAndSatTheNearestValue) {
    EXPECT_EQ(value("wrap(a, u8)", 256 + 3), 3);
    EXPECT_EQ(value("wrap(a, u8)", -1), 255);
    EXPECT_EQ(value("wrap(a, s8)", 128), -128);
    EXPECT_EQ(value("wrap(a, s8)", 127), 127);
    EXPECT_EQ(value("sat(a, u8)", -1), 0);
    EXPECT_EQ(value("sat(a, u8)", 256), 255);
    EXPECT_EQ(value("sat(a, s8)", 128), 127);
    EXPECT_EQ(value("sat(a, s8)", -129), -128);
    EXPECT_EQ(value("wrap(a * b, s16)", 300, 300), 90000 - 65536);
    EXPECT_EQ(value("popcount(wrap(a, u16))", -1), 16);
    EXPECT_EQ(value("bits(a, 15, 12)", -1), 15);
}

TEST(Equations, StatementsRunInTheirOrderAndOldIsTheStateBefore) {
    EXPECT_EQ(results("state v: u8; v = sat(v + 1, u8); v = sat(v * 2, u8)", {5}), Row{12});
    EXPECT_EQ(results("state v, w: u8; v = w; w = old(v)", {3, 9}), (Row{9, 3}));
    EXPECT_EQ(results("state v, w: u8; v = w; w = v", {3, 9}), (Row{9, 9}));
}

TEST(Equations, AStateThatIsNotAssignedStays) {
    EXPECT_EQ(results("state v: u8; output y: u8; y = 1", {77}), (Row{77, 1}));
}

TEST(Equations, BranchesChooseStatements) {
    const std::string text = R"(
        state v: s8
        input mode: u2
        output y: u4
        let x = 1
        if mode == 0 {
            v = sat(v + 10, s8)
        } else if mode == 1 {
            x = 2
            let z = 3
            if v < 0 { v = 0; x = z }
        }
        else {
            v = -v == 128 ? 127 : wrap(-v, s8)
        }
        y = x
    )";
    EXPECT_EQ(results(text, {5, 0}), (Row{15, 1}));
    EXPECT_EQ(results(text, {5, 1}), (Row{5, 2}));
    EXPECT_EQ(results(text, {-5, 1}), (Row{0, 3}));
    EXPECT_EQ(results(text, {-5, 2}), (Row{5, 1}));
    EXPECT_EQ(results(text, {-128, 3}), (Row{127, 1}));
}

TEST(Equations, LoopsAndLanes) {
    const std::string text = R"(
        const N = 3
        state v: s8
        input spikes: u1[N]
        param weights: s4[N]
        output y: u1[N]
        let total = 0
        for i in 0 .. N - 1 {
            total = total + (spikes[i] ? weights[i] : 0)
            y[i] = spikes[N - 1 - i]
        }
        v = sat(v + total + sum(spikes), s8)
    )";
    EXPECT_EQ(results(text, {100, 1, 0, 1, 7, 5, -8}), (Row{101, 1, 0, 1}));
    EXPECT_EQ(results(text, {0, 1, 1, 0, 7, 5, -8}), (Row{14, 0, 1, 1}));
    const DatapathContract contract = compiled(text).contract();
    EXPECT_EQ(contract.operand_words(), 7u);
    EXPECT_EQ(contract.inputs[0].lanes, 3u);
    EXPECT_EQ(contract.result_words(), 4u);
}

TEST(Equations, FieldsAreDeclaredWithTypeResetAndAllowedValues) {
    const DatapathContract contract =
        compiled("state v: s12 = -70\ninput k: u3 in {1, 2, 4}\nparam t: bool\nv = k + t")
            .contract();
    EXPECT_EQ(contract.state[0].width, 12u);
    EXPECT_TRUE(contract.state[0].is_signed);
    EXPECT_EQ(contract.state[0].initial, -70);
    EXPECT_EQ(contract.inputs[0].allowed, (Row{1, 2, 4}));
    EXPECT_EQ(contract.parameters[0].width, 1u);
    EXPECT_EQ(contract.semantics, "equations");
}

TEST(Equations, FieldsMayHaveTheNamesOfPorts) {
    EXPECT_EQ(results("state state: u8\ninput input: u8\nparam param: u8\noutput output: u8\n"
                      "state = sat(state + input, u8)\noutput = param",
                      {1, 2, 3}),
              (Row{3, 3}));
}

TEST(Equations, LinesMayBreakBesideOperatorsAndInBrackets) {
    EXPECT_EQ(results("input a: u4 # a comment\noutput y: u8\ny = a\n  + 1   // another\n  + "
                      "(2\n)\n",
                      {3}),
              Row{6});
    EXPECT_EQ(results("input a: u4\noutput y: u8\ny = a > 2\n    ? 1\n    : 0", {3}), Row{1});
}

// Blocks of operations share slots of memory; each alone must give the same.
TEST(Equations, ManyOperationsAtOnceEqualEachAlone) {
    const std::string text = R"(
        state v: s24
        state hold: u4
        input current: s16
        param leak: u4
        param threshold: u20
        output spike: bool
        param in_reset: bool
        v = sat(v - shift_zero(v, leak) + (current << 3), s24)
        let fires = v > threshold && hold == 0
        if in_reset { v = 0; fires = 0 }
        if fires { v = sat(v - threshold, s24); hold = 5 } else { hold = max(hold - 1, 0) }
        spike = fires
    )";
    EquationsDatapath datapath = compiled(text);
    std::mt19937_64 random(7);
    const std::size_t rows = 1001, words = datapath.contract().operand_words();
    Row operands;
    for (std::size_t i = 0; i < rows; ++i) {
        operands.push_back(static_cast<std::int64_t>(random() % (1u << 24)) - (1 << 23));
        operands.push_back(static_cast<std::int64_t>(random() % 16));
        operands.push_back(static_cast<std::int64_t>(random() % (1u << 16)) - (1 << 15));
        operands.push_back(static_cast<std::int64_t>(random() % 16));
        operands.push_back(static_cast<std::int64_t>(random() % (1u << 20)));
        operands.push_back(static_cast<std::int64_t>(random() % 2));
    }
    Row together(rows * 3), alone(3);
    datapath.run(operands, together);
    int spikes = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::span<const std::int64_t> row(operands.data() + i * words, words);
        datapath.run(row, alone);
        // Written out in C++.
        std::int64_t v = row[0], hold = row[1];
        const std::int64_t size = v < 0 ? -v : v;
        v = v - (v < 0 ? -(size >> row[3]) : size >> row[3]) + row[2] * 8;
        v = std::clamp<std::int64_t>(v, -(1 << 23), (1 << 23) - 1);
        bool fires = v > row[4] && hold == 0;
        if (row[5] != 0) {
            v = 0;
            fires = false;
        }
        if (fires) {
            v -= row[4];
            hold = 5;
        } else {
            hold = hold > 0 ? hold - 1 : 0;
        }
        spikes += fires ? 1 : 0;
        ASSERT_EQ(alone, (Row{v, hold, fires})) << i;
        ASSERT_TRUE(std::equal(alone.begin(), alone.end(),
                               together.begin() + 3 * static_cast<std::ptrdiff_t>(i)));
    }
    EXPECT_GT(spikes, 10);
}

}  // namespace
}  // namespace cortile
