// SPDX-License-Identifier: Apache-2.0
// One small fault in a netlist, as the command `mutate` of yosys makes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cortile {

struct Mutant {
    std::uint32_t number = 0;  // from 1; what the select input has to show
    // inv: the bit is inverted; const0, const1: stuck; cnot0, cnot1: inverted while bit
    // `control_bit` of the same port is 0, 1.
    std::string mode;
    std::string cell, port;  // "$gt$source_1.sv:165$28", "A"
    int bit = 0, control_bit = -1;
    std::string wire;  // that has a name in the source, and its bit; may be empty
    int wire_bit = -1;
    std::vector<std::string> sources;  // attributes `src`, from the outermost instance inwards
    std::string command;               // what makes it, without what only tells of it

    // "bit 8 of A of $gt stuck at 0".
    std::string text() const;
    // Where it lies in the sources: the innermost attribute; empty: not known.
    std::string source() const { return sources.empty() ? "" : sources.back(); }
    // A fault in what clocks or asynchronously resets a register.
    bool is_in_clock() const;
};

// The output of `mutate -list`, a command a line; `where` is for messages. Throws ConfigError for
// what is no such list.
std::vector<Mutant> parse_mutants(const std::string& list, const std::string& where);

}  // namespace cortile
