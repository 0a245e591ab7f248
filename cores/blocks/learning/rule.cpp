// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/learning/rule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile::learning {

int width_of(Variable variable) {
    switch (variable) {
        case Variable::x0:
        case Variable::y0:
        case Variable::u:
            return 1;
        case Variable::w:
        case Variable::d:
        case Variable::t:
            return 9;
        default:
            return 7;
    }
}

namespace {

constexpr std::int32_t kMinMantissa = -8, kMaxMantissa = 7;
constexpr std::int32_t kMinExponent = -7, kMaxExponent = 8;
constexpr int kMostBits = 58;  // of a product of factors, which with its constant fits 64 bits
constexpr std::int32_t kMostConstant = 255;     // beside a variable in brackets
constexpr std::int32_t kMostLiteral = 1 << 16;  // what has a mantissa and an exponent is less
constexpr std::uint32_t kMostUExponent = 9;

constexpr std::array<std::pair<std::string_view, Variable>, 10> kVariables{{
    {"x0", Variable::x0},
    {"y0", Variable::y0},
    {"x1", Variable::x1},
    {"x2", Variable::x2},
    {"y1", Variable::y1},
    {"y2", Variable::y2},
    {"y3", Variable::y3},
    {"w", Variable::w},
    {"d", Variable::d},
    {"t", Variable::t},
}};
constexpr const char* kKnown = "factors are x0 y0 u<k> x1 x2 y1 y2 y3 w d t, constants, sgn(...)";

bool is_dependency(Variable variable) {
    return variable == Variable::x0 || variable == Variable::y0 || variable == Variable::u;
}

bool is_blank(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string without_end_blanks(std::string text) {
    while (!text.empty() && is_blank(text.back())) {
        text.pop_back();
    }
    return text;
}

// A line with `text` and one with a caret under byte `at` of it: of a long text only what is near.
std::string with_caret(const std::string& text, std::size_t at) {
    constexpr std::size_t kBefore = 48, kAfter = 24;
    const auto inside_character = [&](std::size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    };
    std::size_t begin = at > kBefore ? at - kBefore : 0;
    while (inside_character(begin)) {
        ++begin;
    }
    std::size_t end = std::min(text.size(), std::max(at, begin + kBefore) + kAfter);
    while (inside_character(end)) {
        ++end;
    }
    std::string line = begin > 0 ? "…" : "";
    std::size_t column = begin > 0 ? 1 : 0;
    for (std::size_t i = begin; i < end; ++i) {
        column += i < at && !inside_character(i) ? 1 : 0;
        const auto byte = static_cast<unsigned char>(text[i]);
        line += byte < 0x20 || byte == 0x7F ? ' ' : text[i];
    }
    line += end < text.size() ? "…" : "";
    return "\n    " + line + "\n    " + std::string(column, ' ') + "^";
}

class Parser {
  public:
    Parser(const std::string& text, const std::string& where)
        : text_(without_end_blanks(text)), where_(where) {}

    Rule run() {
        std::int32_t sign = accept('-') ? -1 : 1;
        if (sign > 0) {
            accept('+');
        }
        for (;;) {
            rule_.products.push_back(product(sign));
            if (accept('+')) {
                sign = 1;
            } else if (accept('-')) {
                sign = -1;
            } else {
                break;
            }
        }
        if (at_ < text_.size()) {
            fail(at_, "expected +, - or *", kKnown);
        }
        return std::move(rule_);
    }

  private:
    [[noreturn]] void fail(std::size_t at, const std::string& what, const std::string& hint) const {
        throw ConfigError(where_, what + with_caret(text_, at), hint);
    }

    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) {
            ++at_;
        }
    }
    bool accept(char c) {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == c) {
            ++at_;
            skip_blanks();
            return true;
        }
        return false;
    }
    void expect(char c) {
        if (!accept(c)) {
            fail(at_, std::string("expected '") + c + "'", kKnown);
        }
    }
    bool at_digit() const {
        return at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]));
    }
    std::int32_t number(std::int32_t most = kMostConstant) {
        std::int32_t value = 0;
        const char* const begin = text_.data() + at_;
        const auto parsed = std::from_chars(begin, text_.data() + text_.size(), value);
        if (!at_digit() || parsed.ec != std::errc() || value > most) {
            fail(at_, "expected a constant from 0 to " + std::to_string(most), kKnown);
        }
        at_ += static_cast<std::size_t>(parsed.ptr - begin);
        if (at_ < text_.size() && text_[at_] == '.') {
            fail(at_, "a constant with a decimal point", "constants are whole; a half is 2^-1");
        }
        skip_blanks();
        return value;
    }

    Product product(std::int32_t sign);
    void factor(Product& product, bool& gated);
    void literal(Product& product);
    bool literal_in_brackets(Product& product);
    std::int32_t exponent_of(std::int32_t base, std::size_t at);
    void scale(std::size_t at, std::int32_t by);
    Factor term();
    Factor term_in_brackets();
    std::int32_t constant();
    Variable variable();
    void set_constant(Product& product) const;
    void check_size(const Product& product, std::size_t at) const;

    const std::string text_;
    const std::string& where_;
    std::size_t at_ = 0;
    // Of the product: its constant without powers of 2, and where the last of it stands.
    std::int64_t mantissa_ = 1;
    std::size_t mantissa_at_ = 0;
    Rule rule_;
};

