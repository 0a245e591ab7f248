// SPDX-License-Identifier: Apache-2.0
// Text to program in one pass: statements (parser.cpp) and expressions (expression.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cores/datapath/equations/program_builder.h"
#include "cores/datapath/equations/source_text.h"
#include "cores/datapath/equations/tokens.h"

namespace cortile {

// "u8": 8 bits without sign; "s8": with.
struct ValueType {
    unsigned width = 1;
    bool is_signed = false;

    ValueRange range() const { return range_of_bits(width, is_signed); }
    std::string text() const;
};

class EquationsParser {
  public:
    explicit EquationsParser(const SourceText& source);

    Program run();

  private:
    enum class Kind { constant, variable, state, input, parameter, output };
    struct Symbol {
        Kind kind = Kind::variable;
        SourcePosition declared;
        std::int64_t constant = 0;
        ValueType type;
        bool is_vector = false;
        // A word each: now, and before the update. An output has no value until it is assigned.
        std::vector<std::optional<ProgramValue>> now, before;

        bool is_field() const { return kind != Kind::constant && kind != Kind::variable; }
    };
    using Symbols = std::map<std::string, Symbol>;

    // Statements.
    void statement();
    void declaration(Kind kind);
    void allowed_values(DatapathField& field);
    void assignment(bool is_new);
    void constant_definition();
    void condition();
    void loop();
    void block();
    void begin_code();
    void assign(Symbol& symbol, const Token& name, std::size_t lane, ProgramValue value,
                SourcePosition position);
    void merge(const ProgramValue& choice, const Symbols& taken, const Symbols& other);
    void check_outputs();

    // Expressions, by falling precedence of what they contain.
    ProgramValue expression();  // with ?:
    ProgramValue binary(int lowest);
    ProgramValue combined(const Token& symbol, const ProgramValue& a, const ProgramValue& b);
    ProgramValue unary();
    ProgramValue primary();
    ProgramValue named(const Token& name);
    ProgramValue call(const Token& name);
    ProgramValue word_of(const Symbol& symbol, const Token& name, bool before);
    std::size_t lane_of(const Symbol& symbol, const Token& name);
    ProgramValue bits_of(const ProgramValue& value, std::int64_t high, std::int64_t low,
                         const Token& name);
    ProgramValue rounded_shift(const Token& name, const ProgramValue& value,
                               const ProgramValue& shift);
    ProgramValue floor_division(const Token& name, const ProgramValue& a, const ProgramValue& b);
    ProgramValue limited(const ProgramValue& value, const ProgramValue& low,
                         const ProgramValue& high, const Token& at);
    ValueType type();
    std::optional<ValueType> type_named(const std::string& name) const;
    std::int64_t constant_expression(const char* use);

    ProgramValue constant(std::int64_t value) { return builder_.constant(value); }
    ProgramValue apply(Opcode op, const Token& at, const ProgramValue& a, const ProgramValue& b,
                       const ProgramValue& c);
    ProgramValue apply(Opcode op, const Token& at, const ProgramValue& a, const ProgramValue& b) {
        return apply(op, at, a, b, b);
    }
    ProgramValue apply(Opcode op, const Token& at, const ProgramValue& a) {
        return apply(op, at, a, a, a);
    }
    ProgramValue truth(const ProgramValue& value, const Token& at);

    // Tokens.
    const Token& peek(std::size_t ahead = 0) const;
    Token take();
    Token take_name(const char* what);
    void expect(const char* symbol, const char* after);
    bool accept(const char* symbol);
    void skip_lines();
    void end_statement();
    [[noreturn]] void unknown_name(const Token& name, bool is_call) const;
    void enter();

    const SourceText& source_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool in_code_ = false;
    ProgramBuilder builder_;
    DatapathContract contract_;
    Symbols symbols_;
    ProgramValue path_;  // the conditions around a statement, 0 or 1
};

}  // namespace cortile
