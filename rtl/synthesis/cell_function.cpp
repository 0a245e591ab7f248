// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/cell_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Works on whole truth tables: a variable is its column, an operator combines columns.
using Table = std::vector<std::uint64_t>;

class Parser {
  public:
    Parser(const std::string& text, const std::vector<std::string>& inputs,
           const std::string& where)
        : text_(text), inputs_(inputs), where_(where) {}

    Table parse() {
        Table result = sum();
        skip_space();
        if (at_ < text_.size()) {
            fail();
        }
        return result;
    }

  private:
    [[noreturn]] void fail() const {
        throw ConfigError(where_, fmt::format("not a Boolean function: '{}'", text_),
                          "cells with such functions cannot be simulated; use another library");
    }

    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
            ++at_;
        }
    }

    char peek() {
        skip_space();
        return at_ < text_.size() ? text_[at_] : '\0';
    }

    template <typename Operator>
    static Table combine(Table a, const Table& b, Operator apply) {
        std::transform(a.begin(), a.end(), b.begin(), a.begin(), apply);
        return a;
    }

    Table sum() {
        Table result = product();
        while (peek() == '+' || peek() == '|') {
            ++at_;
            result = combine(std::move(result), product(), std::bit_or<>());
        }
        return result;
    }

    Table product() {
        Table result = exclusive();
        for (char c = peek(); c != '\0' && c != ')' && c != '+' && c != '|'; c = peek()) {
            if (c == '*' || c == '&') {
                ++at_;
            }
            result = combine(std::move(result), exclusive(), std::bit_and<>());
        }
        return result;
    }

    Table exclusive() {
        Table result = factor();
        while (peek() == '^') {
            ++at_;
            result = combine(std::move(result), factor(), std::bit_xor<>());
        }
        return result;
    }

    static Table inverted(Table table) {
        std::transform(table.begin(), table.end(), table.begin(), std::bit_not<>());
        return table;
    }

    Table factor() {
        if (peek() == '!') {
            ++at_;
            return inverted(factor());
        }
        Table result;
        if (peek() == '(') {
            ++at_;
            if (++depth_ > 100) {
                fail();
            }
            result = sum();
            --depth_;
            if (peek() != ')') {
                fail();
            }
            ++at_;
        } else {
            result = operand();
        }
        while (peek() == '\'') {
            ++at_;
            result = inverted(std::move(result));
        }
        return result;
    }

    Table operand() {
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                std::string_view("_[].$").find(text_[at_]) != std::string_view::npos)) {
            ++at_;
        }
        const std::string name = text_.substr(begin, at_ - begin);
        const std::size_t words = inputs_.size() > 6 ? std::size_t{1} << (inputs_.size() - 6) : 1;
        const auto found = std::find(inputs_.begin(), inputs_.end(), name);
        if (found == inputs_.end()) {
            if (name != "0" && name != "1") {
                fail();
            }
            return Table(words, name == "1" ? ~std::uint64_t{0} : 0);
        }
        const auto index = static_cast<unsigned>(found - inputs_.begin());
        Table column(words, 0);
        for (std::uint32_t row = 0; row < words * 64; ++row) {
            column[row >> 6] |= std::uint64_t{row >> index & 1u} << (row & 63u);
        }
        return column;
    }

    const std::string& text_;
    const std::vector<std::string>& inputs_;
    const std::string& where_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

CellFunction CellFunction::parse(const std::string& text, const std::vector<std::string>& inputs,
                                 const std::string& where) {
    if (inputs.size() > kMostInputs) {
        throw ConfigError(where,
                          fmt::format("a cell with {} inputs; {} are the most that are supported",
                                      inputs.size(), kMostInputs),
                          "use another library");
    }
    CellFunction result;
    result.inputs_ = static_cast<unsigned>(inputs.size());
    result.table_ = Parser(text, inputs, where).parse();
    return result;
}

bool CellFunction::depends_on(unsigned input) const {
    for (std::uint32_t row = 0; row < (1u << inputs_); ++row) {
        if ((*this)(row) != (*this)(row ^ (1u << input))) {
            return true;
        }
    }
    return false;
}

}  // namespace cortile
