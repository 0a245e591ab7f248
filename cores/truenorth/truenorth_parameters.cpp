// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/truenorth_parameters.h"

#include <string>

#include "cores/blocks/crossbar.h"

namespace cortile {

namespace {

struct EventText {
    TrueNorthEvent event;
    const char* name;
    const char* meaning;
};

constexpr std::array<EventText, kTrueNorthEvents> kEventTexts{{
    {TrueNorthEvent::axon_in, "axon_in", "writing an arriving spike into the scheduler"},
    {TrueNorthEvent::synaptic_operation, "synaptic_operation",
     "a connected synapse of an active axon"},
    {TrueNorthEvent::neuron_update, "neuron_update",
     "visiting one neuron: its memory row, leak, threshold, reset"},
    {TrueNorthEvent::neuron_spike, "neuron_spike", "a neuron firing, on top of its update"},
}};

}  // namespace

const char* to_string(TrueNorthEvent event) {
    return kEventTexts[static_cast<std::size_t>(event)].name;
}

ParameterSchema truenorth_schema() {
    using enum ParameterType;
    ParameterSchema schema{
        whole_number("core.neurons", "256", "neurons a core holds, copies included", 1,
                     Crossbar::kNeurons),
        whole_number("core.input_axons", "256", "axons a core holds", 1, Crossbar::kAxons),
        whole_number("core.axons_per_source", "4",
                     "axons, so axon types, by which one source may reach one core: what weights "
                     "that need more than one type cost",
                     1, Crossbar::kTypes),
        whole_number("core.seed", "1", "seed of the neurons' random numbers", 0, 0x1p53),
    };
    for (const auto& [event, name, meaning] : kEventTexts) {
        const std::string what = meaning;
        schema.push_back({std::string("core.timing.") + name,
                          time,
                          {},
                          "time of " + what,
                          true,
                          {},
                          0,
                          kMostEventTime});
        schema.push_back({std::string("core.energy.") + name,
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

CoreLimits truenorth_limits(const Parameters& parameters) {
    CoreLimits limits;
    limits.neurons = static_cast<std::uint32_t>(parameters.integer("core.neurons"));
    limits.input_axons = static_cast<std::uint32_t>(parameters.integer("core.input_axons"));
    limits.output_axons = limits.neurons;  // one each
    limits.synapse_memory_bits = std::uint64_t{Crossbar::kAxons} * Crossbar::kNeurons;
    limits.fan_in = limits.input_axons;
    limits.max_delay = kTrueNorthDelays - 1;
    limits.shares_rows = false;
    return limits;
}

TrueNorthParameters truenorth_parameters(const Parameters& parameters) {
    TrueNorthParameters result;
    for (const auto& [event, name, meaning] : kEventTexts) {
        result.timing[static_cast<std::size_t>(event)] =
            parameters.time(std::string("core.timing.") + name);
    }
    if (parameters.text("chip.sync") == "tick") {
        result.tick = parameters.time("chip.tick");
    }
    result.seed = static_cast<std::uint64_t>(parameters.integer("core.seed"));
    return result;
}

}  // namespace cortile