Product Parser::product(std::int32_t sign) {
    skip_blanks();
    const std::size_t begin = at_;
    Product result;
    mantissa_ = sign;
    mantissa_at_ = begin;
    bool gated = false;
    do {
        if (at_ < text_.size() && text_[at_] == '-') {
            fail(at_, "a minus inside a product", "write it in front of the product");
        }
        factor(result, gated);
    } while (accept('*'));
    if (!gated) {
        fail(
            begin, "a product without x0, y0 or u<k>",
            "one of them says when the product counts: after spikes of the axon, of the neuron, or "
            "every 2^k epochs");
    }
    set_constant(result);
    check_size(result, begin);
    return result;
}

// An even mantissa of more than 3 bits becomes half of it times 2, as long as the exponent has
// room.
void Parser::set_constant(Product& product) const {
    std::int64_t mantissa = mantissa_;
    while (mantissa % 2 == 0 && std::abs(mantissa) > kMaxMantissa &&
           product.exponent < kMaxExponent) {
        mantissa /= 2;
        ++product.exponent;
    }
    if (mantissa > kMaxMantissa || mantissa < kMinMantissa) {
        fail(mantissa_at_, "this constant takes more than 4 bits",
             "a product's constant is m * 2^e with m from -8 to 7 and e from -7 to 8; a half is "
             "2^-1");
    }
    product.mantissa = static_cast<std::int32_t>(mantissa);
}

void Parser::check_size(const Product& product, std::size_t at) const {
    int bits = 0;
    for (const Factor& factor : product.factors) {
        bits += width_of(factor.variable);
    }
    if (bits > kMostBits) {
        fail(at, "the factors of this product have " + std::to_string(bits) + " bits together",
             "use fewer: traces have 7 bits, w, d and t 9, and " + std::to_string(kMostBits) +
                 " are the most");
    }
    if (product.exponent < kMinExponent || product.exponent > kMaxExponent) {
        fail(
            at,
            "the constants of this product need an exponent of " + std::to_string(product.exponent),
            "a product's constant is m * 2^e with m from -8 to 7 and e from -7 to 8");
    }
}

void Parser::factor(Product& product, bool& gated) {
    skip_blanks();
    if (literal_in_brackets(product)) {
        return;
    }
    if (at_digit()) {
        literal(product);
        return;
    }
    const bool bare = std::isalpha(static_cast<unsigned char>(at_ < text_.size() ? text_[at_] : 0));
    const Factor found = term();
    if (!gated && bare && !found.sign && is_dependency(found.variable)) {
        product.gate = found.variable;
        gated = true;
    } else {
        product.factors.push_back(found);
    }
}

// n, 2^k or n as the first of n*2^k.
void Parser::literal(Product& product) {
    const std::size_t begin = at_;
    const std::int32_t value = number(kMostLiteral);
    if (accept('^')) {
        product.exponent += exponent_of(value, begin);
    } else {
        scale(begin, value);
    }
}

// As (-2) or (3*2^-3); what else stands in brackets is left where it is.
bool Parser::literal_in_brackets(Product& product) {
    const std::size_t begin = at_;
    if (!accept('(')) {
        return false;
    }
    const bool negative = accept('-');
    const Product before = product;
    const std::int64_t mantissa = mantissa_;
    for (bool literals = at_digit(); literals; literals = accept('*') && at_digit()) {
        literal(product);
        if (accept(')')) {
            scale(mantissa_at_, negative ? -1 : 1);
            return true;
        }
    }
    product = before;
    mantissa_ = mantissa;
    at_ = begin;
    return false;
}

