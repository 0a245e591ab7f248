// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_neurons.h"

namespace cortile {

std::uint32_t OdinNeurons::leak_all() {
    std::uint32_t changed = 0;
    for (std::uint32_t n = 0; n < size(); ++n) {
        const int next = std::max(v[n] - leak[n], 0);
        changed += next != v[n] ? 1 : 0;
        v[n] = static_cast<std::uint8_t>(next);
    }
    return changed;
}

}  // namespace cortile
