// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/weight_format.h"

#include <algorithm>
#include <bit>

namespace cortile {

SignMode sign_mode(double smallest, double largest) {
    if (smallest >= 0) {
        return SignMode::excitatory;
    }
    return largest <= 0 ? SignMode::inhibitory : SignMode::mixed;
}

WeightRange clipping_range(SignMode mode, unsigned weight_bits) {
    const auto cleared = static_cast<std::uint8_t>(8 - weight_bits);
    switch (mode) {
        case SignMode::excitatory:
            return {0, 255, cleared, false};
        case SignMode::inhibitory:
            return {-255, 0, cleared, true};
        case SignMode::mixed:
            break;
    }
    return {-256, 255, static_cast<std::uint8_t>(cleared + 1), false};
}

WeightRange reachable_range(SignMode mode, unsigned weight_bits) {
    WeightRange range = clipping_range(mode, weight_bits);
    const int n = range.truncated_bits;
    range.max = (range.max >> n) << n;
    range.min = -((-range.min >> n) << n);
    return range;
}

void StoredWidth::add(std::int32_t weight) {
    smallest_ = std::min(smallest_, weight);
    largest_ = std::max(largest_, weight);
    used_bits_ |= static_cast<std::uint32_t>(weight < 0 ? -weight : weight);
}

std::uint8_t StoredWidth::bits() const {
    if (used_bits_ == 0) {
        return 1;
    }
    const int shift = std::countr_zero(used_bits_);
    const auto magnitude_bits = [&](std::int32_t magnitude) {
        return std::bit_width(static_cast<std::uint32_t>(magnitude) >> shift);
    };
    int bits = 0;
    if (sign_mode(smallest_, largest_) == SignMode::mixed) {
        // Two's complement of b bits holds -2^(b-1) .. 2^(b-1) - 1.
        const auto negative = static_cast<std::uint32_t>(-smallest_) >> shift;
        bits = 1 + std::max(magnitude_bits(largest_), std::bit_width(negative - 1));
    } else {
        bits = std::max(magnitude_bits(largest_), magnitude_bits(-smallest_));
    }
    return static_cast<std::uint8_t>(bits > 6 ? 8 : bits);
}

}  // namespace cortile
