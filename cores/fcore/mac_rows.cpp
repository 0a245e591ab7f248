// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/mac_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

MacRows::MacRows(std::uint32_t neurons, const SynapseMemory& memory,
                 std::unique_ptr<NeuronDatapath> datapath)
    : datapath_(std::move(datapath)), neurons_(neurons), lanes_(contract().state.at(0).lanes) {
    if (contract().semantics != "fcore_mac_row") {
        throw ContractViolation("MacRows: a datapath of semantics " + contract().semantics);
    }
    if (memory.planes() != std::vector<Plane>{Plane{}} || memory.max_delay() != 0) {
        throw ContractViolation("MacRows: synapses with delays or exponents");
    }
    if (contract().state[0].width > 32) {
        throw ConfigError("datapath of semantics fcore_mac_row",
                          fmt::format("accumulators have {} bits, in a core of this type 32",
                                      contract().state[0].width),
                          "give the datapath the core's widths (reference, parameters)");
    }
    const std::size_t groups = (neurons_ + lanes_ - 1) / lanes_;
    sums_.resize(groups * lanes_);
    weights_.resize(groups * lanes_);
    is_reached_.resize(groups);
}

void MacRows::clear() {
    std::fill(sums_.begin(), sums_.end(), 0);
}

void MacRows::receive(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                      bool values) {
    for (const SpikePacket& packet : packets) {
        const InputAxon axon =
            memory.indexed() ? memory.axons()[packet.address()] : InputAxon{packet.address(), 0, 0};
        const std::int32_t value = values ? packet.value() : 1;
        const std::uint32_t* word = &memory.words()[axon.row];
        for (;; ++word) {
            add(axon.base + SynapseWord::neuron(*word), SynapseWord::weight(*word), value);
            if ((*word & SynapseWord::kLast) != 0) {
                break;
            }
        }
        accumulate(value);
    }
}

void MacRows::add(std::size_t neuron, std::int32_t weight, std::int32_t value) {
    // A lane takes one weight an operation: a neuron that an axon reaches twice takes two.
    if (weights_[neuron] != 0) {
        accumulate(value);
    }
    weights_[neuron] = weight;
    const std::size_t group = neuron / lanes_;
    if (is_reached_[group] == 0) {
        is_reached_[group] = 1;
        groups_.push_back(group);
    }
}

void MacRows::accumulate(std::int32_t value) {
    const std::size_t operand_words = contract().operand_words();
    const std::size_t result_words = contract().result_words();
    operands_.resize(groups_.size() * operand_words);
    results_.resize(groups_.size() * result_words);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto first = static_cast<std::ptrdiff_t>(groups_[i] * lanes_);
        const auto lanes = static_cast<std::ptrdiff_t>(lanes_);
        std::int64_t* const x = &operands_[i * operand_words];
        std::copy_n(sums_.begin() + first, lanes, x);
        std::copy_n(weights_.begin() + first, lanes, x + lanes);
        std::fill_n(weights_.begin() + first, lanes, 0);
        x[2 * lanes] = value;
    }
    datapath_->run(operands_, results_);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
            sums_[groups_[i] * lanes_ + lane] =
                static_cast<std::int32_t>(results_[i * result_words + lane]);
        }
        is_reached_[groups_[i]] = 0;
    }
    groups_.clear();
}

}  // namespace cortile
