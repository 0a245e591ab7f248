// SPDX-License-Identifier: Apache-2.0
#include "workload/quantize/quantized_network.h"

#include <algorithm>

namespace cortile {

namespace {

// Ties to even, for |x| < 2^51: adding 1.5 * 2^52 leaves no bit for a fraction. std::nearbyint is a
// library call on x86-64 without SSE4.1, and this runs once per synapse.
double round_half_even(double x) {
    constexpr double kMagic = 0x1.8p52;
    return (x + kMagic) - kMagic;
}

}  // namespace

std::int32_t QuantizedProjection::stored_weight(float weight) const {
    if (real) {
        return weight == 0 ? 0 : 1;
    }
    const int n = truncated_bits;
    // Clipping first gives the same integer, since the bounds are integers, and keeps the
    // conversion defined for any weight.
    if (rounds_to_step) {
        const double x = static_cast<double>(weight) * scale / (1 << n);
        const auto w = static_cast<std::int32_t>(
            round_half_even(std::clamp<double>(x, min_weight >> n, max_weight >> n)));
        return weight_table ? (*weight_table)[static_cast<std::size_t>(w + 128)] : w << n;
    }
    const auto w = static_cast<std::int32_t>(round_half_even(
        std::clamp<double>(static_cast<double>(weight) * scale, min_weight, max_weight)));
    return negate_to_truncate ? -((-w >> n) << n) : (w >> n) << n;
}

void QuantizedProjection::row(std::uint32_t neuron, std::vector<Connection>& scratch,
                              std::vector<QuantizedConnection>& out) const {
    connectivity->row(neuron, scratch);
    out.clear();
    for (const Connection& connection : scratch) {
        const std::int32_t weight = stored_weight(connection.weight);
        if (weight != 0 || stores_zeros()) {
            out.push_back({connection.target, static_cast<std::int16_t>(weight),
                           static_cast<std::uint8_t>(connection.delay)});
        }
    }
}

}  // namespace cortile
