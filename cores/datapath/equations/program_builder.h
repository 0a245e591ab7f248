// SPDX-License-Identifier: Apache-2.0
// Collects the instructions of a program: folds constants, computes nothing twice, and knows the
// range of every value.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cores/datapath/equations/program.h"
#include "cores/datapath/equations/value_range.h"

namespace cortile {

struct ProgramValue {
    std::uint32_t reg = 0;
    ValueRange range;

    bool is_constant() const { return range.low == range.high; }
    std::int64_t constant() const { return static_cast<std::int64_t>(range.low); }
};

class ProgramBuilder {
  public:
    // More than any neuron; a loop written by mistake ends here.
    static constexpr std::size_t kMostInstructions = 50'000;

    // Words of the operation, in their order, before anything else.
    ProgramValue operand(const ValueRange& range);
    ProgramValue constant(std::int64_t value);
    // nullopt where the result might not fit 64 bits, or there are too many instructions.
    std::optional<ProgramValue> apply(Opcode op, const ProgramValue& a, const ProgramValue& b,
                                      const ProgramValue& c);
    // The same value, known to lie in `range`.
    static ProgramValue narrowed(ProgramValue value, const ValueRange& range);
    void check(const ProgramValue& value, const ProgramValue& condition, RangeCheck check);
    // `comparison` stands in the text, at `position`.
    void mark(const ProgramValue& comparison, SourcePosition position) {
        positions_.emplace(comparison.reg, position);
    }
    bool is_full() const { return program_.code.size() >= kMostInstructions; }

    // Fills in all but the contract.
    Program finish(std::vector<std::uint32_t> results);

  private:
    void find_boundaries();

    Program program_;
    std::uint32_t operands_ = 0;
    std::map<std::int64_t, std::uint32_t> constants_;
    std::map<std::array<std::uint32_t, 4>, std::uint32_t> known_;  // op, a, b, c -> register
    std::vector<ValueRange> ranges_;                               // of each register
    std::map<std::uint32_t, SourcePosition> positions_;            // of comparisons in the text
};

}  // namespace cortile
