// SPDX-License-Identifier: Apache-2.0
// A neuron update as straight-line code: what the text of `equations` is compiled to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/datapath/equations/operation.h"
#include "cores/datapath/equations/source_text.h"

namespace cortile {

struct Instruction {
    Opcode op = Opcode::add;
    std::uint32_t target = 0, a = 0, b = 0, c = 0;  // registers
};

// Where a value enters a field that may be too narrow for it.
struct RangeCheck {
    std::int64_t low = 0, high = 0;
    std::string field;
    SourcePosition position;
};

// Two values at whose equality something changes: a comparison, an end of a saturation or a wrap.
// Random stimulus alone hardly ever meets one.
struct Boundary {
    std::uint32_t a = 0, b = 0;           // registers
    std::size_t instructions = 0;         // of the code, that a and b need
    std::vector<std::uint32_t> operands;  // words that a - b depends on
    bool below = true, above = true;      // can a be less, or more, than b?
    // Of a comparison that stands in the text.
    std::optional<SourcePosition> position;
};

// Registers are written once. The first operand_words() hold the operation; `constants` are given.
struct Program {
    DatapathContract contract;
    std::uint32_t registers = 0;
    std::vector<std::pair<std::uint32_t, std::int64_t>> constants;  // register, value
    std::vector<Instruction> code;
    std::vector<std::uint32_t> results;               // register of each word of the result
    std::vector<std::vector<std::uint32_t>> depends;  // operand words that each of `results` needs
    std::vector<RangeCheck> checks;
    std::vector<Boundary> boundaries;
};

// Throws ConfigError with line and column for what is not a program, and for what might overflow 64
// bits (docs/how_to/bring_your_own_rtl.md).
Program compile_equations(const SourceText& source);

}  // namespace cortile
