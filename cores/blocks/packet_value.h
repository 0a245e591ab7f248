// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "noc/api/packet.h"

namespace cortile {

// What a packet carries, as a number: the 24 bits of SpikePacket::value() in two's complement,
// -2^23 .. 2^23 - 1. Counts and activations are small and not negative, so that they are
// themselves.
constexpr std::int32_t signed_value(const SpikePacket& packet) {
    constexpr unsigned kAbove = 32 - SpikePacket::kValueBits;
    return static_cast<std::int32_t>(packet.value() << kAbove) >> kAbove;
}

// The other way; what does not fit loses its high bits.
constexpr std::uint32_t packet_value(std::int32_t value) {
    return static_cast<std::uint32_t>(value) & SpikePacket::kMaxValue;
}

}  // namespace cortile
