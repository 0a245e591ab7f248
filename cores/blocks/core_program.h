// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cores/blocks/axon_table.h"
#include "cores/blocks/crossbar.h"
#include "cores/blocks/synapse_memory.h"

namespace cortile {

// The synapses of a core in the format of its type.
using SynapseStore = std::variant<SynapseMemory, RealSynapseMemory, Crossbar>;

// What is loaded into one core: made by workload/compile, consumed by CoreType::make_core.
struct CoreProgram {
    std::uint32_t neurons = 0;
    // Hardware integers by the core type's names ("du", "vth_mantissa", …), one per neuron.
    std::map<std::string, std::vector<std::int32_t>> parameters;
    std::map<std::string, std::vector<double>> real_parameters;  // of types that compute in reals
    std::vector<std::uint8_t> spikes;  // per neuron: 0 for neurons that never fire
    SynapseStore synapses;             // input
    AxonTable axons;                   // output
    // Multicast by relay: input address -> destination of the copy that this core sends on,
    // ascending in address. Empty for types without relays.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> relays;
    bool multicast = false;  // the network-on-chip carries the copies of a spike as one packet
    // Look-up tables by the numbers that a parameter of the neurons refers to.
    std::map<std::int32_t, std::vector<std::int32_t>> tables;
    // Largest magnitude that the summed, shifted input of one neuron can take in one timestep if
    // every packet carries the value 1; 0 where weights are real.
    std::int64_t largest_input = 0;
};

}  // namespace cortile
