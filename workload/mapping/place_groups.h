// SPDX-License-Identifier: Apache-2.0
// Puts groups of neurons, one per core, on the cores of a mesh.
#pragma once

#include <cstdint>
#include <vector>

#include "noc/api/topology.h"
#include "workload/mapping/mapping.h"

namespace cortile {

struct GroupTraffic {
    std::uint32_t from = 0;  // group, or groups + index of an external port
    std::uint32_t to = 0;    // group
    double packets = 0;      // per timestep, expected
};

struct PlacementProblem {
    std::uint32_t groups = 0;  // at most topology.working_cores()
    std::vector<GroupTraffic> traffic;
    double crossing_hops = 0;  // what it costs to go from one chip of a board to the next, in hops
};

// Packets times mesh hops, per timestep, and times crossings from chip to chip. `core_of`: per
// group.
struct PlacementCost {
    double hops = 0, crossings = 0;
};
PlacementCost cost_of(const PlacementProblem& problem, const Topology& topology,
                      const std::vector<CoreId>& core_of);

// Writes down what a placement costs and how many chips of a board it takes.
void note_placement(const PlacementProblem& problem, const Topology& topology,
                    const std::vector<CoreId>& core_of, Mapping& mapping);

// The core of each group, no two alike and none dead. `optimized` starts from the better of
// `linear` and `curve` and only ever improves on it, so it costs no more than either, in hops +
// crossing_hops x crossings; effort is bounded, and the result depends on nothing but the
// arguments.
std::vector<CoreId> place_groups(const PlacementProblem& problem, const Topology& topology,
                                 Placement placement, std::uint64_t seed);

}  // namespace cortile
