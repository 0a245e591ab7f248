// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/checksum.h"

#include <zlib.h>

namespace cortile {

std::uint32_t checksum(std::span<const std::uint8_t> bytes, std::uint32_t before) {
    return static_cast<std::uint32_t>(crc32_z(before, bytes.data(), bytes.size()));
}

std::uint32_t checksum(std::string_view bytes, std::uint32_t before) {
    return checksum(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()),
                    before);
}

}  // namespace cortile
