// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/membrane_resets.h"

#include <map>
#include <utility>

#include "cores/loihi/other_neurons.h"

namespace cortile {

MembraneResets::MembraneResets(const CoreProgram& program) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> groups;
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        const auto interval =
            static_cast<std::uint32_t>(optional_parameter(program, "reset_interval", n));
        if (interval > 0) {
            const auto offset =
                static_cast<std::uint32_t>(optional_parameter(program, "reset_offset", n));
            groups[{interval, offset % interval}].push_back(n);
        }
    }
    for (auto& [when, neurons] : groups) {
        groups_.push_back({when.first, when.second, std::move(neurons)});
    }
}

}  // namespace cortile
