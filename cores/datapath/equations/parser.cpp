// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace cortile {
namespace {

constexpr std::size_t kMostLanes = 4096;
constexpr std::size_t kDeepest = 200;

// state, input, param and output are none: they declare only where a name follows.
constexpr std::array<std::string_view, 8> kWords{"const", "let", "if",   "else",
                                                 "for",   "in",  "bool", "old"};

}  // namespace

EquationsParser::EquationsParser(const SourceText& source)
    : source_(source), tokens_(tokenize(source)) {}

const Token& EquationsParser::peek(std::size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token EquationsParser::take() {
    const Token token = peek();
    at_ = std::min(at_ + 1, tokens_.size() - 1);
    return token;
}

Token EquationsParser::take_name(const char* what) {
    const Token token = take();
    if (token.kind != Token::Kind::name) {
        source_.fail(token.position, fmt::format("{} was expected, found {}", what, token.shown()));
    }
    return token;
}

void EquationsParser::expect(const char* symbol, const char* after) {
    if (!accept(symbol)) {
        source_.fail(peek().position, fmt::format("\"{}\" was expected after {}, found {}", symbol,
                                                  after, peek().shown()));
    }
}

bool EquationsParser::accept(const char* symbol) {
    if (peek().is(symbol)) {
        take();
        return true;
    }
    return false;
}

void EquationsParser::skip_lines() {
    while (peek().kind == Token::Kind::end_of_line) {
        take();
    }
}

void EquationsParser::end_statement() {
    if (peek().is("}") || peek().kind == Token::Kind::end) {
        return;
    }
    if (peek().kind != Token::Kind::end_of_line) {
        source_.fail(peek().position,
                     fmt::format("the end of the statement was expected, found {}", peek().shown()),
                     "a statement ends with its line or with ;");
    }
    skip_lines();
}

void EquationsParser::enter() {
    if (++depth_ > kDeepest) {
        source_.fail(peek().position, "brackets or blocks are nested too deeply");
    }
}

Program EquationsParser::run() {
    skip_lines();
    while (peek().kind != Token::Kind::end) {
        statement();
    }
    begin_code();
    check_outputs();
    for (const auto* fields : {&contract_.state, &contract_.outputs}) {
        if (fields == &contract_.outputs && fields->empty() && contract_.state.empty()) {
            source_.fail({}, "a program has at least one state or output",
                         "state v: u8\n    output spike: u1");
        }
    }
    std::vector<std::uint32_t> results;
    for (const auto* fields : {&contract_.state, &contract_.outputs}) {
        for (const DatapathField& field : *fields) {
            for (const std::optional<ProgramValue>& word : symbols_.at(field.name).now) {
                results.push_back(word->reg);
            }
        }
    }
    Program program = builder_.finish(std::move(results));
    program.contract = std::move(contract_);
    program.contract.semantics = "equations";
    return program;
}

void EquationsParser::statement() {
    const Token& first = peek();
    if (first.kind != Token::Kind::name) {
        source_.fail(first.position,
                     fmt::format("a statement was expected, found {}", first.shown()),
                     "state, input, param, output, const, let, if, for, or name = expression");
    }
    const std::map<std::string_view, Kind> declarations{{"state", Kind::state},
                                                        {"input", Kind::input},
                                                        {"param", Kind::parameter},
                                                        {"output", Kind::output}};
    const auto found = declarations.find(first.text);
    if (found != declarations.end() && peek(1).kind == Token::Kind::name) {
        if (in_code_) {
            source_.fail(first.position, "fields are declared before the first computation",
                         "move this line up");
        }
        declaration(found->second);
    } else if (first.text == "const") {
        constant_definition();
    } else {
        begin_code();
        if (first.text == "if") {
            condition();
        } else if (first.text == "for") {
            loop();
        } else {
            const bool is_new = first.text == "let";
            if (is_new) {
                take();
            }
            assignment(is_new);
        }
    }
    end_statement();
}

void EquationsParser::declaration(Kind kind) {
    take();
    std::vector<Token> names;
    do {
        names.push_back(take_name("the name of a field"));
    } while (accept(","));
    expect(":", "the name of a field");
    DatapathField field;
    const ValueType field_type = type();
    field.width = field_type.width;
    field.is_signed = field_type.is_signed;
    Symbol symbol;
    symbol.kind = kind;
    symbol.type = field_type;
    if (accept("[")) {
        const SourcePosition position = peek().position;
        const std::int64_t lanes = constant_expression("a number of lanes");
        if (lanes < 1 || lanes > static_cast<std::int64_t>(kMostLanes)) {
            source_.fail(position,
                         fmt::format("{} lanes; 1 to {} are possible", lanes, kMostLanes));
        }
        field.lanes = static_cast<unsigned>(lanes);
        symbol.is_vector = true;
        expect("]", "the number of lanes");
    }
    if (peek().is("=")) {
        if (kind != Kind::state) {
            source_.fail(peek().position, "only a state has a value after reset");
        }
        take();
        const SourcePosition position = peek().position;
        field.initial = constant_expression("the value after reset");
        if (!field_type.range().contains({field.initial, field.initial})) {
            source_.fail(position, fmt::format("{} does not fit {} ({})", field.initial,
                                               field_type.text(), field_type.range().text()));
        }
    }
    if (peek().is_word("in")) {
        if (kind == Kind::output) {
            source_.fail(peek().position, "an output has no list of allowed values");
        }
        allowed_values(field);
    }
    for (const Token& name : names) {
        if (std::find(kWords.begin(), kWords.end(), name.text) != kWords.end() ||
            type_named(name.text)) {
            source_.fail(name.position, fmt::format("{} is a word of the language", name.text),
                         fmt::format("another name, and below ports what it stands for: "
                                     "{0}_value: {{in: {0}}}",
                                     name.text));
        }
        symbol.declared = name.position;
        symbol.now.assign(field.lanes, std::nullopt);
        if (!symbols_.emplace(name.text, symbol).second) {
            source_.fail(name.position, fmt::format("{} is declared twice", name.text));
        }
        field.name = name.text;
        (kind == Kind::state    ? contract_.state
         : kind == Kind::input  ? contract_.inputs
         : kind == Kind::output ? contract_.outputs
                                : contract_.parameters)
            .push_back(field);
    }
}

void EquationsParser::allowed_values(DatapathField& field) {
    take();
    expect("{", "in");
    const ValueRange range = range_of_bits(field.width, field.is_signed);
    do {
        const SourcePosition position = peek().position;
        const std::int64_t value = constant_expression("an allowed value");
        if (!range.contains({value, value})) {
            source_.fail(position, fmt::format("{} does not fit {}", value, range.text()));
        }
        field.allowed.push_back(value);
    } while (accept(","));
    expect("}", "the allowed values");
}

void EquationsParser::constant_definition() {
    take();
    const Token name = take_name("the name of a constant");
    expect("=", "the name of a constant");
    Symbol symbol;
    symbol.kind = Kind::constant;
    symbol.declared = name.position;
    symbol.constant = constant_expression("a constant");
    if (!symbols_.emplace(name.text, symbol).second) {
        source_.fail(name.position, fmt::format("{} is declared twice", name.text));
    }
}

void EquationsParser::begin_code() {
    if (in_code_) {
        return;
    }
    in_code_ = true;
    builder_ = ProgramBuilder();
    for (const auto* fields : {&contract_.state, &contract_.inputs, &contract_.parameters}) {
        for (const DatapathField& field : *fields) {
            Symbol& symbol = symbols_.at(field.name);
            for (std::optional<ProgramValue>& word : symbol.now) {
                word = builder_.operand(symbol.type.range());
            }
            symbol.before = symbol.now;
        }
    }
    path_ = constant(1);
}

void EquationsParser::assignment(bool is_new) {
    const Token name = take_name("a name");
    if (is_new) {
        if (symbols_.contains(name.text)) {
            source_.fail(name.position, fmt::format("{} is declared twice", name.text),
                         "without let, the name gets a new value");
        }
        expect("=", "the name");
        Symbol symbol;
        symbol.declared = name.position;
        symbol.now = {expression()};
        symbols_.emplace(name.text, std::move(symbol));
        return;
    }
    const auto found = symbols_.find(name.text);
    if (found == symbols_.end()) {
        if (peek().is("=") || peek().is("[")) {
            source_.fail(name.position, fmt::format("{} is not declared", name.text),
                         fmt::format("let {} = … for a value of this program's own", name.text));
        }
        unknown_name(name, false);
    }
    if (found->second.kind == Kind::constant || found->second.kind == Kind::input ||
        found->second.kind == Kind::parameter) {
        source_.fail(name.position,
                     fmt::format("{} is given, and cannot be assigned to", name.text),
                     "let another = … for a value of this program's own");
    }
    const std::size_t lane = lane_of(found->second, name);
    expect("=", "what is assigned to");
    const SourcePosition position = peek().position;
    const ProgramValue value = expression();
    assign(symbols_.at(name.text), name, lane, value, position);
}

void EquationsParser::assign(Symbol& symbol, const Token& name, std::size_t lane,
                             ProgramValue value, SourcePosition position) {
    if (symbol.is_field() && !symbol.type.range().contains(value.range)) {
        const ValueRange range = symbol.type.range();
        if (!range.overlaps(value.range)) {
            source_.fail(
                position,
                fmt::format("the value is {}, which {} ({}: {}) cannot hold", value.range.text(),
                            name.text, symbol.type.text(), range.text()),
                fmt::format("wrap(…, {0}) keeps the low bits, sat(…, {0}) the nearest "
                            "value",
                            symbol.type.text()));
        }
        builder_.check(value, path_,
                       {static_cast<std::int64_t>(range.low), static_cast<std::int64_t>(range.high),
                        name.text, position});
        value = ProgramBuilder::narrowed(value, range);
    }
    symbol.now[lane] = value;
}

void EquationsParser::block() {
    enter();
    expect("{", "the condition");
    std::set<std::string> around;
    for (const auto& [name, symbol] : symbols_) {
        around.insert(name);
    }
    skip_lines();
    while (!peek().is("}")) {
        if (peek().kind == Token::Kind::end) {
            source_.fail(peek().position, "the text ends within a block");
        }
        statement();
    }
    take();
    // Names of the block's own end with it.
    std::erase_if(symbols_, [&](const auto& item) { return !around.contains(item.first); });
    --depth_;
}

void EquationsParser::condition() {
    enter();
    const Token word = take();
    const ProgramValue choice = truth(expression(), word);
    const ProgramValue around = path_;
    const Symbols before = symbols_;
    path_ = apply(Opcode::bit_and, word, around, choice);
    block();
    const Symbols taken = std::exchange(symbols_, before);
    path_ = apply(Opcode::bit_and, word, around, apply(Opcode::logical_not, word, choice));
    const std::size_t end = at_;
    skip_lines();
    if (peek().is_word("else")) {
        take();
        if (peek().is_word("if")) {
            condition();
        } else {
            block();
        }
    } else {
        at_ = end;
    }
    path_ = around;
    const Symbols other = symbols_;
    merge(choice, taken, other);
    --depth_;
}

void EquationsParser::merge(const ProgramValue& choice, const Symbols& taken,
                            const Symbols& other) {
    for (auto& [name, symbol] : symbols_) {
        const Symbol &a = taken.at(name), &b = other.at(name);
        for (std::size_t i = 0; i < symbol.now.size(); ++i) {
            if (!a.now[i] || !b.now[i]) {
                symbol.now[i] = std::nullopt;
            } else if (a.now[i]->reg != b.now[i]->reg) {
                Token at;
                at.position = symbol.declared;
                symbol.now[i] = apply(Opcode::select, at, choice, *a.now[i], *b.now[i]);
            } else {
                symbol.now[i]->range = hull(a.now[i]->range, b.now[i]->range);
            }
        }
    }
}

void EquationsParser::loop() {
    enter();
    take();
    const Token name = take_name("the name of the counter");
    if (symbols_.contains(name.text)) {
        source_.fail(name.position, fmt::format("{} is declared twice", name.text));
    }
    if (!take().is_word("in")) {
        source_.fail(name.position, "\"for name in first .. last { … }\" was expected");
    }
    const std::int64_t first = constant_expression("the first value of a counter");
    expect("..", "the first value");
    const std::int64_t last = constant_expression("the last value of a counter");
    const std::size_t body = at_;
    Symbol counter;
    counter.kind = Kind::constant;
    counter.declared = name.position;
    if (last < first || last - first >= static_cast<std::int64_t>(kMostLanes)) {
        source_.fail(name.position, fmt::format("a loop from {} to {}; it takes 1 to {} rounds",
                                                first, last, kMostLanes));
    }
    for (std::int64_t i = first; i <= last; ++i) {
        at_ = body;
        counter.constant = i;
        symbols_.insert_or_assign(name.text, counter);
        block();
    }
    symbols_.erase(name.text);
    --depth_;
}

void EquationsParser::check_outputs() {
    for (const DatapathField& field : contract_.outputs) {
        const Symbol& symbol = symbols_.at(field.name);
        for (std::size_t i = 0; i < symbol.now.size(); ++i) {
            if (!symbol.now[i]) {
                const std::string word =
                    symbol.is_vector ? fmt::format("{}[{}]", field.name, i) : field.name;
                source_.fail(symbol.declared,
                             fmt::format("the output {} gets no value in some case", word),
                             fmt::format("{} = 0 before the first if", word));
            }
        }
    }
}

Program compile_equations(const SourceText& source) {
    return EquationsParser(source).run();
}

}  // namespace cortile
