// SPDX-License-Identifier: Apache-2.0
// Which four weights each neuron gets, from the weights of the synapses into it.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "cores/truenorth/synapse_coder.h"

namespace cortile::truenorth {

// The distinct weights into one neuron, as far as they matter: more than four are not kept apart.
struct WeightSet {
    static constexpr std::uint8_t kMost = Crossbar::kTypes;
    std::array<float, kMost> values{};
    std::uint8_t count = 0;  // kMost + 1: more
    float smallest = 0, largest = 0;
    double squares = 0;       // summed over all weights
    std::uint32_t total = 0;  // weights

    void add(float weight);
    bool more_than(std::uint32_t limit) const { return count > limit; }
};

// All weights into a population.
struct IncomingWeights {
    std::vector<WeightSet> neurons;
    std::set<float> magnitudes;  // distinct, at most kMostMagnitudes + 1
    static constexpr std::size_t kMostMagnitudes = 256;

    explicit IncomingWeights(std::uint32_t size) : neurons(size) {}
    void add(std::uint32_t neuron, float weight);
    float largest_magnitude() const;
    // Does no neuron have more than `types` different weights?
    bool fit(std::uint32_t types) const;
};

// How many integer units a weight of 1 becomes. If all weights are integer multiples of one number
// they become integers exactly.
double choose_unit(const IncomingWeights& weights, bool fit);

// The columns weight0 … weight3. Neurons with at most `types` different weights get these, exact
// after rounding to integers: the same type for the same weight wherever the whole population has
// no more, so that a source needs few axons. Others get a binary scale: `types` bits, of which the
// highest counts negative, so that 2^types evenly spaced weights are within reach. Its step reaches
// the largest weight, or is the one with the least squared error for normally distributed weights
// (Max, "Quantizing for minimum distortion", IRE Trans. Information Theory 6, 1960, table II),
// whichever is finer.
std::array<std::vector<std::int32_t>, Crossbar::kTypes> choose_type_weights(
    const IncomingWeights& weights, double unit, std::uint32_t types);

}  // namespace cortile::truenorth
