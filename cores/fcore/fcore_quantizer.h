// SPDX-License-Identifier: Apache-2.0
// From a network in floating point to the integers of a Tianjic core. Method and conventions:
// docs/reference/fcore.md.
#pragma once

#include <cstdint>

#include "workload/quantize/quantized_network.h"

namespace cortile {

struct FcoreQuantizerOptions {
    std::uint32_t weights = 32;       // distinct weights of a population
    std::uint32_t input_axons = 256;  // and so synapses into one neuron
    bool exponential = false;         // decay per timestep exp(-dt / tau) instead of 1 - dt / tau
};

// The value that stands for the activation 1.
inline constexpr std::int32_t kFullActivation = 127;

// Every population gets the parameters of FcoreCore. Population::hardware["fcore/<register>"] wins
// over the derived value. With "fcore/vth0" (spiking) or "fcore/shift" (activations) the population
// is in hardware integers: weights into it and its biases are integers and used as they are.
//
// Throws ConfigError naming population or projection for what the core cannot do: synaptic currents
// and delays, more inputs than axons, values out of a register's range.
QuantizedNetwork quantize_for_fcore(const Network& network, const FcoreQuantizerOptions& options);

}  // namespace cortile
