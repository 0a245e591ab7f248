// SPDX-License-Identifier: Apache-2.0
// Synapses of one core, 4 bytes each, in rows that are laid out one after another so that a row is
// one run of memory. A row ends with a marked word: no length needs to be stored or fetched.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "noc/api/packet.h"

namespace cortile {

// One synapse: neuron 16 bits | delay 6 | weight 9, signed | last of its row 1.
struct SynapseWord {
    static constexpr std::uint32_t kLast = 1;
    static constexpr std::int32_t kMinWeight = -256, kMaxWeight = 255;
    static constexpr std::uint32_t kMaxDelay = 63, kMaxNeuron = 0xFFFF;

    static constexpr std::uint32_t pack(std::uint32_t neuron, std::uint32_t delay,
                                        std::int32_t weight) {
        return neuron << 16 | delay << 10 | (static_cast<std::uint32_t>(weight) & 0x1FF) << 1;
    }
    static constexpr std::uint32_t neuron(std::uint32_t word) { return word >> 16; }
    static constexpr std::uint32_t delay(std::uint32_t word) { return word >> 10 & 0x3F; }
    // Sign-extends by shifting the sign bit to the top and back.
    static constexpr std::int32_t weight(std::uint32_t word) {
        return static_cast<std::int32_t>(word << 22) >> 23;
    }
};

// Where an input axon's row is. A core with plain rows needs none of these: a packet's address is
// the row itself. Rows shared by shift (convolutions) and rows with a weight exponent of their own
// go through this table.
struct InputAxon {
    std::uint32_t row = 0;   // first word of the row
    std::uint16_t base = 0;  // added to every neuron index of the row
    std::uint8_t plane = 0;  // accumulator plane: synapses of one weight exponent
};

class SynapseMemory {
  public:
    // A plane is one accumulator per neuron whose sum is shifted by `exponent` when it is read.
    explicit SynapseMemory(std::vector<std::int8_t> plane_exponents = {0}, bool indexed = false);

    void reserve(std::size_t words, std::size_t axons);
    // Appends a row, given as packed words without the mark; returns its first word's index.
    std::uint32_t add_row(std::span<const std::uint32_t> words);
    // Appends an input axon (indexed memories only); returns the address for packets.
    std::uint32_t add_axon(InputAxon axon);

    bool indexed() const { return indexed_; }
    std::uint32_t max_delay() const { return max_delay_; }
    const std::vector<std::int8_t>& plane_exponents() const { return plane_exponents_; }
    const std::vector<std::uint32_t>& words() const { return words_; }
    const std::vector<InputAxon>& axons() const { return axons_; }

  private:
    std::vector<std::uint32_t> words_;
    std::vector<InputAxon> axons_;
    std::vector<std::int8_t> plane_exponents_;
    std::uint32_t max_delay_ = 0;
    bool indexed_ = false;
};

}  // namespace cortile
