// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/blocks/synapse_memory.h"

namespace cortile {

// The dendrite of a core, accumulated by a datapath of semantics `fcore_mac_row`: neurons in groups
// of as many as it has lanes, an operation for each axon and each group that the axon reaches.
class MacRows {
  public:
    // `memory` has neither delays nor exponents, as those of this core type. Throws ConfigError for
    // accumulators beyond 32 bits, which sums of the model have.
    MacRows(std::uint32_t neurons, const SynapseMemory& memory,
            std::unique_ptr<NeuronDatapath> datapath);

    // Adds the rows of `packets`, times their values or (`values` false) as they are. Throws
    // DatapathMismatch.
    void receive(const SynapseMemory& memory, std::span<const SpikePacket> packets, bool values);
    // What was added since clear(), for each neuron.
    std::span<const std::int32_t> sums() const { return {sums_.data(), neurons_}; }
    void clear();

    const DatapathContract& contract() const { return datapath_->contract(); }
    // Of the last axon, and so of one that differs.
    const std::vector<std::int64_t>& operands() const { return operands_; }
    std::size_t lanes() const { return lanes_; }
    // The first of the neurons side by side.
    std::uint32_t neuron(std::size_t operation) const {
        return static_cast<std::uint32_t>(groups_[operation] * lanes_);
    }

  private:
    void add(std::size_t neuron, std::int32_t weight, std::int32_t value);
    void accumulate(std::int32_t value);

    std::unique_ptr<NeuronDatapath> datapath_;
    std::size_t neurons_, lanes_;
    std::vector<std::int32_t> sums_;
    std::vector<std::int32_t> weights_;  // of the present axon
    std::vector<std::size_t> groups_;    // that it reaches
    std::vector<char> is_reached_;       // [group]
    std::vector<std::int64_t> operands_, results_;
};

}  // namespace cortile
