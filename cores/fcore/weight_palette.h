// SPDX-License-Identifier: Apache-2.0
// Weights of a core that stores few distinct values: signed 8-bit integers out of a short table.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace cortile {

// How often each integer weight occurs: [w + 128] for w in -128 .. 127.
using WeightHistogram = std::array<std::uint64_t, 256>;
// The stored integer for each rounded one, indexed alike.
using WeightTable = std::array<std::int8_t, 256>;

// The table of at most `size` (>= 2) integers with the least sum of squared distances to the
// weights of `histogram`: exact, by dynamic programming over the ordered values. If they are few
// enough, all weights stay as they are. With `holds_zero` one entry is 0, for synapses that do not
// exist, and weights that join it become 0.
WeightTable fit_weight_table(const WeightHistogram& histogram, std::uint32_t size, bool holds_zero);

// The largest n up to 127 for which all of `weights` (finite, not all 0) are multiples of their
// largest magnitude / n, to within `tolerance` of such a step; 0 if there is none. Trained 8-bit
// weights are found again by it.
std::uint32_t weight_grid(std::span<const double> weights, double tolerance = 1e-4);

}  // namespace cortile
