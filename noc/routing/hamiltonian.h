// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "noc/api/topology.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

// The place of a tile on the Hamiltonian path that goes through the rows of the mesh to and fro:
// to the east in even rows, to the west in odd ones (Lin, McKinley, Ni, IEEE TPDS 5(8), 1994,
// section 4).
inline std::uint32_t hamiltonian_label(const Topology& topology, TileId tile) {
    const std::uint32_t x = topology.x(tile), y = topology.y(tile);
    return y * topology.width + (y % 2 == 0 ? x : topology.width - 1 - x);
}

// Towards a tile ahead on the path: to the neighbour that is farthest ahead but not beyond it;
// towards one behind alike. The way is a shortest one, and labels only rise or only fall along it,
// so that channels cannot wait for each other in a circle.
std::unique_ptr<RoutingPolicy> make_hamiltonian(const Topology& topology,
                                                unsigned virtual_channels);

}  // namespace cortile
