// SPDX-License-Identifier: Apache-2.0
// The synapses of a layer of a .net file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "workload/netx/net_layer.h"
#include "workload/netx/netx.h"

namespace cortile::netx {

// How integer weights are stored best: value << shift, with so many bits, and the sum of a
// timestep's weights >> shift.
struct WeightStorage {
    std::int32_t shift = 0;
    std::int32_t bits = 8;
};

// The choice of lava-dl (netx/utils.py, optimize_weight_bits): fill the 8 bits, then leave out the
// low bits that are zero in all. Clips `weights` to what synapses can hold; `place` names them in
// the warning.
WeightStorage choose_storage(std::vector<std::int32_t>& weights, const std::string& place,
                             std::vector<std::string>& warnings);

// The synapses into one layer's neurons: from the layer before, and perhaps among themselves.
struct LayerSynapses {
    Shape shape;  // of the layer's neurons: (C, H, W) or (features)
    std::shared_ptr<const Connectivity> forward, recurrent;
    int weight_exponent = 0;  // of the sum of a timestep's stored weights
    std::int32_t weight_bits = 8;
};

// `from`: shape of the layer before, (C, H, W) for convolutions.
LayerSynapses read_dense(const Group& layer, const Shape& from, bool recurrent,
                         std::vector<std::string>& warnings);
LayerSynapses read_convolution(const Group& layer, const Shape& from,
                               std::vector<std::string>& warnings);

}  // namespace cortile::netx
