// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/tokens.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>

namespace cortile {
namespace {

// Longest first.
constexpr std::array<std::string_view, 33> kSymbols{
    ">>>", "<<<", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "..",
    "+",   "-",   "*",  "/",  "%",  "<",  ">",  "&",  "|",  "^",  "~",
    "!",   "?",   ":",  "=",  "(",  ")",  "[",  "]",  "{",  "}",  ","};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

int digit_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

// May a line end before or after this one without ending the statement?
bool continues(const Token& token) {
    return token.kind == Token::Kind::symbol && token.text != ")" && token.text != "]" &&
           token.text != "{" && token.text != "}";
}

class Tokenizer {
  public:
    explicit Tokenizer(const SourceText& source) : source_(source), text_(source.text()) {}

    std::vector<Token> run();

  private:
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    SourcePosition here() const { return {line_, at_ - line_start_ + 1}; }
    void end_of_line();
    void number();
    std::uint64_t digits(int base, SourcePosition start);
    void symbol();
    void add(Token token) { tokens_.push_back(std::move(token)); }

    const SourceText& source_;
    const std::string& text_;
    std::size_t at_ = 0, line_ = 1, line_start_ = 0;
    std::vector<char> open_;  // brackets
    std::vector<Token> tokens_;
};

void Tokenizer::end_of_line() {
    const bool inside = !open_.empty() && open_.back() != '{';
    const bool pending = !tokens_.empty() && continues(tokens_.back());
    if (!inside && !pending && !tokens_.empty() &&
        tokens_.back().kind != Token::Kind::end_of_line) {
        add({Token::Kind::end_of_line, "", 0, here()});
    }
}

std::uint64_t Tokenizer::digits(int base, SourcePosition start) {
    std::uint64_t value = 0;
    bool any = false;
    for (;; ++at_) {
        if (peek() == '_') {
            continue;
        }
        const int digit = digit_value(peek());
        if (digit < 0 || (base == 10 && !is_digit(peek()))) {
            break;
        }
        if (digit >= base) {
            source_.fail(here(),
                         fmt::format("{} is no digit of a number of base {}", peek(), base));
        }
        const auto ubase = static_cast<std::uint64_t>(base);
        if (value > (std::numeric_limits<std::uint64_t>::max() - 15) / ubase) {
            source_.fail(start, "a number of more than 63 bits");
        }
        value = value * ubase + static_cast<std::uint64_t>(digit);
        any = true;
    }
    if (!any) {
        source_.fail(here(), "a digit was expected");
    }
    return value;
}

// 12, 0x1F, 0b101, and Verilog's 8'd200, 16'sh0100, 4'b1010.
void Tokenizer::number() {
    const SourcePosition start = here();
    const std::size_t first = at_;
    std::uint64_t value = 0;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'b')) {
        const int base = peek(1) == 'x' ? 16 : 2;
        at_ += 2;
        value = digits(base, start);
    } else {
        value = digits(10, start);
        if (peek() == '\'') {
            const std::uint64_t width = value;
            ++at_;
            const bool is_signed = peek() == 's' || peek() == 'S';
            at_ += is_signed ? 1 : 0;
            const char radix = peek();
            const int base = radix == 'd' || radix == 'D'   ? 10
                             : radix == 'h' || radix == 'H' ? 16
                             : radix == 'b' || radix == 'B' ? 2
                             : radix == 'o' || radix == 'O' ? 8
                                                            : 0;
            if (base == 0 || width < 1 || width > 63) {
                source_.fail(start, "a number of Verilog was expected, of at most 63 bits",
                             "8'd200, 16'sh0100, 4'b1010");
            }
            ++at_;
            value = digits(base, start);
            if (value >> width != 0) {
                source_.fail(start, fmt::format("the number does not fit {} bits", width));
            }
            if (is_signed && (value >> (width - 1)) != 0) {
                value -= std::uint64_t{1} << width;
                add({Token::Kind::number, text_.substr(first, at_ - first),
                     static_cast<std::int64_t>(value), start});
                return;
            }
        }
    }
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        source_.fail(start, "a number of more than 63 bits");
    }
    if (is_letter(peek())) {
        source_.fail(here(), "a number runs into a name", "put a space or an operator between");
    }
    add({Token::Kind::number, text_.substr(first, at_ - first), static_cast<std::int64_t>(value),
         start});
}

void Tokenizer::symbol() {
    const SourcePosition start = here();
    const std::string_view rest = std::string_view(text_).substr(at_);
    for (const std::string_view symbol : kSymbols) {
        if (!rest.starts_with(symbol)) {
            continue;
        }
        at_ += symbol.size();
        const char c = symbol.front();
        if (symbol.size() == 1 && (c == '(' || c == '[' || c == '{')) {
            open_.push_back(c);
        } else if (symbol.size() == 1 && (c == ')' || c == ']' || c == '}')) {
            const char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
            if (open_.empty() || open_.back() != opening) {
                source_.fail(start, fmt::format("a {} that no {} opened", c, opening));
            }
            open_.pop_back();
        }
        Token token{Token::Kind::symbol, std::string(symbol), 0, start};
        // "a\n + b" is one expression: no statement begins with an operator.
        if (continues(token) && !tokens_.empty() &&
            tokens_.back().kind == Token::Kind::end_of_line) {
            tokens_.pop_back();
        }
        add(std::move(token));
        return;
    }
    const std::string hint = text_[at_] == '#' || text_[at_] == '"'
                                 ? ""
                                 : "a comment starts with # and ends with the line";
    std::string character(1, text_[at_]);
    for (std::size_t i = at_ + 1; i < text_.size() && (text_[i] & 0xC0) == 0x80; ++i) {
        character += text_[i];
    }
    source_.fail(start, fmt::format("the character {} means nothing here", character), hint);
}

std::vector<Token> Tokenizer::run() {
    while (at_ < text_.size()) {
        const char c = peek();
        if (c == '\n' || c == ';') {
            end_of_line();
            ++at_;
            if (c == '\n') {
                ++line_;
                line_start_ = at_;
            }
        } else if (c == ' ' || c == '\t' || c == '\r') {
            ++at_;
        } else if (c == '#' || (c == '/' && peek(1) == '/')) {
            while (at_ < text_.size() && peek() != '\n') {
                ++at_;
            }
        } else if (is_letter(c)) {
            const SourcePosition start = here();
            const std::size_t first = at_;
            while (is_letter(peek()) || is_digit(peek())) {
                ++at_;
            }
            add({Token::Kind::name, text_.substr(first, at_ - first), 0, start});
        } else if (is_digit(c)) {
            number();
        } else {
            symbol();
        }
    }
    if (!open_.empty()) {
        source_.fail(here(), fmt::format("the text ends before a {} is closed", open_.back()));
    }
    add({Token::Kind::end_of_line, "", 0, here()});
    add({Token::Kind::end, "", 0, here()});
    return std::move(tokens_);
}

}  // namespace

std::string Token::shown() const {
    switch (kind) {
        case Kind::end:
            return "the end of the text";
        case Kind::end_of_line:
            return "the end of the line";
        default:
            return "\"" + text + "\"";
    }
}

std::vector<Token> tokenize(const SourceText& source) {
    return Tokenizer(source).run();
}

}  // namespace cortile
