// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cores/blocks/synapse_memory.h"
#include "hw_model/state/state_archive.h"

namespace cortile {

// Work done by one packet stream at a core's synapse stage.
struct ReceiveResult {
    std::uint64_t synapses = 0;
    Picoseconds finish = 0;
};

// Accumulates synaptic input into 32-bit integers, wide enough that no sum depends on the order of
// arrival, for up to 64 timesteps ahead.
class Dendrite {
  public:
    Dendrite(std::uint32_t neurons, const SynapseMemory& memory);

    // Adds the rows of `packets` for the coming timesteps. In-order pipeline: a packet starts when
    // it has arrived and the one before is through, and takes per_packet + synapses * per_synapse.
    ReceiveResult receive(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                          Picoseconds per_packet, Picoseconds per_synapse);
    // The same with each weight multiplied by its packet's value (packet_value.h).
    ReceiveResult receive_values(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                                 Picoseconds per_packet, Picoseconds per_synapse);

    // The input of the present timestep: for each neuron the sum over the planes of channel 0 of
    // (sum << exponent), or (sum >> -exponent, floor) for negative exponents, wrapped where the
    // plane says so. Valid until take().
    std::span<const std::int32_t> input(const SynapseMemory& memory);
    // The same sum over the planes of a channel. Valid until the next call.
    std::span<const std::int32_t> channel_input(const SynapseMemory& memory, std::uint8_t channel);
    // Clears the present timestep's input and moves on to the next.
    void take();
    void clear();
    void transfer_state(StateArchive& archive);

  private:
    void add_plane(const Plane& plane, const std::int32_t* sums, std::vector<std::int32_t>& to);
    void add_channel(const SynapseMemory& memory, std::uint8_t channel,
                     std::vector<std::int32_t>& to);
    std::int32_t* plane(std::uint32_t slot, std::uint32_t plane_index) {
        return sums_.data() + (std::size_t{slot} * planes_ + plane_index) * neurons_;
    }
    template <bool kValues>
    ReceiveResult receive_any(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                              Picoseconds per_packet, Picoseconds per_synapse);
    template <bool kIndexed, bool kDelays, bool kValues>
    ReceiveResult receive_rows(const SynapseMemory& memory, std::span<const SpikePacket> packets,
                               Picoseconds per_packet, Picoseconds per_synapse);

    std::uint32_t neurons_, planes_, slots_;
    std::uint32_t present_ = 0;        // slot of the coming step's input
    std::vector<std::int32_t> sums_;   // [slot][plane][neuron]
    std::vector<std::int32_t> input_;  // shifted sums, where a shift is needed
    std::vector<std::int32_t> channel_input_;
};

}  // namespace cortile
