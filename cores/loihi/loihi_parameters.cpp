// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_parameters.h"

#include "cores/loihi/loihi_learning.h"

#include "cores/registry/standard_parameters.h"

namespace cortile {

ParameterSchema loihi_schema() {
    using enum ParameterType;
    constexpr double kMostAxons = 1 << 30;
    ParameterSchema schema = standard_schema({
        whole_number("core.fan_in", "0", "synapses a neuron may have; 0: no limit of its own", 0,
                     kMostAxons),
        whole_number("core.max_delay", "62", "largest synaptic delay beyond the first timestep", 0,
                     62),
        whole_number("core.axon_atoms", "512",
                     "source neurons that share a population axon at most; 1: there are none", 1,
                     512),
        whole_number("core.population_axon_entries", "2",
                     "output axons that a source neuron's population axon takes", 1, 16),
        whole_number("core.weight_bits", "8", "widest weight of a float network, sign included", 1,
                     8),
        whole_number("core.refractory", "1",
                     "refractory period of neurons that state none, timesteps", 1, 64),
        {"core.voltage_readout",
         choice,
         "state",
         "what probing v of a refractory neuron returns: its state (0), or the marker that silicon "
         "shows",
         false,
         {"state", "refractory_marker"}},
    });
    schema.push_back({"core.timing.synaptic_update",
                      time,
                      "0 s",
                      "time of updating one synapse that learns",
                      true,
                      {},
                      0,
                      kMostEventTime});
    schema.push_back({"core.energy.synaptic_update",
                      energy,
                      "0 J",
                      "energy of updating one synapse that learns",
                      true,
                      {},
                      0,
                      kMostEventEnergy});
    ParameterSchema learning = loihi_learning_schema();
    schema.insert(schema.end(), learning.begin(), learning.end());
    return schema;
}

CoreLimits loihi_limits(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    CoreLimits limits = standard_limits(parameters);
    limits.fan_in = number("core.fan_in");
    limits.max_delay = number("core.max_delay");
    limits.axon_atoms = number("core.axon_atoms");
    limits.population_axon_entries = number("core.population_axon_entries");
    return limits;
}

LoihiCoreParameters loihi_core_parameters(const Parameters& parameters) {
    LoihiCoreParameters result;
    result.timing = standard_timing(parameters);
    result.voltage_readout = parameters.text("core.voltage_readout") == "state"
                                 ? VoltageReadout::state
                                 : VoltageReadout::refractory_marker;
    return result;
}

}  // namespace cortile
