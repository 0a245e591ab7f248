// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace cortile {

// A binary crossbar as TrueNorth's core has it: up to 256 axons, each a row of 256 bits (does it
// reach this neuron?) and one of four types, which chooses among four weights of each neuron.
// Merolla et al., Science 345, 2014; Cassidy et al., IJCNN 2013.
class Crossbar {
  public:
    static constexpr std::uint32_t kAxons = 256, kNeurons = 256, kTypes = 4;
    using Row = std::array<std::uint64_t, kNeurons / 64>;  // bit n % 64 of word n / 64: neuron n

    // `core`: index on the chip. Random numbers of the core are keyed by it.
    explicit Crossbar(std::uint32_t core = 0) : core_(core) {}

    void reserve(std::uint32_t axons) { rows_.reserve(axons), types_.reserve(axons); }
    // Appends an axon without synapses; returns its index. ContractViolation when all are taken or
    // there is no such type.
    std::uint32_t add_axon(std::uint8_t type);
    void connect(std::uint32_t axon, std::uint32_t neuron) {
        rows_[axon][neuron / 64] |= std::uint64_t{1} << (neuron % 64);
    }
    bool connected(std::uint32_t axon, std::uint32_t neuron) const {
        return (rows_[axon][neuron / 64] >> (neuron % 64) & 1) != 0;
    }
    // Neuron `to` gets the synapses of neuron `from` on all axons.
    void copy_column(std::uint32_t from, std::uint32_t to);

    std::uint32_t core() const { return core_; }
    std::uint32_t axons() const { return static_cast<std::uint32_t>(rows_.size()); }
    std::uint8_t type(std::uint32_t axon) const { return types_[axon]; }
    const Row& row(std::uint32_t axon) const { return rows_[axon]; }
    std::uint32_t fan_out(std::uint32_t axon) const;
    std::uint64_t synapses() const;

    // Adds 1 to counts[n] for each neuron n that the axon reaches.
    void count(std::uint32_t axon, std::array<std::uint8_t, kNeurons>& counts) const;

  private:
    std::uint32_t core_;
    std::vector<Row> rows_;
    std::vector<std::uint8_t> types_;
};

}  // namespace cortile
