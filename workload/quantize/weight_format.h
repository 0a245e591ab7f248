// SPDX-License-Identifier: Apache-2.0
// How a core with 8-bit synapses stores signed weights: sign mode, range, cleared bits, widths.
// Rules of Lava's weight conditioning (github lava-nc/lava, BSD-3), restated in
// docs/reference/quantization.md.
#pragma once

#include <cstdint>

namespace cortile {

// One sign for a whole weight matrix saves the sign bit; mixed signs cost the lowest bit.
enum class SignMode { excitatory, inhibitory, mixed };

// Tested in this order: no negative weight, no positive weight, else mixed.
SignMode sign_mode(double smallest, double largest);

struct WeightRange {
    std::int32_t min = 0, max = 0;
    std::uint8_t truncated_bits = 0;
    bool negate_to_truncate = false;
};

// Bounds before truncation: excitatory [0, 255], inhibitory [-255, 0], mixed [-256, 255]; all but
// the `weight_bits` (1..8) highest bits are cleared, and one more in mixed mode.
WeightRange clipping_range(SignMode mode, unsigned weight_bits);

// The same with bounds that survive truncation: mixed with 8 bits is [-256, 254].
WeightRange reachable_range(SignMode mode, unsigned weight_bits);

// Collects stored weights and finds the width that one of them occupies.
class StoredWidth {
  public:
    void add(std::int32_t weight);

    // Smallest width in {1, 2, 3, 4, 5, 6, 8} that holds all weights seen. Low bits that are zero
    // in all of them take no room: the weight exponent stands for them.
    std::uint8_t bits() const;

  private:
    std::int32_t smallest_ = 0, largest_ = 0;
    std::uint32_t used_bits_ = 0;
};

}  // namespace cortile
