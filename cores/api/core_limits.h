// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortile {

// How synapses are packed into the words of the synapse memory.
struct SynapsePacking {
    std::uint32_t word_bits = 64;
    std::uint32_t block_synapses = 64;     // synapses a block holds at most
    std::uint32_t block_header_bits = 10;  // per block
    std::uint32_t tag_bits = 0;
    bool stores_index = true;  // false: dense rows need no target index
};

// What one core can hold.
struct CoreLimits {
    std::uint32_t neurons = 1024;
    std::uint32_t input_axons = 4096;
    std::uint32_t output_axons = 4096;
    std::uint64_t synapse_memory_bits = 16384ull * 64;
    std::uint32_t fan_in = 0;      // 0: no limit of its own
    std::uint32_t max_delay = 62;  // timesteps beyond the first
    bool shares_rows = true;       // equal rows at shifted targets are stored once
    // Population axons: one input axon for several source neurons with the same targets, which
    // packets tell apart by a number beside the axon's. 1: there are none.
    std::uint32_t axon_atoms = 1;               // source neurons of one at most
    std::uint32_t population_axon_entries = 1;  // output axons that a source neuron's takes
    SynapsePacking packing;
};

}  // namespace cortile
