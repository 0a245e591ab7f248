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

std::optional<Disagreement> first_disagreement(NeuronDatapath& implementation,
                                               std::span<const std::int64_t> operands,
                                               std::span<const std::int64_t> expected,
                                               std::vector<std::int64_t>& got,
                                               std::size_t at_once) {
    const DatapathContract& contract = implementation.contract();
    const std::size_t words = contract.operand_words(), result_words = contract.result_words();
    const std::size_t operations = operands.size() / words;
    const std::size_t step = at_once == 0 ? operations : at_once;
    got.assign(expected.begin(), expected.end());
    std::optional<Disagreement> reported;
    std::size_t sane = operations;
    for (std::size_t first = 0; first < operations; first += step) {
        const std::size_t count = std::min(step, operations - first);
        try {
            implementation.run(operands.subspan(first * words, count * words),
                               std::span(got).subspan(first * result_words, count * result_words));
        } catch (const DatapathMismatch& mismatch) {
            reported = mismatch.disagreement();
            reported->operation += first;
            sane = std::min<std::size_t>(operations, reported->operation);
            break;
        }
    }
    const auto difference = first_difference(contract, expected.first(sane * result_words),
                                             std::span(got).first(sane * result_words));
    if (difference) {
        return difference;
    }
    if (reported && reported->operation >= operations) {
        reported->operation = operations - 1;
    }
    return reported;
}

std::optional<Operations> shortest_suffix(NeuronDatapath& reference, NeuronDatapath& implementation,
                                          std::span<const std::int64_t> operations,
                                          std::size_t most) {
    const DatapathContract& contract = reference.contract();
    const std::size_t words = contract.operand_words();
    const std::size_t count = operations.size() / words;
    std::vector<std::int64_t> expected, got;
    for (std::size_t length = 1; length <= std::min(count, most); ++length) {
        const auto suffix = operations.last(length * words);
        expected.resize(length * contract.result_words());
        reference.run(suffix, expected);
        implementation.reset();
        if (first_disagreement(implementation, suffix, expected, got)) {
            return Operations(suffix.begin(), suffix.end());
        }
    }
    return std::nullopt;
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
    const auto difference = first_disagreement(*implementation_, operands, results, got_);
    if (difference) {
        throw DatapathMismatch(*difference);
    }
}

}  // namespace cortile
