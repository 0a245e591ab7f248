// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/spiking_soma.h"

#include <algorithm>

namespace cortile {

namespace {

// Known to the compiler, unlike those of SomaWidths: the model's own, which it computes most with.
struct ChipWidths {
    static constexpr unsigned state = 28, factor = 8;
};
static_assert(kSomaMax == (1 << (ChipWidths::state - 1)) - 1 && kSomaMin == -kSomaMax - 1);

template <typename Widths>
class Arithmetic {
  public:
    explicit Arithmetic(const Widths& widths) : widths_(widths) {}

    std::int32_t saturated(std::int64_t x) const {
        const std::int64_t limit = std::int64_t{1} << (widths_.state - 1);
        return static_cast<std::int32_t>(std::clamp(x, -limit, limit - 1));
    }
    // The low bits as a signed number.
    std::int32_t low_bits(std::uint32_t x) const {
        const unsigned above = 32 - widths_.state;
        return static_cast<std::int32_t>(x << above) >> above;
    }
    // >> rounds down, as the hardware does.
    std::int64_t decayed(std::int32_t x, bool by_factor, std::uint16_t factor,
                         std::int32_t add) const {
        return (by_factor ? std::int64_t{x} * factor >> widths_.factor : std::int64_t{x}) + add;
    }
    std::int32_t reset_membrane(const SpikingSoma& soma, std::int32_t v,
                                std::int32_t threshold) const;
    bool update(const SpikingSoma& soma, SpikingState& state, std::int32_t input,
                std::uint32_t random) const;

  private:
    Widths widths_;
};

template <typename Widths>
std::int32_t Arithmetic<Widths>::reset_membrane(const SpikingSoma& soma, std::int32_t v,
                                                std::int32_t threshold) const {
    switch (soma.reset_mode) {
        case SomaReset::to_value:
            return soma.reset;
        case SomaReset::subtract_threshold:
            return saturated(std::int64_t{v} - threshold);
        case SomaReset::subtract_value:
            return saturated(std::int64_t{v} - soma.decrement);
        case SomaReset::none:
            break;
    }
    return v;
}

template <typename Widths>
bool Arithmetic<Widths>::update(const SpikingSoma& soma, SpikingState& state, std::int32_t input,
                                std::uint32_t random) const {
    const std::int32_t noise = low_bits(random & soma.random_mask);
    const std::int32_t threshold =
        std::max(saturated(std::int64_t{soma.threshold} + state.theta + noise), soma.floor);
    std::int32_t v = state.hold == 0 ? saturated(std::int64_t{state.v} + input) : state.v;
    const bool fired = soma.fires && v > threshold;
    if (fired) {
        v = reset_membrane(soma, v, threshold);
    }
    state.shown = v;
    const bool window_ends = soma.window > 0 && state.timer + 1 == soma.window;
    const std::int32_t kept =
        window_ends ? soma.initial
                    : saturated(decayed(v, soma.leaks_by_factor, soma.leak_factor, soma.leak_add));
    state.v = std::max(kept, soma.floor);
    state.theta =
        saturated(decayed(state.theta, soma.theta_by_factor, soma.theta_factor, soma.theta_add) +
                  (fired ? soma.theta_step : 0));
    state.hold =
        fired ? soma.refractory : static_cast<std::uint8_t>(state.hold > 0 ? state.hold - 1 : 0);
    state.timer = window_ends || soma.window == 0 ? std::uint16_t{0}
                                                  : static_cast<std::uint16_t>(state.timer + 1);
    return fired;
}

}  // namespace

SpikingState initial_state(const SpikingSoma& soma) {
    SpikingState state;
    state.v = soma.initial;
    return state;
}

bool update_spiking_soma(const SpikingSoma& soma, SpikingState& state, std::int32_t input,
                         std::uint32_t random) {
    return Arithmetic(ChipWidths{}).update(soma, state, input, random);
}

bool update_spiking_soma(const SomaWidths& widths, const SpikingSoma& soma, SpikingState& state,
                         std::int32_t input, std::uint32_t random) {
    return Arithmetic(widths).update(soma, state, input, random);
}

}  // namespace cortile
