// SPDX-License-Identifier: Apache-2.0
// The neurons of a layer of a .net file.
#pragma once

#include <string>
#include <vector>

#include "workload/netx/net_layer.h"
#include "workload/netx/netx.h"

namespace cortile::netx {

// Where a layer stands decides what its sigma-delta neurons are.
enum class Position { input, inner };

// `layer`: the group of the layer, with `neuron`, and `bias` unless it is the input.
Population make_population(const Group& layer, std::string name, Shape shape, Position position,
                           const NetxOptions& options, std::vector<std::string>& warnings);

}  // namespace cortile::netx
