// SPDX-License-Identifier: Apache-2.0
// From a quantised network and a mapping to what is loaded into each core.
#pragma once

#include <cstdint>
#include <vector>

#include "cores/blocks/core_program.h"
#include "noc/api/topology.h"
#include "workload/mapping/mapping.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

struct NeuronPlace {
    std::uint32_t core = 0, local = 0;
};

// Where each neuron is. Input populations without neurons on the chip sit at the host port, one
// after another: their `local` is an index into ChipProgram::host_axons.
class NeuronPlaces {
  public:
    NeuronPlaces(const QuantizedNetwork& network, const Mapping& mapping, std::uint32_t host_port);

    NeuronPlace operator()(PopulationId population, std::uint32_t neuron) const {
        const std::size_t i = first_[population.value] + neuron;
        return {core_[i], local_[i]};
    }
    std::uint32_t host_inputs() const { return host_inputs_; }

  private:
    std::vector<std::size_t> first_;  // per population
    std::vector<std::uint16_t> core_;
    std::vector<std::uint32_t> local_;
    std::uint32_t host_inputs_ = 0;
};

struct ChipProgram {
    std::vector<CoreProgram> cores;  // one per core of the chip; neurons == 0 where unused
    AxonTable host_axons;            // input neuron -> destinations
    std::uint64_t synapses = 0;      // logical: shared rows count once per axon
    std::uint64_t stored_words = 0;
};

// `limits.shares_rows` allows rows that are equal up to a shift to be stored once.
ChipProgram compile(const QuantizedNetwork& network, const Mapping& mapping,
                    const NeuronPlaces& places, const Topology& topology, const CoreLimits& limits);

}  // namespace cortile
