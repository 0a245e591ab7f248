// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace cortile {

// The first set bit of `mask` at `start` or after it, going round. `mask` is not 0, `start` < 64.
inline unsigned first_from(std::uint64_t mask, unsigned start) {
    const std::uint64_t at_or_after = mask >> start << start;
    return static_cast<unsigned>(std::countr_zero(at_or_after != 0 ? at_or_after : mask));
}

// Has it one bit at most?
inline bool is_single(std::uint64_t mask) {
    return (mask & (mask - 1)) == 0;
}

// Calls body(bit) for each set bit, ascending.
template <typename Body>
void for_each_bit(std::uint64_t mask, Body body) {
    for (; mask != 0; mask &= mask - 1) {
        body(static_cast<unsigned>(std::countr_zero(mask)));
    }
}

}  // namespace cortile
