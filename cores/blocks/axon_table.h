// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cortile {

// Outgoing neuron -> destinations, each a packed (core, row address) as SpikePacket::pack makes it:
// 4 bytes a packet that the neuron sends per spike.
class AxonTable {
  public:
    AxonTable() : begin_{0} {}
    // destinations_of[n]: how many destinations neuron n has. They are filled in by add().
    explicit AxonTable(std::span<const std::uint32_t> destinations_of);

    void add(std::uint32_t neuron, std::uint32_t destination);

    std::uint32_t neurons() const { return static_cast<std::uint32_t>(begin_.size() - 1); }
    std::size_t size() const { return destinations_.size(); }
    std::span<const std::uint32_t> destinations(std::uint32_t neuron) const {
        return {destinations_.data() + begin_[neuron], begin_[neuron + 1] - begin_[neuron]};
    }
    // Drops what only add() needs. Throws ContractViolation if destinations are missing.
    void finish();

  private:
    std::vector<std::uint32_t> begin_;
    std::vector<std::uint32_t> destinations_;
    std::vector<std::uint32_t> filled_;  // per neuron, while building
};

}  // namespace cortile
