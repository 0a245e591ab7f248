// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "cores/api/neuron_datapath.h"

namespace cortile {

// A reference out of a function object `update(const std::int64_t* operands, std::int64_t*
// results)` that computes one operation.
template <typename Update>
class ReferenceDatapath final : public NeuronDatapath {
  public:
    ReferenceDatapath(DatapathContract contract, Update update)
        : contract_(std::move(contract)), update_(std::move(update)) {}

    const DatapathContract& contract() const override { return contract_; }
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override {
        const std::size_t operand_words = contract_.operand_words();
        const std::size_t result_words = contract_.result_words();
        const std::size_t count = operands.size() / operand_words;
        if (operands.size() % operand_words != 0 || results.size() != count * result_words) {
            throw ContractViolation("ReferenceDatapath: rows of the wrong length");
        }
        for (std::size_t i = 0; i < count; ++i) {
            update_(operands.data() + i * operand_words, results.data() + i * result_words);
        }
    }

  private:
    DatapathContract contract_;
    Update update_;
};

}  // namespace cortile
