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

class EquationsDatapath final : public NeuronDatapath {
  public:
    // `name`: of the semantics, for the contract.
    EquationsDatapath(Program program, SourceText source, const std::string& name);

    const DatapathContract& contract() const override { return program_.contract; }
    // Throws ConfigError, with the operation, where a value does not fit the field it is assigned
    // to.
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override;

    const std::vector<Boundary>& boundaries() const { return program_.boundaries; }
    // a - b of a boundary for one operation; differences beyond 62 bits are cut to that.
    std::int64_t distance(const Boundary& boundary, std::span<const std::int64_t> operands);

  private:
    void assign_slots();
    void run_block(std::size_t rows, const std::int64_t* operands, std::int64_t* results);
    void run_check(const Instruction& instruction, std::size_t rows, const std::int64_t* operands);
    std::int64_t* slot(std::uint32_t index) { return slots_.data() + index * block_; }

    Program program_;  // registers, each written once
    SourceText source_;
    std::vector<Instruction> code_;  // the same, with slots in place of registers
    std::vector<std::uint32_t> operand_slots_, result_slots_;
    std::size_t block_ = 1;            // operations computed side by side
    std::vector<std::int64_t> slots_;  // block_ values each
    std::vector<std::int64_t> registers_;
};

}  // namespace cortile
