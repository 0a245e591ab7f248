// SPDX-License-Identifier: Apache-2.0
// Packets of AEDAT 4, decompressed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cortile {

// 0: none; 1 and 2: LZ4 frames; 3 and 4: Zstandard frames.
bool is_known_compression(std::int32_t compression);

// Throws FlatError for a frame that is damaged, cut off, followed by anything, or of more than
// 256 MiB.
std::string decoded_packet(std::string_view body, std::int32_t compression);

}  // namespace cortile
