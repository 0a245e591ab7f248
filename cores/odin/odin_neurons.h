// SPDX-License-Identifier: Apache-2.0
// The neuron arithmetic of ODIN's leaky integrate-and-fire model, and its only place. Everything
// is an event on one neuron; v has 8 bits without sign and saturates at both ends with every event:
//   synapse, weight w:  v <- min(v + w, 255) or, from an inhibitory source, max(v - |w|, 0)
//   time reference:     v <- max(v - leak, 0)
//   after each event    if v >= threshold: spike, v <- 0
// Widths and rules: documentation of ODIN (github ChFrenkel/ODIN, doc/README.md, section 3.3.2, CC
// BY 4.0); docs/reference/odin.md says what of it is assumed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cortile {

struct OdinNeurons {
    static constexpr int kMaxWeight = 7;  // 3 bits; the sign belongs to the source
    static constexpr int kMaxVoltage = 255, kMaxThreshold = 255, kMaxLeak = 127;

    explicit OdinNeurons(std::uint32_t neurons) : v(neurons), threshold(neurons), leak(neurons) {}

    std::uint32_t size() const { return static_cast<std::uint32_t>(v.size()); }

    // Did the event make the neuron fire?
    bool integrate(std::uint32_t neuron, int weight) {
        return settle(neuron, std::clamp(v[neuron] + weight, 0, kMaxVoltage));
    }
    // A time reference event of every neuron. None fires, since v only falls. Returns of how many v
    // changed.
    std::uint32_t leak_all();

    std::vector<std::uint8_t> v, threshold, leak;

  private:
    bool settle(std::uint32_t neuron, int next) {
        const bool fires = next >= threshold[neuron];
        v[neuron] = static_cast<std::uint8_t>(fires ? 0 : next);
        return fires;
    }
};

}  // namespace cortile
