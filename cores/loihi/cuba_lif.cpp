// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/cuba_lif.h"

#include <algorithm>
#include <cstddef>

// The same source compiled twice, for AVX2 and for any x86-64; the loader picks one. Sanitizers
// cannot run the loader's resolver.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#define CORTILE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CORTILE_VECTOR_CLONES
#endif

namespace cortile {

namespace {

constexpr std::int32_t kMax = 1 << 23;

// tz(): |x| * keep >> 12 in 32 bits. |x| <= 2^23 and keep <= 2^12: splitting x at bit 12 keeps both
// products below 2^24 and loses nothing, since the high part's product is a multiple of 2^12.
inline std::int32_t decay(std::int32_t x, std::int32_t keep) {
    const std::int32_t sign = x >> 31;
    const std::int32_t magnitude = (x ^ sign) - sign;
    const std::int32_t kept = (magnitude >> 12) * keep + (((magnitude & 4095) * keep) >> 12);
    return (kept ^ sign) - sign;
}

inline std::int32_t decay(std::int64_t x, std::int64_t keep) {
    const std::int64_t magnitude = (x < 0 ? -x : x) * keep >> 12;
    return static_cast<std::int32_t>(x < 0 ? -magnitude : magnitude);
}

template <typename Sum>
inline std::int32_t next_current(std::int32_t u, std::int32_t keep, std::int32_t input) {
    Sum next = decay(static_cast<Sum>(u), static_cast<Sum>(keep)) + static_cast<Sum>(input) * 64;
    next -= next > kMax ? Sum{2 * kMax} : Sum{0};
    next += next <= -kMax ? Sum{2 * kMax} : Sum{0};
    return static_cast<std::int32_t>(next);
}

inline std::int32_t next_voltage(std::int32_t v, std::int32_t keep, std::int32_t drive) {
    return std::clamp(decay(v, keep) + drive, -kMax + 1, kMax - 1);
}

// The loop over all neurons, without a branch so that it vectorises.
template <bool kHolds>
[[gnu::always_inline]] inline void update_loop(
    std::uint32_t neurons, const std::int32_t* __restrict input,
    const std::uint16_t* __restrict u_keep, const std::uint16_t* __restrict v_keep,
    const std::int32_t* __restrict threshold, const std::int32_t* __restrict bias,
    const std::uint8_t* __restrict refractory, std::uint8_t* __restrict hold,
    std::int32_t* __restrict u, std::int32_t* __restrict v, std::uint8_t* __restrict active,
    std::uint8_t* __restrict fired) {
    for (std::uint32_t n = 0; n < neurons; ++n) {
        const std::int32_t old_u = u[n], old_v = v[n];
        const std::int32_t new_u = next_current<std::int32_t>(old_u, u_keep[n], input[n]);
        std::int32_t new_v = next_voltage(old_v, v_keep[n], new_u + bias[n]);
        std::uint8_t left = 0;
        if constexpr (kHolds) {
            left = static_cast<std::uint8_t>(hold[n] - (hold[n] != 0));
            new_v = left != 0 ? 0 : new_v;
        }
        const bool fires = new_v > threshold[n];
        u[n] = new_u;
        v[n] = fires ? 0 : new_v;
        active[n] = static_cast<std::uint8_t>((old_u != new_u) | (old_v != new_v));
        fired[n] = static_cast<std::uint8_t>(fires);
        if constexpr (kHolds) {
            hold[n] = fires ? refractory[n] : left;
        }
    }
}

CORTILE_VECTOR_CLONES
void update_narrow(CubaLifState& s, const std::int32_t* input) {
    update_loop<false>(s.neurons(), input, s.u_keep.data(), s.v_keep.data(), s.threshold.data(),
                       s.bias.data(), nullptr, nullptr, s.u.data(), s.v.data(), s.active.data(),
                       s.fired.data());
}

CORTILE_VECTOR_CLONES
void update_narrow_holding(CubaLifState& s, const std::int32_t* input) {
    update_loop<true>(s.neurons(), input, s.u_keep.data(), s.v_keep.data(), s.threshold.data(),
                      s.bias.data(), s.refractory.data(), s.hold.data(), s.u.data(), s.v.data(),
                      s.active.data(), s.fired.data());
}

// Any sum of inputs: the plain form.
void update_wide(CubaLifState& s, const std::int32_t* input) {
    const bool holds = !s.refractory.empty();
    for (std::uint32_t n = 0; n < s.neurons(); ++n) {
        const std::int32_t old_u = s.u[n], old_v = s.v[n];
        s.u[n] = next_current<std::int64_t>(old_u, s.u_keep[n], input[n]);
        const std::uint8_t left = holds && s.hold[n] > 0 ? s.hold[n] - 1 : 0;
        std::int32_t new_v = 0;
        if (left == 0) {
            const std::int64_t kept = decay(std::int64_t{old_v}, std::int64_t{s.v_keep[n]});
            new_v = static_cast<std::int32_t>(
                std::clamp<std::int64_t>(kept + s.u[n] + s.bias[n], -kMax + 1, kMax - 1));
        }
        const bool fires = new_v > s.threshold[n];
        s.active[n] = static_cast<std::uint8_t>((old_u != s.u[n]) | (old_v != new_v));
        s.fired[n] = static_cast<std::uint8_t>(fires);
        s.v[n] = fires ? 0 : new_v;
        if (holds) {
            s.hold[n] = fires ? s.refractory[n] : left;
        }
    }
}

}  // namespace

CubaLifState::CubaLifState(std::uint32_t neurons)
    : block(std::make_unique<std::byte[]>(std::size_t{neurons} * 22)) {
    // Widest first, so that all are aligned.
    auto* const words = reinterpret_cast<std::int32_t*>(block.get());
    u = {words, neurons};
    v = {words + neurons, neurons};
    threshold = {words + std::size_t{neurons} * 2, neurons};
    bias = {words + std::size_t{neurons} * 3, neurons};
    auto* const halves = reinterpret_cast<std::uint16_t*>(words + std::size_t{neurons} * 4);
    u_keep = {halves, neurons};
    v_keep = {halves + neurons, neurons};
    auto* const bytes = reinterpret_cast<std::uint8_t*>(halves + std::size_t{neurons} * 2);
    active = {bytes, neurons};
    fired = {bytes + neurons, neurons};
}

void update_cuba_lif(CubaLifState& state, const std::int32_t* input, bool wide) {
    if (wide) {
        update_wide(state, input);
    } else if (state.refractory.empty()) {
        update_narrow(state, input);
    } else {
        update_narrow_holding(state, input);
    }
}

CubaLifResult update_cuba_lif_neuron(const CubaLifWidths& widths,
                                     const CubaLifOperation& operation) {
    const std::int64_t most = std::int64_t{1} << (widths.state - 1);
    const auto kept = [&](std::int64_t x, std::int64_t keep) {
        const std::int64_t magnitude = (x < 0 ? -x : x) * keep >> widths.decay;
        return x < 0 ? -magnitude : magnitude;
    };
    CubaLifResult result;
    result.u = kept(operation.u, operation.u_keep) +
               operation.input * (std::int64_t{1} << widths.input_shift);
    result.u -= result.u > most ? 2 * most : 0;
    result.u += result.u <= -most ? 2 * most : 0;
    const std::int64_t left = operation.hold > 0 ? operation.hold - 1 : 0;
    const std::int64_t integrated =
        left > 0 ? 0
                 : std::clamp(kept(operation.v, operation.v_keep) + result.u + operation.bias,
                              1 - most, most - 1);
    result.fired = operation.spike_enable && integrated > operation.threshold;
    result.active = result.u != operation.u || integrated != operation.v;
    result.v = result.fired ? 0 : integrated;
    result.hold = result.fired ? operation.refractory : left;
    return result;
}

}  // namespace cortile
