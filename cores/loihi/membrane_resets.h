// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cores/blocks/core_program.h"
#include "hw_model/state/state_archive.h"

namespace cortile {

// Neurons whose u and v are set to 0 at intervals: before the update of the timesteps t of a sample
// (from 0) with t % reset_interval == reset_offset % reset_interval. Lava's LIFReset does so, and
// counts timesteps from 1.
class MembraneResets {
  public:
    explicit MembraneResets(const CoreProgram& program);

    bool empty() const { return groups_.empty(); }
    void begin_sample() { timestep_ = 0; }
    // Calls body(neuron) for each neuron that is reset in this timestep, and goes on to the next.
    template <typename Body>
    void step(Body body) {
        for (const Group& group : groups_) {
            if (timestep_ % group.interval == group.offset) {
                for (const std::uint32_t neuron : group.neurons) {
                    body(neuron);
                }
            }
        }
        ++timestep_;
    }

    void transfer_state(StateArchive& archive) { archive(timestep_); }

  private:
    struct Group {
        std::uint32_t interval = 1, offset = 0;
        std::vector<std::uint32_t> neurons;
    };
    std::vector<Group> groups_;
    std::uint64_t timestep_ = 0;
};

}  // namespace cortile
