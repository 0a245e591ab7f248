// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "cores/api/neuron_datapath.h"

namespace cortile {

// The first word in which two rows of results differ, over all operations; empty: none does.
std::optional<Disagreement> first_difference(const DatapathContract& contract,
                                             std::span<const std::int64_t> expected,
                                             std::span<const std::int64_t> got);

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
