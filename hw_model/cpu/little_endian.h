// SPDX-License-Identifier: Apache-2.0
// Little-endian numbers in memory. Compilers make a single load or store of each.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace cortile {

static_assert(std::endian::native == std::endian::little, "memory is accessed as it lies there");

template <typename Number>
Number load_as(const std::uint8_t* data) {
    Number value;
    std::memcpy(&value, data, sizeof(value));
    return value;
}

template <typename Number>
void store_as(std::uint8_t* data, Number value) {
    std::memcpy(data, &value, sizeof(value));
}

// `bytes`: 1 to 4. Bits above them are zero.
inline std::uint32_t load_little_endian(const std::uint8_t* data, std::uint32_t bytes) {
    std::uint32_t value = 0;
    std::memcpy(&value, data, bytes);
    return value;
}

inline void store_little_endian(std::uint8_t* data, std::uint32_t bytes, std::uint32_t value) {
    std::memcpy(data, &value, bytes);
}

}  // namespace cortile
