// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace cortile {

// CRC-32 (IEEE 802.3, as zlib has it). Of bytes that follow others, `before` is that of those.
std::uint32_t checksum(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);
std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0);

}  // namespace cortile
