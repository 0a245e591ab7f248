// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_parameters.h"

#include <cmath>

#include <fmt/format.h>

namespace cortile {

namespace {

constexpr std::uint32_t kSynapseBits = 4;  // a weight of 3 bits, and the mapping bit

ParameterDescriptor cycles(const char* path, const char* description) {
    return {path, ParameterType::integer, {}, description, true, {}, 0, 1 << 16};
}

ParameterDescriptor energy(const char* path, const char* description) {
    return {path, ParameterType::energy, {}, description, true, {}, 0, kMostEventEnergy};
}

std::uint32_t number(const Parameters& parameters, const char* path) {
    return static_cast<std::uint32_t>(parameters.integer(path));
}

}  // namespace

ParameterSchema odin_schema() {
    return {
        whole_number("core.neurons", {}, "neurons a core holds, all of which every spike visits", 1,
                     65535),
        whole_number("core.rows", {}, "rows of the crossbar: sources of spikes, each of one sign",
                     1, 65535),
        {"core.clock",
         ParameterType::frequency,
         {},
         "clock frequency: sets the time of all cycles and the power of the clock",
         false,
         {},
         1e3,
         1e12},
        cycles("core.cycles.synaptic_operation", "clock cycles of one synaptic operation"),
        cycles("core.cycles.neuron_update",
               "clock cycles of updating one neuron without a synapse: time reference, virtual "
               "event"),
        cycles("core.cycles.scheduler_push", "clock cycles of queueing one event"),
        energy("core.energy.synaptic_operation", "energy of one synaptic operation"),
        energy("core.energy.neuron_update",
               "energy of updating one neuron without a synapse: time reference, virtual event"),
        energy("core.energy.clock_cycle", "energy of one clock cycle, whatever happens in it"),
    };
}

CoreLimits odin_limits(const Parameters& parameters) {
    CoreLimits limits;
    limits.neurons = number(parameters, "core.neurons");
    limits.input_axons = number(parameters, "core.rows");
    limits.output_axons = limits.input_axons;
    limits.synapse_memory_bits = std::uint64_t{limits.neurons} * limits.input_axons * kSynapseBits;
    limits.max_delay = 0;
    limits.shares_rows = false;
    limits.packing.stores_index = false;
    return limits;
}

std::vector<EnergyEvent> odin_energy_events(const Parameters& parameters) {
    std::vector<EnergyEvent> events;
    for (const auto& [component, event] :
         {std::pair{"synapse", "synaptic_operation"}, std::pair{"soma", "neuron_update"}}) {
        const std::string path = std::string("core.energy.") + event;
        events.push_back({component, event, parameters.energy(path), parameters.citation(path)});
    }
    return events;
}

StaticPower odin_clock_power(const Parameters& parameters) {
    const double hertz = parameters.frequency("core.clock");
    Citation citation = parameters.citation("core.energy.clock_cycle");
    citation.source += fmt::format("; at {:g} MHz", hertz / 1e6);
    return {"core", "clock", parameters.energy("core.energy.clock_cycle") * hertz, citation};
}

Picoseconds OdinCoreParameters::time(std::uint64_t cycles) const {
    return std::llround(static_cast<double>(cycles) * 1e12 / clock);
}

OdinCoreParameters odin_core_parameters(const Parameters& parameters) {
    return {parameters.frequency("core.clock"), number(parameters, "core.neurons"),
            number(parameters, "core.cycles.synaptic_operation"),
            number(parameters, "core.cycles.neuron_update"),
            number(parameters, "core.cycles.scheduler_push")};
}

}  // namespace cortile
