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
    static constexpr std::uint32_t kMaxSource = 0xFFFE;  // 0xFFFF marks the end of a stream

    // The engines compare packets as two words, so that `source` must be the highest of the second.
    Picoseconds time;      // since the start of the timestep
    std::uint32_t target;  // destination core << 18 | synapse row address on that core
    std::uint16_t value;   // what it carries: 1 for a plain spike; an activation, a spike count
    std::uint16_t source;  // source core, or external port (Topology)

    SpikePacket() = default;
    constexpr SpikePacket(Picoseconds time_, std::uint32_t target_, std::uint32_t source_,
                          std::uint16_t value_ = 1)
        : time(time_),
          target(target_),
          value(value_),
          source(static_cast<std::uint16_t>(source_)) {}

    static constexpr std::uint32_t pack(std::uint32_t core, std::uint32_t address) {
        return core << kAddressBits | address;
    }
    constexpr std::uint32_t core() const { return target >> kAddressBits; }
    constexpr std::uint32_t address() const { return target & kMaxAddress; }
};
static_assert(sizeof(SpikePacket) == 16);

}  // namespace cortile
