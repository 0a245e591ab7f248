// SPDX-License-Identifier: Apache-2.0
// How many bits of synapse memory an axon's row takes.
#pragma once

#include <array>
#include <cstdint>

#include "cores/api/core_limits.h"

namespace cortile {

// Widths that a target index may have. Loihi 1 has those up to 12; wider ones are for cores that
// hold more than 4096 neurons.
inline constexpr std::array<std::uint32_t, 12> kIndexWidths{0,  6,  7,  8,  9,  10,
                                                            11, 12, 13, 14, 15, 16};

// Position in kIndexWidths of the smallest width that tells `neurons` apart.
std::size_t index_class(std::uint32_t neurons);

// Bits of a row of `synapses` synapses with `payload_bits` of weight and delay each: blocks of at
// most packing.block_synapses, each with a header and rounded up to whole words.
constexpr std::uint64_t packed_row_bits(const SynapsePacking& packing, std::uint64_t synapses,
                                        std::uint32_t payload_bits, std::uint32_t index_bits) {
    const std::uint64_t each = payload_bits + packing.tag_bits + index_bits;
    const auto block = [&](std::uint64_t k) {
        const std::uint64_t bits = k * each + packing.block_header_bits;
        return (bits + packing.word_bits - 1) / packing.word_bits * packing.word_bits;
    };
    const std::uint64_t rest = synapses % packing.block_synapses;
    return synapses / packing.block_synapses * block(packing.block_synapses) +
           (rest > 0 ? block(rest) : 0);
}

// One step of a hash over the synapses of a row, positions relative to its first target.
constexpr std::uint64_t hash_step(std::uint64_t hash, std::uint64_t relative_target,
                                  std::uint32_t content) {
    std::uint64_t x = hash ^ (relative_target << 32 | content);
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;  // finaliser of SplitMix64 (Steele et al., 2014)
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (x ^ x >> 31) + 0x9E3779B97F4A7C15u;
}

constexpr std::uint32_t synapse_content(std::int16_t weight, std::uint8_t delay) {
    return static_cast<std::uint32_t>(static_cast<std::uint16_t>(weight)) << 8 | delay;
}

}  // namespace cortile
