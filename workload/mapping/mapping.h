// SPDX-License-Identifier: Apache-2.0
// Which neuron sits on which core.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cores/api/core_limits.h"
#include "noc/api/topology.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

enum class Placement {
    linear,     // cores in index order
    curve,      // cores along a space-filling curve over the tiles, in network order
    optimized,  // curve, then local improvement of spike-weighted hops (default)
};
enum class Partition {
    contiguous,  // each population in runs of its index order
    metis,       // neurons grouped by METIS to keep connected ones together
    automatic,   // contiguous; METIS where a population is sparse and recurrent
};

// Which input axons convolutions have, on core types that know both kinds.
enum class Axons {
    automatic,   // population axons where these save cores
    discrete,    // one for each source neuron
    population,  // one for the channels of each pixel
};

struct MappingOptions {
    Placement placement = Placement::optimized;
    Partition partition = Partition::automatic;
    Axons axons = Axons::automatic;
    std::uint32_t cores = 0;   // 0: as few as the limits allow; else spread over so many
    bool share_cores = false;  // may several populations share a core?
    std::uint64_t seed = 1;
    double crossing_hops = 0;         // of a board: as many hops is a chip-to-chip link worth
    std::vector<double> spike_rates;  // expected spikes per neuron and timestep, per population;
                                      // empty: 1 for every population
};

// Neurons [begin, end) of `order` of one population, on one core.
struct Slice {
    PopulationId population;
    std::uint32_t begin = 0, end = 0;
    CoreId core;
    std::uint32_t offset = 0;  // local index of its first neuron on the core
};

struct CoreUse {
    CoreId core;
    std::uint32_t neurons = 0;
    std::uint64_t input_axons = 0, output_axons = 0, synapse_bits = 0, synapses = 0;
    std::uint64_t stored_synapses = 0;  // after sharing equal rows
    std::uint32_t fan_in = 0;           // largest of its neurons
};

struct Mapping {
    std::vector<Slice> slices;  // ordered by population, then begin
    // order[p][k] is the k-th neuron of population p in slice order; empty: identity.
    std::vector<std::vector<std::uint32_t>> order;
    std::vector<CoreUse> cores;  // the cores in use, ascending
    // What each slice alone takes of its core, with the target indices as wide as all neurons on
    // that core make them. Of the slices of one core, all but fan-in add up to the core's.
    std::vector<CoreUse> slice_use;
    std::string tightest;                 // "synapse memory: 93 % of core 17 (conv2)"
    double spike_weighted_hops = 0;       // sum over expected packets of mesh hops, per timestep
    double spike_weighted_crossings = 0;  // the same, of a board, from one chip to the next
    std::uint32_t chips_used = 1, chips = 1;  // of the board
    std::vector<std::string> notes;           // what was tried and given up; for the report
    std::uint32_t core_count_used() const { return static_cast<std::uint32_t>(cores.size()); }
};

// Throws ConfigError when the network, which need not be quantised yet, has more neurons than all
// cores together can hold: need, limit, largest population, how to mend it. Looks at sizes only.
void check_neuron_capacity(const Network& network, const Topology& topology,
                           const CoreLimits& limits);

// Packets of the i-th input population are taken to start at external port i modulo their number.
// Throws ConfigError naming the resource, the population, need and limit when it does not fit.
Mapping map_network(const QuantizedNetwork& network, const Topology& topology,
                    const CoreLimits& limits, const MappingOptions& options);

// A table with a row per population: cores, what its own neurons take of each resource on the core
// where that is most, and which one is tightest; below it totals and notes. Where cores are shared,
// a core can be fuller than each row says: the line "tightest" counts all that is on it.
std::string to_text(const Mapping& mapping, const QuantizedNetwork& network,
                    const CoreLimits& limits);

}  // namespace cortile
