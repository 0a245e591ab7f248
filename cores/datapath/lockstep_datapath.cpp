// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/lockstep_datapath.h"

#include <algorithm>

namespace cortile {

std::optional<Disagreement> first_difference(const DatapathContract& contract,
                                             std::span<const std::int64_t> expected,
                                             std::span<const std::int64_t> got) {
    const auto [e, g] = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
    if (e == expected.end()) {
        return std::nullopt;
    }
    const auto index = static_cast<std::size_t>(e - expected.begin());
    Disagreement difference;
    difference.operation = index / contract.result_words();
    difference.field = contract.result_names()[index % contract.result_words()];
    difference.expected = *e;
    difference.got = *g;
    return difference;
}

LockstepDatapath::LockstepDatapath(std::unique_ptr<NeuronDatapath> reference,
                                   std::unique_ptr<NeuronDatapath> implementation)
    : reference_(std::move(reference)), implementation_(std::move(implementation)) {}

void LockstepDatapath::reset() {
    reference_->reset();
    implementation_->reset();
}

void LockstepDatapath::run(std::span<const std::int64_t> operands,
                           std::span<std::int64_t> results) {
    reference_->run(operands, results);
    // A result that the implementation does not show stays what the reference says.
    got_.assign(results.begin(), results.end());
    std::optional<Disagreement> difference;
    try {
        implementation_->run(operands, got_);
    } catch (const DatapathMismatch& mismatch) {
        // What retired before may differ already, and then that is the first difference.
        const auto sane =
            static_cast<std::size_t>(mismatch.disagreement().operation) * contract().result_words();
        difference = first_difference(contract(), std::span(results).first(sane),
                                      std::span(got_).first(sane));
        if (!difference) {
            throw;
        }
    }
    if (!difference) {
        difference = first_difference(contract(), results, got_);
    }
    if (difference) {
        throw DatapathMismatch(*difference);
    }
}

}  // namespace cortile
