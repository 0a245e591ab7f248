// SPDX-License-Identifier: Apache-2.0
// EquationsParser: functions.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cores/datapath/equations/parser.h"
#include "hw_model/base/spelling.h"

namespace cortile {
namespace {

struct Function {
    const char* name;
    const char* form;
    std::size_t arguments;  // 0: takes other things than values
};
constexpr std::array<Function, 16> kFunctions{{
    {"min", "min(a, b)", 2},
    {"max", "max(a, b)", 2},
    {"abs", "abs(a)", 1},
    {"clamp", "clamp(a, lowest, highest)", 3},
    {"wrap", "wrap(a, u8) or wrap(a, s8)", 0},
    {"sat", "sat(a, u8) or sat(a, s8)", 0},
    {"bit", "bit(a, n)", 2},
    {"bits", "bits(a, high, low)", 3},
    {"popcount", "popcount(a)", 1},
    {"old", "old(state)", 0},
    {"sum", "sum(vector)", 0},
    {"shift_floor", "shift_floor(a, n)", 2},
    {"shift_zero", "shift_zero(a, n)", 2},
    {"shift_nearest", "shift_nearest(a, n)", 2},
    {"shift_even", "shift_even(a, n)", 2},
    {"div_floor", "div_floor(a, b)", 2},
}};

}  // namespace

void EquationsParser::unknown_name(const Token& name, bool is_call) const {
    std::vector<std::string> known;
    if (is_call) {
        for (const Function& function : kFunctions) {
            known.emplace_back(function.name);
        }
    } else {
        for (const auto& [text, symbol] : symbols_) {
            known.push_back(text);
        }
    }
    const std::optional<std::string> nearest = nearest_spelling(name.text, known);
    source_.fail(name.position,
                 is_call ? fmt::format("there is no function {}", name.text)
                         : fmt::format("{} is not declared", name.text),
                 nearest         ? fmt::format("did you mean {}?", *nearest)
                 : known.empty() ? "input current: u8 declares an input"
                                 : fmt::format("known are {}", fmt::join(known, ", ")));
}

ProgramValue EquationsParser::call(const Token& name) {
    const auto* const function =
        std::find_if(kFunctions.begin(), kFunctions.end(),
                     [&](const Function& candidate) { return name.text == candidate.name; });
    if (function == kFunctions.end()) {
        unknown_name(name, true);
    }
    enter();
    take();
    if (name.text == "old" || name.text == "sum") {
        const Token argument = take_name("a field");
        const auto found = symbols_.find(argument.text);
        if (found == symbols_.end()) {
            unknown_name(argument, false);
        }
        const Symbol& symbol = found->second;
        ProgramValue result;
        if (name.text == "old") {
            if (symbol.kind != Kind::state || !in_code_) {
                source_.fail(argument.position, fmt::format("{} is no state", argument.text),
                             function->form);
            }
            result = word_of(symbol, argument, true);
        } else {
            if (!symbol.is_vector || !in_code_) {
                source_.fail(argument.position, fmt::format("{} has no lanes", argument.text),
                             function->form);
            }
            result = constant(0);
            for (const std::optional<ProgramValue>& word : symbol.now) {
                if (!word) {
                    source_.fail(argument.position,
                                 fmt::format("{} has no value yet", argument.text));
                }
                result = apply(Opcode::add, name, result, *word);
            }
        }
        expect(")", function->form);
        --depth_;
        return result;
    }
    std::vector<ProgramValue> a{expression()};
    if (function->arguments == 0) {
        expect(",", "the value");
        const ValueType limits = type();
        expect(")", function->form);
        --depth_;
        if (name.text == "wrap") {
            return apply(limits.is_signed ? Opcode::wrap_signed : Opcode::wrap_unsigned, name, a[0],
                         constant(limits.width));
        }
        const ValueRange range = limits.range();
        return limited(a[0], constant(static_cast<std::int64_t>(range.low)),
                       constant(static_cast<std::int64_t>(range.high)), name);
    }
    while (accept(",")) {
        a.push_back(expression());
    }
    expect(")", function->form);
    if (a.size() != function->arguments) {
        source_.fail(name.position,
                     fmt::format("{} arguments, found {}", function->arguments, a.size()),
                     function->form);
    }
    --depth_;
    if (name.text == "min" || name.text == "max") {
        return apply(name.text == "min" ? Opcode::minimum : Opcode::maximum, name, a[0], a[1]);
    }
    if (name.text == "abs") {
        return apply(Opcode::absolute, name, a[0]);
    }
    if (name.text == "clamp") {
        return limited(a[0], a[1], a[2], name);
    }
    if (name.text == "bits") {
        if (!a[1].is_constant() || !a[2].is_constant()) {
            source_.fail(name.position, "high and low must be constant", function->form);
        }
        return bits_of(a[0], a[1].constant(), a[2].constant(), name);
    }
    if (name.text == "popcount") {
        if (a[0].range.low < 0) {
            source_.fail(name.position,
                         fmt::format("a value that may be negative ({})", a[0].range.text()),
                         "popcount(wrap(a, u8))");
        }
        return apply(Opcode::population, name, a[0]);
    }
    if (name.text == "div_floor") {
        return floor_division(name, a[0], a[1]);
    }
    return rounded_shift(name, a[0], a[1]);
}

ProgramValue EquationsParser::limited(const ProgramValue& value, const ProgramValue& low,
                                      const ProgramValue& high, const Token& at) {
    ProgramValue result = value;
    if (result.range.low < low.range.high) {
        result = apply(Opcode::maximum, at, result, low);
    }
    if (result.range.high > high.range.low) {
        result = apply(Opcode::minimum, at, result, high);
    }
    return result;
}

ProgramValue EquationsParser::bits_of(const ProgramValue& value, std::int64_t high,
                                      std::int64_t low, const Token& name) {
    if (low < 0 || high < low || high > 62) {
        source_.fail(name.position, fmt::format("bits {} to {}; 62 .. 0 are possible", high, low),
                     "bits(a, 7, 4)");
    }
    return apply(Opcode::wrap_unsigned, name,
                 apply(Opcode::shift_right, name, value, constant(low)), constant(high - low + 1));
}

// a / 2^n, with bit() among the roundings since it shifts too.
ProgramValue EquationsParser::rounded_shift(const Token& name, const ProgramValue& value,
                                            const ProgramValue& shift) {
    if (shift.range.low < 0 || shift.range.high > 62) {
        source_.fail(name.position,
                     fmt::format("n is {}; 0 to 62 are possible", shift.range.text()),
                     "min(n, 31)");
    }
    if (name.text == "bit") {
        return apply(Opcode::bit_and, name, apply(Opcode::shift_right, name, value, shift),
                     constant(1));
    }
    if (name.text == "shift_floor") {
        return apply(Opcode::shift_right, name, value, shift);
    }
    const ProgramValue unit = apply(Opcode::shift_left, name, constant(1), shift);
    if (name.text == "shift_nearest") {
        // Half a unit, and 0 for n = 0.
        const ProgramValue half = apply(Opcode::shift_right, name, unit, constant(1));
        return apply(Opcode::shift_right, name, apply(Opcode::add, name, value, half), shift);
    }
    if (name.text == "shift_zero") {
        const ProgramValue below = apply(Opcode::less, name, value, constant(0));
        const ProgramValue up =
            apply(Opcode::select, name, below, apply(Opcode::subtract, name, unit, constant(1)),
                  constant(0));
        return apply(Opcode::shift_right, name, apply(Opcode::add, name, value, up), shift);
    }
    const ProgramValue down = apply(Opcode::shift_right, name, value, shift);
    const ProgramValue rest =
        apply(Opcode::subtract, name, value, apply(Opcode::shift_left, name, down, shift));
    const ProgramValue twice = apply(Opcode::shift_left, name, rest, constant(1));
    const ProgramValue odd = apply(Opcode::bit_and, name, down, constant(1));
    const ProgramValue up =
        apply(Opcode::bit_or, name, apply(Opcode::less, name, unit, twice),
              apply(Opcode::bit_and, name, apply(Opcode::equal, name, unit, twice), odd));
    return apply(Opcode::add, name, down, up);
}

ProgramValue EquationsParser::floor_division(const Token& name, const ProgramValue& a,
                                             const ProgramValue& b) {
    if (b.range.contains({0, 0})) {
        source_.fail(name.position, fmt::format("the divisor may be 0 (it is {})", b.range.text()),
                     "say what happens then: d == 0 ? … : div_floor(a, max(d, 1))");
    }
    const ProgramValue quotient = apply(Opcode::divide, name, a, b);
    const ProgramValue rest = apply(Opcode::remainder, name, a, b);
    const ProgramValue zero = constant(0);
    const ProgramValue signs = apply(Opcode::bit_xor, name, apply(Opcode::less, name, rest, zero),
                                     apply(Opcode::less, name, b, zero));
    const ProgramValue inexact =
        apply(Opcode::logical_not, name, apply(Opcode::equal, name, rest, zero));
    return apply(Opcode::subtract, name, quotient, apply(Opcode::bit_and, name, signs, inexact));
}

}  // namespace cortile
