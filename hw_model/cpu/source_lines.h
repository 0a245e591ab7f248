// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cortile {

// Which line of which file an instruction comes from: the line tables of DWARF 5 (section 6.2 of
// the DWARF Debugging Information Format, version 5), as gcc and gas write them. Tables of other
// versions, and what is damaged, are left out.
class SourceLines {
  public:
    // Contents of .debug_line, .debug_line_str and .debug_str.
    SourceLines(std::span<const std::uint8_t> lines, std::span<const std::uint8_t> line_strings,
                std::span<const std::uint8_t> strings);

    // "main.c:12"; empty: not known.
    std::string find(std::uint32_t address) const;

  private:
    struct Range {
        std::uint32_t first = 0, end = 0;  // addresses
        std::uint32_t file = 0, line = 0;  // index into files_
    };
    class Unit;

    std::vector<std::string> files_;
    std::vector<Range> ranges_;  // ascending
};

}  // namespace cortile
