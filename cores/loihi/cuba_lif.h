// SPDX-License-Identifier: Apache-2.0
// The neuron arithmetic of a Loihi-style core, and its only place: current-based leaky integrate
// and fire in integers. Bit-equal to a recording of
// Loihi 2 and to Lava's bit-accurate model (testbench/golden).
//
// One timestep, with tz(x, f) = sign(x) * ((|x| * f) >> 12), M = 2^23 and `a` the synaptic input:
//   u <- tz(u, 4096 - (du + 1)) + (a << 6), wrapped once into (-M, M]
//   v <- clip(tz(v, 4096 - dv) + u + bias, -M + 1, M - 1)
//   fires if v > vth << 6; then v <- 0
// For refractory period R > 1, v stays 0 and nothing fires in the R - 1 timesteps after a spike;
// u goes on. Davies et al., IEEE Micro 38(1), 2018 (widths); LIF of Lava (github lava-nc/lava,
// proc/lif), BSD-3, for the order and rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cortile {

// State and parameters of a core's neurons, one array each; all in one block of memory, since cores
// with a few neurons are many.
struct CubaLifState {
    explicit CubaLifState(std::uint32_t neurons);

    std::uint32_t neurons() const { return static_cast<std::uint32_t>(v.size()); }

    std::unique_ptr<std::byte[]> block;       // what the next ones point into
    std::span<std::int32_t> u, v;             // 24 bits, signed
    std::span<std::int32_t> threshold;        // vth << 6; INT32_MAX for neurons that never fire
    std::span<std::int32_t> bias;             // mantissa << exponent
    std::span<std::uint16_t> u_keep, v_keep;  // decay factors: 4096 - (du + 1), 4096 - dv
    std::span<std::uint8_t> active, fired;    // of the last update: state changed; spiked
    std::vector<std::uint8_t> refractory;     // R; empty where all are 1
    std::vector<std::uint8_t>
        hold;  // R - k in the k-th timestep after a spike, else 0; as refractory
};

// `input[n]`: sum of weights, before the shift by 6.
// `wide`: sums may leave 32 bits after the shift, so 64-bit arithmetic is needed (slower).
void update_cuba_lif(CubaLifState& state, const std::int32_t* input, bool wide);

// The same for one neuron at any widths, of which 24, 12 and 6 are the chip's: what a datapath is
// measured by.
struct CubaLifWidths {
    unsigned state = 24;       // bits of u and v; M = 2^(state - 1)
    unsigned decay = 12;       // bits of du and dv; decay factors are of 2^decay
    unsigned input_shift = 6;  // input << input_shift is added to u
};
struct CubaLifOperation {
    std::int64_t u = 0, v = 0, hold = 0;
    std::int64_t input = 0, u_keep = 0, v_keep = 0, bias = 0, threshold = 0, refractory = 1;
    bool spike_enable = true;
};
struct CubaLifResult {
    std::int64_t u = 0, v = 0, hold = 0;
    bool fired = false, active = false;
};
CubaLifResult update_cuba_lif_neuron(const CubaLifWidths& widths,
                                     const CubaLifOperation& operation);

}  // namespace cortile
