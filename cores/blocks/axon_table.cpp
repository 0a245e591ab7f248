// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/axon_table.h"

#include "hw_model/base/error.h"

namespace cortile {

AxonTable::AxonTable(std::span<const std::uint32_t> destinations_of)
    : begin_(destinations_of.size() + 1), filled_(destinations_of.size()) {
    std::uint32_t sum = 0;
    for (std::size_t n = 0; n < destinations_of.size(); ++n) {
        begin_[n] = sum;
        sum += destinations_of[n];
    }
    begin_.back() = sum;
    destinations_.resize(sum);
}

void AxonTable::add(std::uint32_t neuron, std::uint32_t destination) {
    const std::uint32_t place = begin_[neuron] + filled_[neuron]++;
    if (place >= begin_[neuron + 1]) {
        throw ContractViolation("AxonTable: more destinations than announced");
    }
    destinations_[place] = destination;
}

void AxonTable::finish() {
    for (std::size_t n = 0; n < filled_.size(); ++n) {
        if (begin_[n] + filled_[n] != begin_[n + 1]) {
            throw ContractViolation("AxonTable: fewer destinations than announced");
        }
    }
    filled_ = {};
}

}  // namespace cortile
