// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/packing.h"

#include "hw_model/base/error.h"

namespace cortile {

std::size_t index_class(std::uint32_t neurons) {
    for (std::size_t i = 0; i < kIndexWidths.size(); ++i) {
        if (neurons <= 1u << kIndexWidths[i]) {
            return i;
        }
    }
    throw ConfigError("core.neurons", "expected at most 65536 neurons on a core",
                      "synapse memory stores target indices of at most 16 bits");
}

}  // namespace cortile
