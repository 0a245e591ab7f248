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
    constexpr double kMostAxons = 1 << 30;
    ParameterSchema schema{
        whole_number("core.neurons", {}, "neurons (compartments) a core holds", 1, 65535),
        whole_number("core.input_axons", {}, "input axons a core holds", 1, kMostAxons),
        whole_number("core.output_axons", {}, "output axons a core holds", 1, kMostAxons),
        {"core.synapse_memory", information, {}, "synapse memory of a core", false, {}, 1, 0x1p40},
        whole_number("core.fan_in", "0", "synapses a neuron may have; 0: no limit of its own", 0,
                     kMostAxons),
        whole_number("core.max_delay", "62", "largest synaptic delay beyond the first timestep", 0,
                     62),
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
    };
    for (const auto& [event, meaning] : kEventTexts) {
        const std::string name = to_string(event);
        const std::string what = meaning;
        schema.push_back(
            {"core.timing." + name, time, {}, "time of " + what, true, {}, 0, kMostEventTime});
        schema.push_back({"core.energy." + name,
                          energy,
                          {},
                          "energy of " + what,
                          true,
                          {},
                          0,
                          kMostEventEnergy});
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
