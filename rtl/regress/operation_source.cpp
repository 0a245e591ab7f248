// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/operation_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile::regress {

OperationSource::OperationSource(const DatapathDescription& datapath, const TestDescription& test,
                                 std::uint64_t seed)
    : datapath_(datapath),
      reference_(datapath.reference()),
      words_(datapath.contract.operand_words()),
      left_(test.operations),
      state_(initial_state(datapath.contract)) {
    switch (test.stimulus) {
        case StimulusKind::random:
            random_ = std::make_unique<RandomStimulus>(*datapath.semantics, datapath.contract,
                                                       *reference_, seed);
            return;
        case StimulusKind::directed:
            make_directed(seed, test.operations);
            break;
        case StimulusKind::recorded:
            read_recording(test, seed);
            break;
    }
    left_ = listed_.size() / words_;
}

void OperationSource::make_directed(std::uint64_t seed, std::uint64_t most) {
    const DatapathContract& contract = datapath_.contract;
    const bool inside = datapath_.state_inside;
    listed_ = directed_operations(*datapath_.semantics, contract, *reference_, inside, seed);
    RandomStimulus others(*datapath_.semantics, contract, *reference_, seed);
    std::size_t word = 0;
    for (const auto* group : {&contract.state, &contract.inputs, &contract.parameters}) {
        for (const DatapathField& field : *group) {
            // Nobody asks for a state that is kept inside.
            if (!inside || group != &contract.state) {
                const Operations rows = corner_operations(contract, field, word, others, inside);
                listed_.insert(listed_.end(), rows.begin(), rows.end());
            }
            word += field.lanes;
        }
    }
    listed_.resize(std::min<std::uint64_t>(most, listed_.size() / words_) * words_);
}

void OperationSource::read_recording(const TestDescription& test, std::uint64_t seed) {
    const std::uint64_t recorded = count_operations(test.recording);
    if (recorded == 0) {
        throw ConfigError(test.recording.string(), "holds no operations");
    }
    const std::uint64_t slices = (recorded - 1) / test.operations + 1;
    const std::uint64_t slice = (seed + slices - 1) % slices;
    listed_ = read_operations(datapath_.contract, test.recording, slice * test.operations,
                              test.operations);
}

std::span<const std::int64_t> OperationSource::next(std::size_t most) {
    const std::size_t count = std::min<std::uint64_t>(most, left_);
    left_ -= count;
    piece_.resize(count * words_);
    if (random_) {
        if (datapath_.state_inside) {
            random_->draw_chained(piece_, state_);
        } else {
            random_->draw(piece_);
        }
        return piece_;
    }
    const auto first = listed_.begin() + static_cast<std::ptrdiff_t>(taken_ * words_);
    std::copy(first, first + static_cast<std::ptrdiff_t>(piece_.size()), piece_.begin());
    taken_ += count;
    if (datapath_.state_inside) {
        chain_operations(*reference_, piece_, state_);
    }
    return piece_;
}

}  // namespace cortile::regress
