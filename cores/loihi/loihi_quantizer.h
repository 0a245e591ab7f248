// SPDX-License-Identifier: Apache-2.0
// From a network in floating point to the integers of a Loihi-style core (cuba_lif.h):
// discretisation in time, a membrane unit per population, weights of at most 8 bits with an
// exponent per projection. Method and conventions: docs/reference/quantization.md.
#pragma once

#include <cstdint>

#include "cores/loihi/loihi_learning.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

enum class Discretization {
    euler,        // x decays by 1 - dt/tau per timestep and takes dt/tau of its input
    exponential,  // exp(-dt/tau) and 1 - exp(-dt/tau)
};

struct LoihiQuantizerOptions {
    std::uint8_t weight_bits = 8;         // 1..8, sign included
    std::int32_t default_refractory = 1;  // 1..64 timesteps, where a population states none
    Discretization discretization = Discretization::euler;
    LoihiLearning learning;
};

// Every population gets the parameters "du", "dv" (0..4095), "vth_mantissa" (0..131071),
// "bias_mantissa" (-4096..4095), "bias_exponent" (0..7) and "refractory" (1..64).
//
// Population::hardware["loihi/<parameter>"] wins over the derived value. With "loihi/vth_mantissa"
// the population is in hardware integers: weights into it are integers and used as they are, with
// Projection::hardware["loihi/weight_exponent"] (-8..7, default 0) and "loihi/num_weight_bits"
// (1..8, default 8); one unit of network voltage is then one unit of the threshold mantissa.
// "loihi/sign_mode" (1 mixed, 2 excitatory, 3 inhibitory) wins over what occurs among the weights.
// For other populations the first two keys pin the exponent and the width.
//
// Throws ConfigError naming population or projection, and key, for what the core cannot do: reset
// by subtraction, negative thresholds, delays above 62 timesteps, activations that are no spikes,
// values out of range.
//
// Inputs that a current drives (NeuronKind::current_input) become neurons without leak that fire
// when the summed current x * kInputThreshold has reached kInputThreshold, and start from 0 again:
// every ceil(1 / x) timesteps. (The comparison is strict and thresholds are multiples of 64, hence
// the odd number.)
inline constexpr std::int32_t kInputThreshold = 63 * 64 + 1;

QuantizedNetwork quantize_for_loihi(const Network& network, const LoihiQuantizerOptions& options);

}  // namespace cortile
