// SPDX-License-Identifier: Apache-2.0
#include "cores/registry/core_type.h"

namespace cortile {

Mapping CoreType::map(const QuantizedNetwork& network, const Parameters& parameters,
                      const Topology& topology, const MappingOptions& options) const {
    return map_network(network, topology, limits(parameters), options);
}

ChipProgram CoreType::compile(const QuantizedNetwork& network, const Mapping& mapping,
                              const NeuronPlaces& places, const Parameters& parameters,
                              const Topology& topology) const {
    return cortile::compile(network, mapping, places, topology, limits(parameters));
}

}  // namespace cortile
