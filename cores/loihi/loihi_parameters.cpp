// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_parameters.h"

#include "cores/blocks/synapse_memory.h"

namespace cortile {

namespace {

struct EventText {
    CoreEvent event;
    const char* meaning;
};

constexpr std::array<EventText, kCoreEvents> kEventTexts{{
    {CoreEvent::axon_in, "reading the input axon of an arriving spike"},
    {CoreEvent::synaptic_operation, "fetching one synapse and accumulating it"},
    {CoreEvent::neuron_update_inactive, "visiting a neuron whose state does not change"},
    {CoreEvent::neuron_update_active, "visiting a neuron whose state changes"},
    {CoreEvent::neuron_spike, "a neuron firing, on top of its update"},
    {CoreEvent::axon_out, "sending one spike packet"},
}};

}  // namespace

ParameterSchema loihi_schema() {
    using enum ParameterType;
    ParameterSchema schema{
        {"core.neurons", integer, {}, "neurons (compartments) a core holds", false, {}, 1, 65535},
        {"core.input_axons", integer, {}, "input axons a core holds", false, {}, 1},
        {"core.output_axons", integer, {}, "output axons a core holds", false, {}, 1},
        {"core.synapse_memory", information, {}, "synapse memory of a core"},
        {"core.fan_in",
         integer,
         "0",
         "synapses a neuron may have; 0: no limit of its own",
         false,
         {},
         0},
        {"core.max_delay",
         integer,
         "62",
         "largest synaptic delay beyond the first timestep",
         false,
         {},
         0,
         62},
        {"core.weight_bits",
         integer,
         "8",
         "widest weight of a float network, sign included",
         false,
         {},
         1,
         8},
        {"core.refractory",
         integer,
         "1",
         "refractory period of neurons that state none, timesteps",
         false,
         {},
         1,
         64},
        {"core.voltage_readout",
         choice,
         "state",
         "what probing v of a refractory neuron returns: its state (0), or the marker that silicon "
         "shows",
         false,
         {"state", "refractory_marker"}},
    };
    for (const auto& [event, meaning] : kEventTexts) {
        schema.push_back({std::string("core.timing.") + to_string(event),
                          time,
                          {},
                          std::string("time of ") + meaning,
                          true,
                          {},
                          0});
        schema.push_back({std::string("core.energy.") + to_string(event),
                          energy,
                          {},
                          std::string("energy of ") + meaning,
                          true,
                          {},
                          0});
    }
    return schema;
}

CoreLimits loihi_limits(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    CoreLimits limits;
    limits.neurons = number("core.neurons");
    limits.input_axons = number("core.input_axons");
    limits.output_axons = number("core.output_axons");
    limits.synapse_memory_bits = static_cast<std::uint64_t>(parameters.bits("core.synapse_memory"));
    limits.fan_in = number("core.fan_in");
    limits.max_delay = number("core.max_delay");
    return limits;
}

LoihiCoreParameters loihi_core_parameters(const Parameters& parameters) {
    LoihiCoreParameters result;
    for (const auto& [event, meaning] : kEventTexts) {
        result.timing[static_cast<std::size_t>(event)] =
            parameters.time(std::string("core.timing.") + to_string(event));
    }
    result.voltage_readout = parameters.text("core.voltage_readout") == "state"
                                 ? VoltageReadout::state
                                 : VoltageReadout::refractory_marker;
    return result;
}

}  // namespace cortile
