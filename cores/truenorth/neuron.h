// SPDX-License-Identifier: Apache-2.0
// The neuron of TrueNorth, in integers, for all neurons of a core at once: Cassidy et al.,
// "Cognitive Computing Building Block: A Versatile and Efficient Digital Neuron Model for
// Neurosynaptic Cores", IJCNN 2013. Equations and what differs: docs/reference/truenorth.md.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cores/blocks/crossbar.h"
#include "hw_model/base/random.h"

namespace cortile::truenorth {

// The membrane saturates here, once a tick, after synapses and leak.
inline constexpr std::int32_t kMembraneLimit = 393'216;
inline constexpr std::int32_t kLargestThreshold = (1 << 18) - 1;  // 18 bits; the floor alike
inline constexpr std::int32_t kLargestMaskBits = 8;
// A threshold that nothing reaches, for neurons that never fire.
inline constexpr std::int32_t kNever = 1 << 20;

enum class ResetTo : std::uint8_t { value = 0, subtract = 1, none = 2 };  // gamma

// Parameters and state of up to 256 neurons, one entry each.
struct Neurons {
    explicit Neurons(std::uint32_t count);
    std::uint32_t count() const { return static_cast<std::uint32_t>(v.size()); }
    // To be called once parameters are set: which draws are needed at all.
    void prepare();

    std::array<std::vector<std::int16_t>, Crossbar::kTypes> weight;  // -256..255 by axon type
    std::vector<std::int16_t> leak;                                  // -256..255
    std::vector<std::int32_t> threshold, floor;                      // alpha, beta
    std::vector<std::int32_t> reset_voltage;                         // R
    std::vector<std::uint8_t> threshold_mask;                        // 2^TM - 1
    std::vector<std::uint8_t> stochastic_synapse;                    // bit g: of axon type g
    std::vector<std::uint8_t> leak_reversal;                         // epsilon
    std::vector<std::uint8_t> stochastic_leak;                       // c
    std::vector<ResetTo> reset_mode;                                 // gamma
    std::vector<std::uint8_t> floor_saturates;                       // kappa
    std::vector<std::int32_t> initial;                               // v at a sample's start

    std::vector<std::int32_t> v;
    std::vector<std::uint8_t> fired;  // in the last update, 0 or 1

    // Of prepare(): the small parameters in one byte each, and what the core as a whole needs.
    std::vector<std::uint8_t> modes;
    std::uint8_t stochastic_types = 0;  // types that some neuron takes stochastically
    bool any_stochastic_leak = false, any_random_threshold = false;
};

// Random numbers are counter-based: a draw is a function of (seed, core, neuron, tick, use).
struct Draw {
    std::uint64_t seed = 0;
    std::uint32_t core = 0;
    std::uint64_t tick = 0;
};
using Bytes = std::array<std::uint8_t, Crossbar::kNeurons>;
// A byte for each neuron: byte n % 16, lowest first, of the words of philox({seed, use},
// core + (n / 16 << 32) + (lane << 40), tick). `lane`: the axon, for synapses; else 0.
void draw_bytes(const Draw& draw, RandomUse use, std::uint32_t lane, Bytes& bytes);

using Sums = std::array<std::int32_t, Crossbar::kNeurons>;
// The synaptic input of a tick in which `axons` are active: sums[n] for each neuron. Returns the
// number of synaptic events; events[n] (up to and including neuron n) is filled if not null.
std::uint64_t integrate(const Neurons& neurons, const Crossbar& crossbar, const Draw& draw,
                        const std::vector<std::uint8_t>& axons, Sums& sums,
                        std::array<std::uint32_t, Crossbar::kNeurons>* events);

// Leak, threshold and reset of all neurons. Returns how many of them changed.
std::uint32_t update(Neurons& neurons, const Sums& sums, const Draw& draw);

}  // namespace cortile::truenorth
