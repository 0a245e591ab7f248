// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/synapse_memory.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

template <typename WordFormat>
SynapseRows<WordFormat>::SynapseRows(std::vector<Plane> planes, bool indexed)
    : planes_(std::move(planes)), indexed_(indexed) {
    if (planes_.empty()) {
        throw ContractViolation("SynapseMemory: at least one accumulator plane is needed");
    }
    if (planes_.size() > 1 && !indexed_) {
        throw ContractViolation("SynapseMemory: several planes need an axon table");
    }
}

template <typename WordFormat>
void SynapseRows<WordFormat>::reserve(std::size_t words, std::size_t axons) {
    words_.reserve(words);
    axons_.reserve(axons);
}

template <typename WordFormat>
std::uint32_t SynapseRows<WordFormat>::add_row(std::span<const Raw> words) {
    if (words.empty()) {
        throw ContractViolation("SynapseMemory: a row needs a synapse");
    }
    const auto first = static_cast<std::uint32_t>(words_.size());
    words_.insert(words_.end(), words.begin(), words.end());
    words_.back() |= Word::kLast;
    for (const Raw word : words) {
        max_delay_ = std::max(max_delay_, Word::delay(word));
    }
    return first;
}

template <typename WordFormat>
std::uint32_t SynapseRows<WordFormat>::add_axon(InputAxon axon) {
    if (!indexed_) {
        throw ContractViolation("SynapseMemory: this memory has no axon table");
    }
    axons_.push_back(axon);
    return static_cast<std::uint32_t>(axons_.size() - 1);
}

template class SynapseRows<SynapseWord>;
template class SynapseRows<RealSynapseWord>;

}  // namespace cortile
