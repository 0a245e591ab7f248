// SPDX-License-Identifier: Apache-2.0
// EquationsParser: expressions.
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "cores/datapath/equations/parser.h"

namespace cortile {
namespace {

struct BinaryOperator {
    std::string_view text;
    int precedence;
};
constexpr std::array<BinaryOperator, 19> kBinary{{{"||", 1},
                                                  {"&&", 2},
                                                  {"|", 3},
                                                  {"^", 4},
                                                  {"&", 5},
                                                  {"==", 6},
                                                  {"!=", 6},
                                                  {"<", 7},
                                                  {"<=", 7},
                                                  {">", 7},
                                                  {">=", 7},
                                                  {"<<", 8},
                                                  {">>", 8},
                                                  {">>>", 8},
                                                  {"<<<", 8},
                                                  {"+", 9},
                                                  {"-", 9},
                                                  {"*", 10},
                                                  {"/", 10}}};

int precedence_of(const Token& token) {
    if (token.kind != Token::Kind::symbol) {
        return 0;
    }
    if (token.text == "%") {
        return 10;
    }
    for (const BinaryOperator& candidate : kBinary) {
        if (token.text == candidate.text) {
            return candidate.precedence;
        }
    }
    return 0;
}

}  // namespace

std::string ValueType::text() const {
    return (is_signed ? "s" : "u") + std::to_string(width);
}

std::optional<ValueType> EquationsParser::type_named(const std::string& name) const {
    if (name == "bool") {
        return ValueType{1, false};
    }
    if (name.size() < 2 || name.size() > 3 || (name[0] != 'u' && name[0] != 's') ||
        name.find_first_not_of("0123456789", 1) != std::string::npos || name[1] == '0') {
        return std::nullopt;
    }
    return ValueType{static_cast<unsigned>(std::stoul(name.substr(1))), name[0] == 's'};
}

ValueType EquationsParser::type() {
    const Token token = take();
    const std::optional<ValueType> found =
        token.kind == Token::Kind::name ? type_named(token.text) : std::nullopt;
    if (!found) {
        source_.fail(token.position, fmt::format("a type was expected, found {}", token.shown()),
                     "u8 is 8 bits without sign, s12 is 12 bits with; bool is u1");
    }
    if (found->width > 63) {
        source_.fail(token.position, fmt::format("{} bits; 63 are possible", found->width));
    }
    return *found;
}

std::int64_t EquationsParser::constant_expression(const char* use) {
    const SourcePosition position = peek().position;
    const ProgramValue value = expression();
    if (!value.is_constant()) {
        source_.fail(position, fmt::format("{} must be constant", use));
    }
    return value.constant();
}

ProgramValue EquationsParser::apply(Opcode op, const Token& at, const ProgramValue& a,
                                    const ProgramValue& b, const ProgramValue& c) {
    const std::optional<ProgramValue> value = builder_.apply(op, a, b, c);
    if (value) {
        return *value;
    }
    if (builder_.is_full()) {
        source_.fail(at.position,
                     fmt::format("the program is longer than {} operations, loops written out",
                                 ProgramBuilder::kMostInstructions));
    }
    source_.fail(at.position,
                 fmt::format("the result may be {}, more than 64 bits hold",
                             range_of(op, a.range, b.range, c.range).text()),
                 "limit an operand first: wrap(…, s32), sat(…, u16), min(…, 31)");
}

ProgramValue EquationsParser::truth(const ProgramValue& value, const Token& at) {
    if (value.range.low >= 0 && value.range.high <= 1) {
        return value;
    }
    return apply(Opcode::logical_not, at, apply(Opcode::logical_not, at, value));
}

ProgramValue EquationsParser::expression() {
    enter();
    const ProgramValue first = binary(1);
    ProgramValue result = first;
    if (peek().is("?")) {
        const Token mark = take();
        const ProgramValue yes = expression();
        expect(":", "the first choice of ?");
        const ProgramValue no = expression();
        result = apply(Opcode::select, mark, first, yes, no);
    }
    --depth_;
    return result;
}

ProgramValue EquationsParser::binary(int lowest) {
    ProgramValue left = unary();
    for (int precedence = precedence_of(peek()); precedence >= lowest;
         precedence = precedence_of(peek())) {
        const Token symbol = take();
        const ProgramValue right = binary(precedence + 1);
        left = combined(symbol, left, right);
    }
    return left;
}

ProgramValue EquationsParser::combined(const Token& symbol, const ProgramValue& a,
                                       const ProgramValue& b) {
    const std::string& op = symbol.text;
    if (op == "+") {
        return apply(Opcode::add, symbol, a, b);
    }
    if (op == "-") {
        return apply(Opcode::subtract, symbol, a, b);
    }
    if (op == "*") {
        return apply(Opcode::multiply, symbol, a, b);
    }
    if (op == "/" || op == "%") {
        if (b.range.contains({0, 0})) {
            source_.fail(symbol.position,
                         fmt::format("the divisor may be 0 (it is {})", b.range.text()),
                         "say what happens then: d == 0 ? … : a / max(d, 1)");
        }
        return apply(op == "/" ? Opcode::divide : Opcode::remainder, symbol, a, b);
    }
    if (op == "<<" || op == "<<<") {
        if (b.range.low < 0 || b.range.high > 62) {
            source_.fail(symbol.position,
                         fmt::format("a shift by {} bits; 0 to 62 are possible", b.range.text()),
                         "min(n, 31)");
        }
        return apply(Opcode::shift_left, symbol, a, b);
    }
    if (op == ">>" || op == ">>>") {
        if (b.range.low < 0) {
            source_.fail(symbol.position,
                         fmt::format("a shift by {} bits to the right", b.range.text()));
        }
        if (op == ">>" && a.range.low < 0) {
            source_.fail(
                symbol.position,
                fmt::format("a logical shift of what may be negative ({})", a.range.text()),
                ">>> keeps the sign; wrap(a, u8) >> n shifts 8 bits without one");
        }
        return apply(Opcode::shift_right, symbol, a, b);
    }
    if (op == "&" || op == "|" || op == "^") {
        return apply(op == "&"   ? Opcode::bit_and
                     : op == "|" ? Opcode::bit_or
                                 : Opcode::bit_xor,
                     symbol, a, b);
    }
    if (op == "&&" || op == "||") {
        return apply(op == "&&" ? Opcode::bit_and : Opcode::bit_or, symbol, truth(a, symbol),
                     truth(b, symbol));
    }
    const bool turned = op == ">" || op == ">=";
    const Opcode opcode = op == "<" || op == ">"     ? Opcode::less
                          : op == "<=" || op == ">=" ? Opcode::less_equal
                                                     : Opcode::equal;
    const ProgramValue result = apply(opcode, symbol, turned ? b : a, turned ? a : b);
    builder_.mark(result, symbol.position);
    return op == "!=" ? apply(Opcode::logical_not, symbol, result) : result;
}

ProgramValue EquationsParser::unary() {
    if (!peek().is("-") && !peek().is("~") && !peek().is("!") && !peek().is("+")) {
        return primary();
    }
    enter();
    const Token symbol = take();
    const ProgramValue value = unary();
    --depth_;
    if (symbol.text == "+") {
        return value;
    }
    return apply(symbol.text == "-"   ? Opcode::negate
                 : symbol.text == "~" ? Opcode::bit_not
                                      : Opcode::logical_not,
                 symbol, value);
}

ProgramValue EquationsParser::primary() {
    const Token token = take();
    if (token.kind == Token::Kind::number) {
        return constant(token.value);
    }
    if (token.is("(")) {
        const ProgramValue value = expression();
        expect(")", "an expression in brackets");
        return value;
    }
    if (token.kind != Token::Kind::name) {
        source_.fail(token.position, fmt::format("a value was expected, found {}", token.shown()));
    }
    if (peek().is("(")) {
        return call(token);
    }
    return named(token);
}

ProgramValue EquationsParser::named(const Token& name) {
    const auto found = symbols_.find(name.text);
    if (found == symbols_.end()) {
        unknown_name(name, false);
    }
    if (found->second.kind == Kind::constant) {
        return constant(found->second.constant);
    }
    if (!in_code_) {
        source_.fail(name.position, fmt::format("{} is not constant", name.text));
    }
    return word_of(found->second, name, false);
}

// The lane of name[lane]; 0 of what has no lanes.
std::size_t EquationsParser::lane_of(const Symbol& symbol, const Token& name) {
    if (!peek().is("[")) {
        if (symbol.is_vector) {
            source_.fail(
                name.position,
                fmt::format("{} has {} lanes; one must be named", name.text, symbol.now.size()),
                fmt::format("{0}[0], or for i in 0 .. {1} {{ … {0}[i] … }}", name.text,
                            symbol.now.size() - 1));
        }
        return 0;
    }
    const Token bracket = take();
    if (!symbol.is_vector) {
        source_.fail(bracket.position, fmt::format("{} has no lanes", name.text),
                     fmt::format("bit({0}, 3) is a bit, bits({0}, 3, 0) are some", name.text));
    }
    const SourcePosition position = peek().position;
    const std::int64_t lane = constant_expression("a lane");
    if (lane < 0 || lane >= static_cast<std::int64_t>(symbol.now.size())) {
        source_.fail(position, fmt::format("lane {} of {}, which has 0 .. {}", lane, name.text,
                                           symbol.now.size() - 1));
    }
    expect("]", "a lane");
    return static_cast<std::size_t>(lane);
}

ProgramValue EquationsParser::word_of(const Symbol& symbol, const Token& name, bool before) {
    const std::size_t lane = lane_of(symbol, name);
    const std::optional<ProgramValue>& word = before ? symbol.before[lane] : symbol.now[lane];
    if (!word) {
        source_.fail(name.position, fmt::format("{} has no value yet", name.text),
                     "an output has one after it was assigned, in every case");
    }
    return *word;
}

}  // namespace cortile
