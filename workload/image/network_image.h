// SPDX-License-Identifier: Apache-2.0
// A mapped network as firmware loads it into a chip. Little-endian words; docs/firmware.md has the
// layout:
//     header      16 words
//     parts       4 words each: 0 for a core, 1 for the host's axon table; core; offset; bytes
//     outputs     2 words each: population; index of its first neuron among all outputs
//     the parts   core_image(), axon_image()
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "workload/compile/compile.h"

namespace cortile {

struct NetworkImageHeader {
    static constexpr std::uint32_t kMagic = 0x494E5443;  // "CTNI"
    static constexpr std::uint32_t kVersion = 1;

    std::uint32_t magic = kMagic, version = kVersion;
    std::uint32_t bytes = 0;      // of the whole image
    std::uint32_t checksum = 0;   // CRC-32 (IEEE 802.3) of what is behind the header
    std::uint32_t core_type = 0;  // CRC-32 of its name
    std::uint32_t cores = 0;      // of the chip
    std::uint32_t parts = 0, output_populations = 0;
    std::uint32_t output_neurons = 0;
    std::array<std::uint32_t, 7> reserved{};
};
static_assert(sizeof(NetworkImageHeader) == 64);

// `network`: what `program` was compiled from, for its outputs.
std::vector<std::uint8_t> network_image(const ChipProgram& program, const QuantizedNetwork& network,
                                        const std::string& core_type);

}  // namespace cortile
