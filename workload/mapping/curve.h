// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "noc/api/topology.h"

namespace cortile {

// All cores in the order of a generalised Hilbert curve over the tiles: for any width and height,
// tiles that follow each other are neighbours, but for one diagonal step on some sizes, and
// stretches of the curve fill compact areas. The cores of a tile follow each other. On a board the
// chips follow such a curve, and the tiles of each.
std::vector<CoreId> cores_along_curve(const Topology& topology);

}  // namespace cortile
