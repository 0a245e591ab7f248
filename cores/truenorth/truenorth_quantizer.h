// SPDX-License-Identifier: Apache-2.0
// From a network in floating point to the integers of TrueNorth's neuron: weights become axon
// types, time constants constant leaks. Method and limits: docs/reference/truenorth.md.
#pragma once

#include <cstdint>

#include "workload/quantize/quantized_network.h"

namespace cortile {

struct TrueNorthQuantizerOptions {
    std::uint32_t axons_per_source = 4;  // 1..4: types that the weights into a neuron may use
    bool exponential = false;            // decay per tick: 1 - dt / tau, or exp(-dt / tau)
};

// Every population that is no input gets the parameters that TrueNorthCore names. A population with
// Population::hardware["truenorth/threshold"] is in hardware integers: weights into it are integers
// and used as they are, all that is not given is 0, and its real-valued dynamics are ignored.
//
// Throws ConfigError naming population or projection, the reason and the nearest change for what
// the core cannot compute.
QuantizedNetwork quantize_for_truenorth(const Network& network,
                                        const TrueNorthQuantizerOptions& options);

// Inputs that a current drives (NeuronKind::current_input) become neurons that add x times this in
// every tick, and fire and start from 0 when they have reached it.
inline constexpr std::int32_t kTrueNorthInputThreshold = 255;

}  // namespace cortile
