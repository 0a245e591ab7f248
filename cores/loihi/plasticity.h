// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "cores/loihi/loihi_learning.h"

namespace cortile {

// The learning engine of one core, between its packets, its neurons and its synapse memory.
class Plasticity {
  public:
    // Delays learn as far as `memory` has delays at its start.
    Plasticity(const LoihiLearning& learning, std::uint32_t neurons,
               const std::vector<PlasticRow>& rows, SynapseMemory& memory);

    void begin_sample();
    // Packets that arrived: those to rows that learn are spikes of their axons.
    void note(std::span<const SpikePacket> packets);
    // Traces of neurons that spikes of a projection raise.
    std::span<const learning::Trace> driven() const { return driven_; }
    // What came to such a trace for the present timestep, by neuron.
    void drive(learning::Trace trace, std::span<const std::int32_t> by_neuron);
    // Ends a timestep; `fired`: one byte a neuron. Returns how many synapses were updated.
    std::uint64_t end_timestep(const std::uint8_t* fired, SynapseMemory& memory);

    std::optional<std::int32_t> read(LearntVariable variable, std::uint32_t projection,
                                     std::uint32_t source, std::uint32_t neuron) const;
    // With the words of the memory that learn.
    void transfer_state(StateArchive& archive, SynapseMemory& memory);

  private:
    void gather_axons();

    std::vector<PlasticRow> rows_;           // an axon of the engine each
    std::vector<std::uint32_t> first_;       // by row: in the engine's synapses; and the end
    std::vector<std::uint32_t> by_address_;  // rows, ascending in address
    std::vector<std::uint32_t> words_;       // by synapse: in the memory
    std::vector<learning::Trace> driven_;
    std::uint32_t neurons_, first_timestep_, timestep_ = 0;
    // Of the present timestep: axons with what their packets carried; then each once.
    std::vector<std::pair<std::uint32_t, std::int32_t>> arrived_;
    std::vector<std::uint32_t> axons_, fired_;
    std::vector<std::int32_t> payloads_;  // by axon of axons_
    learning::LearningEngine engine_;
};

}  // namespace cortile