// What stands behind `base` and ^.
std::int32_t Parser::exponent_of(std::int32_t base, std::size_t at) {
    if (base != 2) {
        fail(at, "expected a power of 2", "write 2^k, with k from -7 to 8");
    }
    const std::int32_t sign = accept('-') ? -1 : 1;
    if (sign > 0) {
        accept('+');
    }
    if (!at_digit()) {
        fail(at_, "expected the exponent of 2", "write 2^k, with k from -7 to 8");
    }
    return sign * number();
}

void Parser::scale(std::size_t at, std::int32_t by) {
    constexpr std::int64_t kMost = std::int64_t{1}
                                   << 32;  // far beyond what any exponent brings back
    mantissa_ = std::clamp(mantissa_ * by, -kMost, kMost);
    mantissa_at_ = at;
}

// A variable, a variable and a constant in brackets, or the sign of these.
Factor Parser::term() {
    skip_blanks();
    if (text_.compare(at_, 3, "sgn") == 0) {
        at_ += 3;
        expect('(');
        Factor inner = term_in_brackets();
        inner.sign = true;
        return inner;
    }
    if (accept('(')) {
        return term_in_brackets();
    }
    Factor result;
    result.variable = variable();
    return result;
}

// What stands behind an opening bracket, up to the closing one.
Factor Parser::term_in_brackets() {
    Factor result;
    std::size_t brackets = 1;
    while (accept('(')) {
        ++brackets;
    }
    if (text_.compare(at_, 3, "sgn") == 0) {
        fail(at_, "sgn( ) inside brackets", "one sgn( ) around all of them is enough");
    }
    const std::size_t begin = at_;
    bool minus = accept('-');
    if (!minus) {
        accept('+');
    }
    if (at_digit()) {
        result.constant = minus ? -constant() : constant();
        minus = accept('-');
        if (!minus) {
            expect('+');
        }
        result.variable = variable();
    } else {
        result.variable = variable();
        if (accept('+')) {
            result.constant = constant();
        } else if (accept('-')) {
            result.constant = -constant();
        } else if (minus) {
            fail(begin, "a minus inside a product", "write it in front of the product");
        }
    }
    if (minus) {
        result.constant = -result.constant;
        mantissa_ = -mantissa_;
    }
    for (; brackets > 0; --brackets) {
        expect(')');
    }
    return result;
}

// n, 2^k or n*2^k beside a variable in brackets.
std::int32_t Parser::constant() {
    const std::size_t begin = at_;
    std::int32_t value = number();
    std::int32_t power = 0;
    if (accept('^')) {
        power = exponent_of(value, begin);
        value = 1;
    } else if (accept('*')) {
        const std::size_t at = at_;
        const std::int32_t base = number();
        expect('^');
        power = exponent_of(base, at);
    }
    if (power < 0 || power > 8 || (value << power) > kMostConstant) {
        fail(begin, "expected a constant from 0 to 255", kKnown);
    }
    return value << power;
}

Variable Parser::variable() {
    skip_blanks();
    for (const auto& [name, known] : kVariables) {
        const std::size_t end = at_ + name.size();
        const bool whole =
            end >= text_.size() || !std::isalnum(static_cast<unsigned char>(text_[end]));
        if (text_.compare(at_, name.size(), name) == 0 && whole) {
            at_ = end;
            skip_blanks();
            return known;
        }
    }
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == 'u') {
        ++at_;
        if (at_digit()) {
            const auto exponent = static_cast<std::uint32_t>(number());
            if (exponent > kMostUExponent) {
                fail(begin, "u<k> has k from 0 to 9", kKnown);
            }
            if (rule_.u_exponent && *rule_.u_exponent != exponent) {
                fail(begin, "another u<k> in this rule has another k",
                     "all u<k> of a set of rules have one k");
            }
            rule_.u_exponent = exponent;
            return Variable::u;
        }
    }
    fail(begin, begin < text_.size() ? "expected a factor" : "expected a factor, found the end",
         kKnown);
}

}  // namespace

bool Rule::uses(Variable variable) const {
    return std::any_of(products.begin(), products.end(), [&](const Product& product) {
        return std::any_of(product.factors.begin(), product.factors.end(),
                           [&](const Factor& factor) { return factor.variable == variable; });
    });
}

Rule parse_rule(const std::string& text, const std::string& where) {
    return Parser(text, where).run();
}

}  // namespace cortile::learning
