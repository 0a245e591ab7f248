// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/synapse_memory.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

SynapseMemory::SynapseMemory(std::vector<std::int8_t> plane_exponents, bool indexed)
    : plane_exponents_(std::move(plane_exponents)), indexed_(indexed) {
    if (plane_exponents_.empty()) {
        throw ContractViolation("SynapseMemory: at least one accumulator plane is needed");
    }
    if (plane_exponents_.size() > 1 && !indexed_) {
        throw ContractViolation("SynapseMemory: several planes need an axon table");
    }
}

void SynapseMemory::reserve(std::size_t words, std::size_t axons) {
    words_.reserve(words);
    axons_.reserve(axons);
}

std::uint32_t SynapseMemory::add_row(std::span<const std::uint32_t> words) {
    if (words.empty()) {
        throw ContractViolation("SynapseMemory: a row needs a synapse");
    }
    const auto first = static_cast<std::uint32_t>(words_.size());
    words_.insert(words_.end(), words.begin(), words.end());
    words_.back() |= SynapseWord::kLast;
    for (const std::uint32_t word : words) {
        max_delay_ = std::max(max_delay_, SynapseWord::delay(word));
    }
    return first;
}

std::uint32_t SynapseMemory::add_axon(InputAxon axon) {
    if (!indexed_) {
        throw ContractViolation("SynapseMemory: this memory has no axon table");
    }
    axons_.push_back(axon);
    return static_cast<std::uint32_t>(axons_.size() - 1);
}

}  // namespace cortile
