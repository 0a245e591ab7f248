// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "hw_model/base/time.h"

namespace cortile {

// One spike on its way to one core. 16 bytes: millions are in flight at once.
// Equal-time order on every link is (time, source, sequence); a source's packets never overtake
// each other, so a stable merge needs no stored sequence number.
struct SpikePacket {
    static constexpr unsigned kAddressBits = 18;
    static constexpr std::uint32_t kMaxAddress = (1u << kAddressBits) - 1;
    static constexpr std::uint32_t kMaxCore = (1u << (32 - kAddressBits)) - 1;

    Picoseconds time = 0;      // since the start of the timestep
    std::uint32_t target = 0;  // destination core << 18 | synapse row address on that core
    std::uint32_t source = 0;  // source core, or external port (Topology)

    static constexpr std::uint32_t pack(std::uint32_t core, std::uint32_t address) {
        return core << kAddressBits | address;
    }
    constexpr std::uint32_t core() const { return target >> kAddressBits; }
    constexpr std::uint32_t address() const { return target & kMaxAddress; }
};
static_assert(sizeof(SpikePacket) == 16);

}  // namespace cortile
