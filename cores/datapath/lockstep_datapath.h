// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "cores/api/neuron_datapath.h"
#include "cores/datapath/operations.h"

namespace cortile {

// The first word in which two rows of results differ, over all operations; empty: none does.
std::optional<Disagreement> first_difference(const DatapathContract& contract,
                                             std::span<const std::int64_t> expected,
                                             std::span<const std::int64_t> got);

// Runs operations, `at_once` of them a call (0: all), and finds where the implementation leaves
// `expected`. A result that differs comes before what the implementation reports of a later
// operation: an assertion, a response that is missing. `got` becomes what it gave; words that it
// does not show are as expected. What is reported after the last operation counts as its.
std::optional<Disagreement> first_disagreement(NeuronDatapath& implementation,
                                               std::span<const std::int64_t> operands,
                                               std::span<const std::int64_t> expected,
                                               std::vector<std::int64_t>& got,
                                               std::size_t at_once = 0);

// The fewest of the last operations, at most `most`, that show a difference when they run from
// reset; empty: they do not show one without those before.
std::optional<Operations> shortest_suffix(NeuronDatapath& reference, NeuronDatapath& implementation,
                                          std::span<const std::int64_t> operations,
                                          std::size_t most);

// Runs an implementation and its reference and compares every result: throws DatapathMismatch at
// the first that differs. Results are the reference's.
class LockstepDatapath final : public NeuronDatapath {
  public:
    LockstepDatapath(std::unique_ptr<NeuronDatapath> reference,
                     std::unique_ptr<NeuronDatapath> implementation);

    const DatapathContract& contract() const override { return reference_->contract(); }
    void reset() override;
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override;

    // What the implementation gave in the last run(), as far as it came.
    std::span<const std::int64_t> got() const { return got_; }

    NeuronDatapath& reference() { return *reference_; }
    NeuronDatapath& implementation() { return *implementation_; }

  private:
    std::unique_ptr<NeuronDatapath> reference_, implementation_;
    std::vector<std::int64_t> got_;
};

}  // namespace cortile
