// SPDX-License-Identifier: Apache-2.0
// One timestep of any neuron kind in any of the supported discretisations, as one linear update and
// one rule of firing. docs/reference/ideal.md derives the coefficients.
//
//   u' = u_keep u + u_gain x
//   v' = v_keep v + v_from_u u + v_gain x + drive        (u: before the update)
//
// with x the summed input, biases included. Kinds without a synaptic current have u' = x.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload/network/network.h"

namespace cortile {

// Which published implementation a network runs like (core.dynamics).
enum class IdealDynamics {
    euler,        // forward Euler; the new current acts in the same timestep (network: euler)
    exponential,  // as euler, with 1 - exp(-dt / tau) for dt / tau (network: exponential)
    exact,        // closed form for an input that is constant over the timestep
    norse,        // euler; biases of recurrent projections act from the second timestep on
    snntorch,     // euler; subtraction as snnTorch does it
    sinabs,       // keeps exp(-dt / tau), takes dt / tau of the input; several spikes a timestep
};

// What happens after the linear update. z: what the neuron sends.
enum class FiringRule : std::uint8_t {
    absent,             // no neuron here
    none,               // never fires: v is the result
    stateless,          // z = v > threshold, and v stays as it is
    to_value,           // z = v > threshold, then v = reset
    subtract,           // z = v > threshold, then v -= threshold
    subtract_delayed,   // snnTorch's subtraction, which looks at v of the timestep before
    multiple_subtract,  // v = max(v, floor); z = trunc(v / threshold) if v > 0; v -= z threshold
    multiple_to_value,  // the same z; v = reset where z > 0
    charge,             // an input neuron: z = v reaches threshold, then v = 0
    activation,         // z = v = clamp(v, 0, 1), sent in units of 1 / 65535
};

// Full scale of an activation's packet value.
inline constexpr std::uint16_t kActivationScale = 65535;
// Sinabs' lowest membrane potential.
inline constexpr double kSinabsFloor = -1.0;

// One value per neuron, or one for all.
struct IdealCoefficients {
    FiringRule rule = FiringRule::none;
    PerNeuron u_keep{0.0}, u_gain{1.0};
    PerNeuron v_keep{0.0}, v_from_u{0.0}, v_gain{1.0}, drive{0.0};
    PerNeuron threshold{0.0}, reset{0.0};
};

// `reset_is_given`: network.reset says how to reset; otherwise the dynamics decide. Appends to
// `warnings`. Throws ConfigError for time constants and thresholds that cannot be computed with.
IdealCoefficients ideal_coefficients(const Population& population, double time_step,
                                     IdealDynamics dynamics, bool reset_is_given,
                                     std::vector<std::string>& warnings);

}  // namespace cortile
