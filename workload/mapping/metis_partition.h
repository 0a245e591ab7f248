// SPDX-License-Identifier: Apache-2.0
// Groups the neurons of a recurrent population so that few spikes leave their core: METIS (Karypis
// and Kumar, SIAM J. Sci. Comput. 20(1), 1998) on the graph of its own connections.
#pragma once

#include <cstdint>
#include <vector>

#include "workload/mapping/resources.h"

namespace cortile {

// The connections of a population with itself, as compressed rows by source.
struct RecurrentGraph {
    std::vector<std::uint64_t> begin;  // size + 1 entries
    std::vector<std::uint32_t> target;

    std::uint32_t size() const { return static_cast<std::uint32_t>(begin.size() - 1); }
};
// Without connections if there are more than `most`.
RecurrentGraph recurrent_graph(const QuantizedNetwork& network, PopulationId population,
                               std::uint64_t most);

// The group of each neuron, below `parts`; no group has more than `largest_part` neurons. Empty
// when METIS does not keep to that. Deterministic for a seed.
std::vector<std::uint32_t> metis_parts(const RecurrentGraph& graph, std::uint32_t parts,
                                       std::uint32_t largest_part, std::uint64_t seed);

// Packets within the population when every neuron spikes once: distinct pairs of source neuron and
// target group, without those that stay in the group.
std::uint64_t packets_between(const RecurrentGraph& graph, const std::vector<std::uint32_t>& part);

}  // namespace cortile
