// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/fcore_parameters.h"

#include <array>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

struct EventText {
    FcoreEvent event;
    const char* name;
    const char* component;
    const char* meaning;
};

constexpr std::array<EventText, kFcoreEvents> kEvents{{
    {FcoreEvent::axon_in, "axon_in", "axon", "storing one arriving packet and reading it again"},
    {FcoreEvent::multiplication, "multiplication", "dendrite",
     "reading one weight, multiplying it by an activation and accumulating the product"},
    {FcoreEvent::addition, "addition", "dendrite",
     "reading one weight and accumulating it for a spike"},
    {FcoreEvent::soma_activation, "soma_activation", "soma",
     "computing the activation of one neuron"},
    {FcoreEvent::soma_spiking, "soma_spiking", "soma", "updating the membrane of one neuron"},
    {FcoreEvent::axon_out, "axon_out", "axon", "sending one packet"},
    {FcoreEvent::relay, "relay", "axon", "passing one packet on to the next core of a multicast"},
}};

// Above it a phase is no longer one of 300 MHz silicon, and cycles times ps leave their range.
constexpr double kMostCycles = 1 << 24;

ParameterDescriptor cited_number(const char* path, ParameterType type, const char* description,
                                 double minimum, double maximum) {
    return {path, type, std::nullopt, description, true, {}, minimum, maximum};
}

}  // namespace

const char* to_string(FcoreEvent event) {
    return kEvents[static_cast<std::size_t>(event)].name;
}

ParameterSchema fcore_schema() {
    using enum ParameterType;
    ParameterSchema schema{
        whole_number("core.neurons", {}, "neurons a core holds", 1, 65535),
        whole_number("core.input_axons", {}, "input axons a core holds, and so the fan-in", 1,
                     65535),
        whole_number("core.weights", {}, "distinct weights that a core's table holds", 2, 256),
        whole_number("core.random_seed", "1", "start of each core's random numbers, not 0", 1,
                     4294967295.0),
        {"core.phase",
         choice,
         "fixed",
         "length of a timestep; fixed: at least core.timing.phase_cycles; adaptive: as long as the "
         "work "
         "of the busiest core takes",
         false,
         {"fixed", "adaptive"}},
        cited_number("core.multipliers", integer, "weights that the dendrite reads per clock", 1,
                     65536),
        cited_number("core.clock", frequency, "clock frequency", 1e6, 1e10),
        cited_number("core.timing.phase_cycles", integer, "clocks of a fixed phase", 0,
                     kMostCycles),
        cited_number("core.timing.soma_cycles", integer, "clocks of the soma per neuron", 0,
                     kMostCycles),
        cited_number("core.timing.overhead_cycles", integer,
                     "clocks of each phase that are neither the dendrite's nor the soma's", 0,
                     kMostCycles),
        cited_number("core.timing.axon_in", time, "time of storing one arriving packet", 0,
                     kMostEventTime),
        cited_number("core.timing.axon_out", time, "time of sending one packet", 0, kMostEventTime),
        cited_number("core.timing.relay", time,
                     "time of passing one packet on to the next core of a multicast", 0,
                     kMostEventTime),
    };
    for (const EventText& event : kEvents) {
        schema.push_back({std::string("core.energy.") + event.name,
                          energy,
                          {},
                          std::string("energy of ") + event.meaning,
                          true,
                          {},
                          0,
                          kMostEventEnergy});
    }
    return schema;
}

CoreLimits fcore_limits(const Parameters& parameters) {
    CoreLimits limits;
    limits.neurons = static_cast<std::uint32_t>(parameters.integer("core.neurons"));
    limits.input_axons = static_cast<std::uint32_t>(parameters.integer("core.input_axons"));
    // A neuron has one routing entry; what it must reach beyond that is relayed by its targets.
    limits.output_axons = 1u << 30;
    limits.fan_in = limits.input_axons;
    limits.max_delay = 0;
    limits.shares_rows = false;
    // How the 22 KB of a core are laid out is not published. The memory is limited by count: a
    // weight index for each pair of axon and neuron. Indices of targets, which a crossbar does not
    // store, are allowed for, so that this never is what a core runs out of first.
    limits.packing = {1, 64, 0, 0, true};
    limits.synapse_memory_bits = std::uint64_t{limits.neurons} * limits.input_axons * 24;
    return limits;
}

std::vector<EnergyEvent> fcore_energy_events(const Parameters& parameters) {
    std::vector<EnergyEvent> events;
    for (const EventText& event : kEvents) {
        const std::string path = std::string("core.energy.") + event.name;
        events.push_back(
            {event.component, event.name, parameters.energy(path), parameters.citation(path)});
    }
    return events;
}

FcoreCoreParameters fcore_core_parameters(const Parameters& parameters) {
    const auto whole = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    FcoreCoreParameters result;
    result.cycle = 1e12 / parameters.frequency("core.clock");
    result.multipliers = whole("core.multipliers");
    result.soma_cycles = whole("core.timing.soma_cycles");
    result.overhead_cycles = whole("core.timing.overhead_cycles");
    if (parameters.text("core.phase") == "fixed") {
        result.phase = result.cycles(whole("core.timing.phase_cycles"));
    }
    result.axon_in = parameters.time("core.timing.axon_in");
    result.axon_out = parameters.time("core.timing.axon_out");
    result.relay = parameters.time("core.timing.relay");
    result.random_seed = whole("core.random_seed");
    return result;
}

}  // namespace cortile
