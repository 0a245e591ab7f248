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
#include "noc/api/packet.h"

namespace cortile {

// The synapses of a core in the format of its type.
using SynapseStore = std::variant<SynapseMemory, RealSynapseMemory, Crossbar>;

// A row of synapses that learn.
struct PlasticRow {
    std::uint32_t projection = 0, source = 0;  // of the network: which neuron's row
    std::uint32_t address = 0;                 // that its packets carry
    std::uint32_t first = 0;                   // word in the synapse memory
    std::int8_t sign = 0;  // of the projection's weights: 1 none is negative, -1 none positive, 0
    std::uint8_t rule_set = 0;  // that they follow
};

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
    std::vector<std::pair<std::uint32_t, SpikePacket::Target>> relays;
    bool multicast = false;  // the network-on-chip carries the copies of a spike as one packet
    // Look-up tables by the numbers that a parameter of the neurons refers to.
    std::map<std::int32_t, std::vector<std::int32_t>> tables;
    std::vector<PlasticRow> plastic;  // ascending in (projection, source); empty for most
    bool takes_values = false;        // may packets to it carry values other than 1?
    // Largest magnitude that the summed, shifted input of one neuron can take in one timestep if
    // every packet carries the value 1; 0 where weights are real.
    std::int64_t largest_input = 0;
};

}  // namespace cortile
