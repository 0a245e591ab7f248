// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/equations/value_range.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace cortile {
namespace {

constexpr ValueRange kTruth{0, 1};

ValueRange of(std::initializer_list<Wide> values) {
    return {std::min(values), std::max(values)};
}

Wide magnitude(Wide value) {
    return value < 0 ? -value : value;
}

// The smallest 2^n - 1 that is not below any value of `range`, taken as bits without their sign.
Wide mask_over(const ValueRange& range) {
    const Wide largest = std::max(range.high, -(range.low + 1));
    Wide mask = 0;
    while (mask < largest) {
        mask = 2 * mask + 1;
    }
    return mask;
}

ValueRange bitwise(Opcode op, const ValueRange& a, const ValueRange& b) {
    const bool a_positive = a.low >= 0, b_positive = b.low >= 0;
    if (op == Opcode::bit_and && (a_positive || b_positive)) {
        if (a_positive && b_positive) {
            return {0, std::min(a.high, b.high)};
        }
        return {0, a_positive ? a.high : b.high};
    }
    const Wide mask = std::max(mask_over(a), mask_over(b));
    return {a_positive && b_positive ? 0 : -mask - 1, mask};
}

Wide shifted_right(Wide value, Wide shift) {
    return value >> static_cast<int>(std::clamp<Wide>(shift, 0, 63));
}

std::string decimal(Wide value) {
    if (value == 0) {
        return "0";
    }
    std::string digits;
    for (Wide rest = magnitude(value); rest > 0; rest /= 10) {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    }
    return value < 0 ? "-" + digits : digits;
}

}  // namespace

std::string ValueRange::text() const {
    return low == high ? decimal(low) : decimal(low) + " .. " + decimal(high);
}

ValueRange range_of_bits(unsigned width, bool is_signed) {
    const Wide one = 1;
    if (is_signed) {
        return {-(one << (width - 1)), (one << (width - 1)) - 1};
    }
    return {0, (one << width) - 1};
}

ValueRange hull(const ValueRange& a, const ValueRange& b) {
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

ValueRange range_of(Opcode op, const ValueRange& a, const ValueRange& b, const ValueRange& c) {
    switch (op) {
        case Opcode::add:
            return {a.low + b.low, a.high + b.high};
        case Opcode::subtract:
            return {a.low - b.high, a.high - b.low};
        case Opcode::multiply:
            return of({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
        case Opcode::divide: {
            // Without 0 in b, the quotient is monotonic in both.
            ValueRange range = of({a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high});
            return a.low <= 0 && a.high >= 0 ? hull(range, {0, 0}) : range;
        }
        case Opcode::remainder: {
            const Wide most = std::max(magnitude(b.low), magnitude(b.high)) - 1;
            return {a.low >= 0 ? 0 : std::max(-most, a.low),
                    a.high <= 0 ? 0 : std::min(most, a.high)};
        }
        case Opcode::negate:
            return {-a.high, -a.low};
        case Opcode::bit_and:
        case Opcode::bit_or:
        case Opcode::bit_xor:
            return bitwise(op, a, b);
        case Opcode::bit_not:
            return {-a.high - 1, -a.low - 1};
        case Opcode::shift_left: {
            const Wide one = 1;
            const Wide low = one << static_cast<int>(b.low), high = one << static_cast<int>(b.high);
            return of({a.low * low, a.low * high, a.high * low, a.high * high});
        }
        case Opcode::shift_right:
            return of({shifted_right(a.low, b.low), shifted_right(a.low, b.high),
                       shifted_right(a.high, b.low), shifted_right(a.high, b.high)});
        case Opcode::less:
        case Opcode::less_equal:
        case Opcode::equal:
        case Opcode::logical_not:
            return kTruth;
        case Opcode::minimum:
            return {std::min(a.low, b.low), std::min(a.high, b.high)};
        case Opcode::maximum:
            return {std::max(a.low, b.low), std::max(a.high, b.high)};
        case Opcode::absolute:
            return {a.low <= 0 && a.high >= 0 ? 0 : std::min(magnitude(a.low), magnitude(a.high)),
                    std::max(magnitude(a.low), magnitude(a.high))};
        case Opcode::wrap_unsigned:
        case Opcode::wrap_signed: {
            const ValueRange bits =
                range_of_bits(static_cast<unsigned>(b.high), op == Opcode::wrap_signed);
            return bits.contains(a) ? a : bits;
        }
        case Opcode::population:
            return {0, 64};
        case Opcode::select:
            return hull(b, c);
        case Opcode::check:
            break;
    }
    return {0, 0};
}

}  // namespace cortile
