// SPDX-License-Identifier: Apache-2.0
// Words of the equations language (docs/how_to/bring_your_own_rtl.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cores/datapath/equations/source_text.h"

namespace cortile {

struct Token {
    enum class Kind { name, number, symbol, end_of_line, end };
    Kind kind = Kind::end;
    std::string text;
    std::int64_t value = 0;  // of a number
    SourcePosition position;

    bool is(const char* symbol) const { return kind == Kind::symbol && text == symbol; }
    bool is_word(const char* word) const { return kind == Kind::name && text == word; }
    std::string shown() const;  // for messages
};

// Ends with Kind::end. An end of line counts only where a statement can end: not within brackets,
// nor beside an operator. Throws ConfigError.
std::vector<Token> tokenize(const SourceText& source);

}  // namespace cortile
