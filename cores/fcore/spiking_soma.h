// SPDX-License-Identifier: Apache-2.0
// The spiking soma of a Tianjic-family core, bit-exact, and its only place. The registers of the
// 2019 chip are not published; these are those of its successor TianjicX (behavioural simulator of
// its makers, github openBII/BiMap, Apache-2.0, primitive 08), taken as an analogy. What that
// source leaves open, and how it was read here: docs/reference/fcore.md.
#pragma once

#include <cstdint>

#include "hw_model/state/state_archive.h"

namespace cortile {

// Range of all membrane and threshold registers: 28 bits, signed. Every result saturates.
inline constexpr std::int32_t kSomaMax = (1 << 27) - 1, kSomaMin = -(1 << 27);

// 32-bit shift register: bits 0, 1, 2, 3, 5 and 7 XORed become bit 31.
class Lfsr32 {
  public:
    explicit Lfsr32(std::uint32_t seed) : state_(seed) {}

    std::uint32_t next() {
        const auto bit = static_cast<std::uint32_t>(__builtin_parity(state_ & kTaps));
        state_ = state_ >> 1 | bit << 31;
        return state_;
    }
    void transfer_state(StateArchive& archive) { archive(state_); }

  private:
    static constexpr std::uint32_t kTaps = 0b1010'1111;
    std::uint32_t state_;
};

enum class SomaReset : std::uint8_t { to_value, subtract_threshold, subtract_value, none };

// Registers of one neuron that do not change.
struct SpikingSoma {
    std::int32_t threshold = 0;     // Vth0
    std::int32_t floor = kSomaMin;  // VL: lowest membrane and lowest effective threshold
    std::int32_t initial = 0;       // Vinit: at the start, and at the end of each window
    std::int32_t reset = 0;         // VR, of SomaReset::to_value
    std::int32_t decrement = 0;     // dV, of SomaReset::subtract_value
    std::int32_t leak_add = 0;      // beta_V
    std::int32_t theta_add = 0;     // beta_th
    std::int32_t theta_step = 0;    // V_incr: added to the adaptive threshold by a spike
    std::uint32_t random_mask = 0;
    std::uint16_t leak_factor = 0;   // alpha_V, of 256
    std::uint16_t theta_factor = 0;  // alpha_th, of 256
    std::uint16_t window = 0;        // Tw_len; 0: no window
    std::uint8_t refractory = 0;     // Ref_len, 4 bits
    SomaReset reset_mode = SomaReset::to_value;
    bool leaks_by_factor = false;  // adaptive leak; else V + beta_V
    bool theta_by_factor = false;  // adaptive threshold adaptation; else V_theta + beta_th
    bool fires = true;             // false: a read-out, whose spikes go nowhere
};

struct SpikingState {
    std::int32_t v = 0;       // after leak: what the next timestep starts from
    std::int32_t theta = 0;   // adaptive part of the threshold
    std::int32_t shown = 0;   // membrane after input and reset, before leak: what is read out
    std::uint16_t timer = 0;  // Tw
    std::uint8_t hold = 0;    // refractory counter

    void transfer_state(StateArchive& archive) { archive(v, theta, shown, timer, hold); }
};

SpikingState initial_state(const SpikingSoma& soma);

// Did an update do anything?
inline bool is_active(const SpikingState& before, const SpikingState& after, bool fired) {
    return fired || before.v != after.v || before.theta != after.theta || before.hold != after.hold;
}

// One timestep: returns whether the neuron fired. `random` is this update's LFSR output.
//   1. r = low 28 bits of (random AND mask), as a signed number
//   2. Vth = max(sat(Vth0 + V_theta + r), VL)
//   3. V = sat(V + input), unless refractory
//   4. fires if V > Vth
//   5. reset: V = VR, or V - Vth, or V - dV, or V
//   6. leak: V = floor(V alpha / 256) + beta, or V + beta; Vinit instead in the last timestep of a
//      window; then max(sat(V), VL)
//   7. V_theta likewise, plus V_incr after a spike
//   8. refractory counter and window counter
bool update_spiking_soma(const SpikingSoma& soma, SpikingState& state, std::int32_t input,
                         std::uint32_t random);

// The same at any widths: what a datapath is measured by.
struct SomaWidths {
    unsigned state = 28;  // bits of membranes and thresholds, with sign; 2 to 31
    unsigned factor = 8;  // factors are of 2^factor; up to 16
};
bool update_spiking_soma(const SomaWidths& widths, const SpikingSoma& soma, SpikingState& state,
                         std::int32_t input, std::uint32_t random);

}  // namespace cortile
