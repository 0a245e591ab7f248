// SPDX-License-Identifier: Apache-2.0
// Evaluates a program: the reference of a datapath whose arithmetic is given as equations.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/datapath/equations/program.h"

namespace cortile {

// What has to be computed of a chain of operations to know the distance at a boundary of its last
// one: of each operation, the state words that the one before leaves, and the instructions.
struct BoundaryCourse {
    struct Step {
        std::vector<std::uint32_t> state;  // words; none of the first operation
        std::vector<std::uint32_t> code;
    };
    std::uint32_t a = 0, b = 0;  // registers
    std::vector<Step> steps;
};

class EquationsDatapath final : public NeuronDatapath {
  public:
    // `name`: of the semantics, for the contract.
    EquationsDatapath(Program program, SourceText source, const std::string& name);

    const DatapathContract& contract() const override { return program_.contract; }
    // Throws ConfigError, with the operation, where a value does not fit the field it is assigned
    // to.
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override;

    const std::vector<Boundary>& boundaries() const { return program_.boundaries; }
    // Of an operation, or (`steps` more than 1) of the last of a chain of so many.
    BoundaryCourse course(const Boundary& boundary, std::size_t steps) const;
    // a - b of the boundary, for rows of operations that follow one another, each from the state
    // that the one before leaves. Differences beyond 62 bits are cut to that.
    std::int64_t distance(const BoundaryCourse& course, std::span<const std::int64_t> rows);
    // Words of the first operation of such a chain that the distance depends on, ascending.
    std::vector<std::uint32_t> words_that_move(const Boundary& boundary, std::size_t steps) const;
    // Those of `boundaries` (indices) whose two sides are equal in an operation.
    std::vector<std::uint32_t> equal_sides(std::span<const std::int64_t> operands,
                                           std::span<const std::uint32_t> boundaries);

    const SourceText& source() const { return source_; }

  private:
    void assign_slots();
    void run_block(std::size_t rows, const std::int64_t* operands, std::int64_t* results);
    void run_check(const Instruction& instruction, std::size_t rows, const std::int64_t* operands);
    void compute_register(const Instruction& instruction) {
        registers_[instruction.target] =
            compute(instruction.op, registers_[instruction.a], registers_[instruction.b],
                    registers_[instruction.c]);
    }
    std::int64_t* slot(std::uint32_t index) { return slots_.data() + index * block_; }

    Program program_;  // registers, each written once
    SourceText source_;
    std::vector<Instruction> code_;  // the same, with slots in place of registers
    std::vector<std::uint32_t> operand_slots_, result_slots_;
    std::size_t block_ = 1;            // operations computed side by side
    std::vector<std::int64_t> slots_;  // block_ values each
    std::vector<std::int64_t> registers_, carried_;
};

}  // namespace cortile
