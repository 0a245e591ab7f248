// SPDX-License-Identifier: Apache-2.0
// Synapses of one core in rows that are laid out one after another, so that a row is one run of
// memory. A row ends with a marked word: no length needs to be stored or fetched.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "noc/api/packet.h"

namespace cortile {

// An integer synapse, 4 bytes: neuron 16 bits | delay 6 | weight 9, signed | last of its row 1.
struct SynapseWord {
    using Raw = std::uint32_t;
    static constexpr Raw kLast = 1;
    static constexpr unsigned kNeuronShift = 16;
    static constexpr std::int32_t kMinWeight = -256, kMaxWeight = 255;
    static constexpr std::uint32_t kMaxDelay = 63, kMaxNeuron = 0xFFFF;

    static constexpr Raw pack(std::uint32_t neuron, std::uint32_t delay, std::int32_t weight) {
        return neuron << 16 | delay << 10 | (static_cast<std::uint32_t>(weight) & 0x1FF) << 1;
    }
    static constexpr Raw with_weight(Raw word, std::int32_t weight) {
        return (word & ~Raw{0x3FE}) | (static_cast<std::uint32_t>(weight) & 0x1FF) << 1;
    }
    static constexpr Raw with_delay(Raw word, std::uint32_t delay) {
        return (word & ~Raw{0xFC00}) | delay << 10;
    }
    static constexpr std::uint32_t neuron(Raw word) { return word >> 16; }
    static constexpr std::uint32_t delay(Raw word) { return word >> 10 & 0x3F; }
    // Sign-extends by shifting the sign bit to the top and back.
    static constexpr std::int32_t weight(Raw word) {
        return static_cast<std::int32_t>(word << 22) >> 23;
    }
};

// A synapse whose weight is a single-precision number, 8 bytes:
// neuron 16 bits | delay 6 | unused 9 | last of its row 1 | weight 32.
struct RealSynapseWord {
    using Raw = std::uint64_t;
    static constexpr Raw kLast = Raw{1} << 32;
    static constexpr unsigned kNeuronShift = 48;
    static constexpr std::uint32_t kMaxDelay = 63, kMaxNeuron = 0xFFFF;

    static constexpr Raw pack(std::uint32_t neuron, std::uint32_t delay, float weight) {
        return Raw{neuron} << 48 | Raw{delay} << 42 | std::bit_cast<std::uint32_t>(weight);
    }
    static constexpr std::uint32_t neuron(Raw word) {
        return static_cast<std::uint32_t>(word >> 48);
    }
    static constexpr std::uint32_t delay(Raw word) {
        return static_cast<std::uint32_t>(word >> 42) & 0x3F;
    }
    static constexpr float weight(Raw word) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(word));
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

// One accumulator per neuron, whose sum is shifted when it is read: left by `exponent`, or right by
// -exponent, towards minus infinity. Then, if wrap_bits is not 0, so many low bits of it are taken
// as a number in two's complement.
struct Plane {
    std::int8_t exponent = 0;
    std::uint8_t wrap_bits = 0;
    std::uint8_t channel = 0;  // not 0: no input of the neurons, but of this channel of theirs
    bool operator==(const Plane&) const = default;
};

template <typename WordFormat>
class SynapseRows {
  public:
    using Word = WordFormat;
    using Raw = typename Word::Raw;

    explicit SynapseRows(std::vector<Plane> planes = {Plane{}}, bool indexed = false);

    void reserve(std::size_t words, std::size_t axons);
    // Appends a row, given as packed words without the mark; returns its first word's index.
    std::uint32_t add_row(std::span<const Raw> words);
    // Appends an input axon (indexed memories only); returns the address for packets.
    std::uint32_t add_axon(InputAxon axon);

    // Replaces a synapse, keeping the mark of the last one of its row.
    void replace(std::uint32_t index, Raw word) {
        words_[index] = (word & ~Word::kLast) | (words_[index] & Word::kLast);
    }
    // Announces delays of up to `delay` that replace() may bring.
    void reserve_delay(std::uint32_t delay) { max_delay_ = std::max(max_delay_, delay); }

    bool indexed() const { return indexed_; }
    std::uint32_t max_delay() const { return max_delay_; }
    const std::vector<Plane>& planes() const { return planes_; }
    const std::vector<Raw>& words() const { return words_; }
    const std::vector<InputAxon>& axons() const { return axons_; }

  private:
    std::vector<Raw> words_;
    std::vector<InputAxon> axons_;
    std::vector<Plane> planes_;
    std::uint32_t max_delay_ = 0;
    bool indexed_ = false;
};

extern template class SynapseRows<SynapseWord>;
extern template class SynapseRows<RealSynapseWord>;
using SynapseMemory = SynapseRows<SynapseWord>;
using RealSynapseMemory = SynapseRows<RealSynapseWord>;

}  // namespace cortile
