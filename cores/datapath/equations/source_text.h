// SPDX-License-Identifier: Apache-2.0
// The text of a program, for errors that show the line and point at the column.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cortile {

struct SourcePosition {
    std::size_t line = 1, column = 1;
    bool operator==(const SourcePosition&) const = default;
};

class SourceText {
  public:
    // `where`: place of the whole text, "datapath.yaml:12: reference.program".
    SourceText(std::string text, std::string where);

    const std::string& text() const { return text_; }
    const std::string& where() const { return where_; }
    std::string line(std::size_t number) const;  // the first is 1; empty: there is none
    // "line 3: <what>", the line, and a caret below the column.
    std::string marked(SourcePosition position, const std::string& what) const;
    // Throws ConfigError.
    [[noreturn]] void fail(SourcePosition position, const std::string& what,
                           const std::string& hint = {}) const;

  private:
    std::string text_, where_;
    std::vector<std::string> lines_;
};

}  // namespace cortile
