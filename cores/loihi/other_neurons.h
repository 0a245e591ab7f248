// SPDX-License-Identifier: Apache-2.0
// Neurons of a Loihi-style core that are not current-based LIF: ternary LIF and the sigma-delta
// units of hybrid networks. They send values, and are updated one by one.
//
// Ternary LIF: u and v as cuba_lif.h; sends +1 if v > high << 6, -1 if v < low << 6, and v <- 0
// then. Lava (github lava-nc/lava, BSD-3), proc/lif, TernaryLIF.
//
// Sigma-delta, with s = state_exponent (6), p = spike_exponent (6), `a` the synaptic input (not
// shifted), T = vth << (s + p):
//   delta:        act = x << (s + p)                                        x: what drives it
//   sigma_delta:  sigma <- sigma + a;  act = max(0, sigma + (bias << (s + p)))
//   both:         d = act - (act of the timestep before) + residue
//                 o = d if |d| >= T, else 0;  residue <- d - o;  sends o >> s
//   sigma:        sigma <- sigma + a;  sends sigma
// All in 32 bits, wrapping; packets carry the low 24. Lava, proc/sdn; equal to recordings of Loihi
// 2 (testbench/golden).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"

namespace cortile {

// Parameter "dynamics" of a neuron; absent: all are cuba_lif.
enum class LoihiDynamicsKind : std::int32_t { cuba_lif, ternary_lif, delta, sigma_delta, sigma };

class OtherNeurons {
  public:
    // Takes from `program` the neurons that are not cuba_lif.
    explicit OtherNeurons(const CoreProgram& program);

    bool empty() const { return neurons_.empty(); }
    void reset();
    // Sets the flags and values of its own neurons, leaves those of others.
    void update(std::span<const std::int32_t> input, std::span<std::uint8_t> active,
                std::span<std::uint8_t> fired);
    // What each neuron of the core sends: 1 for those of other kinds.
    std::span<const std::int32_t> values() const { return values_; }
    // Local indices of the neurons it owns, ascending.
    std::span<const std::uint32_t> owned() const { return owned_; }
    bool owns(std::uint32_t neuron) const;

    // u, sigma: StateVariable::u. v, act: v (sigma for `sigma`). spikes: what was sent last.
    std::int32_t read(StateVariable variable, std::uint32_t neuron) const;
    void drive(std::uint32_t neuron, std::int32_t x);  // of `delta`; others: their bias
    // u = v = 0 of a ternary neuron.
    void reset_membrane(std::uint32_t neuron);
    void transfer_state(StateArchive& archive);

  private:
    struct Neuron {
        LoihiDynamicsKind kind = LoihiDynamicsKind::cuba_lif;
        std::int32_t u_keep = 0, v_keep = 0, bias = 0;  // bias << (s + p) of sigma_delta
        std::int32_t high = 0, low = 0;                 // thresholds; high: T of sigma-delta
        std::uint8_t state_exponent = 0, input_shift = 0;
        std::int32_t drive = 0;
        // State. u: sigma of sigma-delta; v: act.
        std::int32_t u = 0, v = 0, residue = 0, sent = 0;
    };

    Neuron make(const CoreProgram& program, std::uint32_t n, LoihiDynamicsKind kind) const;
    static void step_ternary(Neuron& neuron, std::int32_t input);
    static void step_sigma_delta(Neuron& neuron, std::int32_t input);
    std::size_t position(std::uint32_t neuron) const;  // in neurons_; its size if not owned

    std::vector<std::uint32_t> owned_;
    std::vector<Neuron> neurons_;
    std::vector<std::int32_t> values_;
};

// A parameter that programs may leave out; 0 for all neurons then.
std::int32_t optional_parameter(const CoreProgram& program, const char* name, std::uint32_t neuron);
// mantissa << exponent, or mantissa >> -exponent rounding down.
std::int32_t shifted_bias(std::int32_t mantissa, std::int32_t exponent);

}  // namespace cortile
