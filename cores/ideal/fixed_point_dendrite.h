// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/blocks/synapse_memory.h"
#include "hw_model/state/state_archive.h"

namespace cortile {

// Work done by one packet stream at the synapse stage.
struct FixedPointReceipt {
    std::uint64_t synapses = 0;
    Picoseconds last = 0;  // arrival of the last packet
};

// Sums of weight times packet value in 64-bit integers, so that no sum depends on the order of
// arrival. Weights are loaded in units of their target's grid (IdealQuantizer chooses it so that no
// sum can overflow); what is below one unit of a weight is dropped.
class FixedPointDendrite {
  public:
    FixedPointDendrite(std::uint32_t neurons, const RealSynapseMemory& memory);

    // Adds the rows of `packets` for the coming timesteps.
    FixedPointReceipt receive(const RealSynapseMemory& memory,
                              std::span<const SpikePacket> packets);

    // The input of the present timestep, in grid units. Valid until take().
    std::span<const std::int64_t> input() const {
        return {sums_.data() + std::size_t{present_} * neurons_, neurons_};
    }
    // Clears the present timestep's input and moves on to the next.
    void take();
    void clear();
    void transfer_state(StateArchive& archive);

  private:
    template <bool kIndexed, bool kDelays>
    FixedPointReceipt receive_rows(const RealSynapseMemory& memory,
                                   std::span<const SpikePacket> packets);

    std::uint32_t neurons_, slots_;
    std::uint32_t present_ = 0;       // slot of the coming step's input
    std::vector<std::int64_t> sums_;  // [slot][neuron]
};

}  // namespace cortile
