// SPDX-License-Identifier: Apache-2.0
// Which values an expression can have, given the ranges of its operands: how a program is known not
// to overflow before it runs.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "cores/datapath/equations/operation.h"

namespace cortile {

// Wide enough for any operation on 64-bit values.
__extension__ using Wide = __int128;

struct ValueRange {
    Wide low = 0, high = 0;

    bool contains(const ValueRange& other) const { return low <= other.low && other.high <= high; }
    bool overlaps(const ValueRange& other) const { return low <= other.high && other.low <= high; }
    bool fits_64_bits() const {
        return low >= std::numeric_limits<std::int64_t>::min() &&
               high <= std::numeric_limits<std::int64_t>::max();
    }
    std::string text() const;  // "0 .. 255"
};

ValueRange range_of_bits(unsigned width, bool is_signed);
ValueRange hull(const ValueRange& a, const ValueRange& b);
// Of op(a, b, c); every value that can occur lies within, and perhaps some that cannot. A divisor
// must not contain 0, a shift to the left be at most 62.
ValueRange range_of(Opcode op, const ValueRange& a, const ValueRange& b, const ValueRange& c);

}  // namespace cortile
