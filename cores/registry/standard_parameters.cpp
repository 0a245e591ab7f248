// SPDX-License-Identifier: Apache-2.0
#include "cores/registry/standard_parameters.h"

#include <string>

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

std::string path_of(const char* section, CoreEvent event) {
    return std::string("core.") + section + "." + to_string(event);
}

}  // namespace

ParameterSchema standard_limits_schema() {
    constexpr double kMostAxons = 1 << 30;
    return {
        whole_number("core.neurons", {}, "neurons (compartments) a core holds", 1, 65535),
        whole_number("core.input_axons", {}, "input axons a core holds", 1, kMostAxons),
        whole_number("core.output_axons", {}, "output axons a core holds", 1, kMostAxons),
        {"core.synapse_memory",
         ParameterType::information,
         {},
         "synapse memory of a core",
         false,
         {},
         1,
         0x1p40},
    };
}

CoreLimits standard_limits(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    CoreLimits limits;
    limits.neurons = number("core.neurons");
    limits.input_axons = number("core.input_axons");
    limits.output_axons = number("core.output_axons");
    limits.synapse_memory_bits = static_cast<std::uint64_t>(parameters.bits("core.synapse_memory"));
    return limits;
}

ParameterSchema standard_events_schema() {
    using enum ParameterType;
    ParameterSchema schema;
    for (const auto& [event, meaning] : kEventTexts) {
        const std::string what = meaning;
        schema.push_back(
            {path_of("timing", event), time, {}, "time of " + what, true, {}, 0, kMostEventTime});
        schema.push_back({path_of("energy", event),
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

CoreTiming standard_timing(const Parameters& parameters) {
    CoreTiming timing{};
    for (const auto& [event, meaning] : kEventTexts) {
        timing[static_cast<std::size_t>(event)] = parameters.time(path_of("timing", event));
    }
    return timing;
}

std::vector<EnergyEvent> standard_energy_events(const Parameters& parameters) {
    std::vector<EnergyEvent> events;
    for (std::size_t i = 0; i < kCoreEvents; ++i) {
        const auto event = static_cast<CoreEvent>(i);
        const std::string path = path_of("energy", event);
        events.push_back({component_of(event), to_string(event), parameters.energy(path),
                          parameters.citation(path)});
    }
    return events;
}

ParameterSchema standard_schema(const ParameterSchema& added) {
    ParameterSchema schema = standard_limits_schema();
    schema.insert(schema.end(), added.begin(), added.end());
    const ParameterSchema events = standard_events_schema();
    schema.insert(schema.end(), events.begin(), events.end());
    return schema;
}

}  // namespace cortile
