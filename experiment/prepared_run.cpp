// SPDX-License-Identifier: Apache-2.0
#include "experiment/prepared_run.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "workload/mapping/choose_axons.h"
#include "workload/quantize/unused_registers.h"

namespace cortile {

namespace {

std::string types_that_take_values() {
    std::string names;
    for (const auto& type : core_types()) {
        if (type->takes_values()) {
            names += (names.empty() ? "" : " or ") + type->name();
        }
    }
    return names;
}

// What the stimulus makes of the network's inputs.
void adapt_inputs(const PreparedRun& run, Network& network) {
    if (run.stimulus->graded() && !run.experiment.core_type->takes_values()) {
        throw ConfigError(
            run.experiment.parameters.where("stimulus.kind"),
            fmt::format("the stimulus gives values, and core type {} takes spikes only",
                        run.experiment.core_type->name()),
            "choose another stimulus.encoder or stimulus.counts, or a chip whose cores take "
            "values: core type " +
                types_that_take_values());
    }
    if (run.stimulus->signed_values() && !run.experiment.core_type->takes_signed_values()) {
        throw ConfigError(
            run.experiment.parameters.where("stimulus.kind"),
            fmt::format("the stimulus gives negative values, which core type {} does not take",
                        run.experiment.core_type->name()),
            "choose a stimulus of counts or activations, or another chip");
    }
    for (const PopulationId input : network.inputs) {
        Population& population = network.populations[input.value];
        population.value_unit = run.stimulus->value_unit();
        population.largest_value = run.stimulus->largest_value();
        if (run.drives_current) {
            population.kind = population.driven_kind;
        }
    }
}

std::vector<Drive> drives_of(const Network& network) {
    std::vector<Drive> drives;
    for (const Population& population : network.populations) {
        drives.push_back({population.drive_gain, population.drive_offset});
    }
    return drives;
}

void check_input_size(const Parameters& parameters, const Workload& workload) {
    const Network& network = workload.network;
    const std::uint32_t wanted = input_neurons(network);
    if (workload.stimulus->input_size() != wanted) {
        throw ConfigError(
            parameters.where("stimulus.kind"),
            fmt::format("the stimulus has {} inputs, the network {} ({} input "
                        "population{}): {}",
                        workload.stimulus->input_size(), wanted, network.inputs.size(),
                        network.inputs.size() == 1 ? "" : "s", workload.stimulus->description()),
            "use a stimulus of the network's input shape");
    }
}

void choose_samples(const Parameters& parameters, Workload& workload) {
    const auto first = static_cast<std::uint64_t>(parameters.integer("stimulus.first"));
    const auto wanted = static_cast<std::uint64_t>(parameters.integer("stimulus.samples"));
    const std::uint64_t available = workload.stimulus->samples();
    if (first >= available || wanted > available - first) {
        throw ConfigError(
            parameters.where(first >= available ? "stimulus.first" : "stimulus.samples"),
            fmt::format("samples {} to {} are asked for; the stimulus has {}, numbered from 0",
                        first, first + std::max<std::uint64_t>(wanted, 1) - 1, available),
            "lower stimulus.first or stimulus.samples");
    }
    workload.first_sample = static_cast<std::uint32_t>(first);
    workload.samples = static_cast<std::uint32_t>(wanted > 0 ? wanted : available - first);
    const auto passes = static_cast<std::uint32_t>(parameters.integer("stimulus.passes"));
    if (passes > 1) {
        workload.stimulus = make_repeated_stimulus(std::move(workload.stimulus),
                                                   workload.first_sample, workload.samples, passes);
        workload.samples *= passes;
    }
}

}  // namespace

namespace {

std::function<bool(const Population&)> is_on_cores(const Workload& workload) {
    const bool inputs_are = workload.stimulus->drives_current();
    return [inputs_are](const Population& population) {
        return population.kind != NeuronKind::input || inputs_are;
    };
}

void add_learnt(std::vector<ProbePlan>& plans, const Network& network, const ProbeRequest& request,
                const std::string& where) {
    for (std::size_t p = 0; p < network.projections.size(); ++p) {
        if (network.projections[p].name == request.population) {
            for (const std::string& quantity : request.quantities) {
                plans.push_back({network.projections[p].target, quantity, p});
            }
            return;
        }
    }
    std::string names;
    for (const Projection& p : network.projections) {
        names += (names.empty() ? "" : ", ") + p.name;
    }
    throw ConfigError(where, "there is no projection '" + request.population + "' to probe",
                      "w, d, t and traces are those of a projection that learns; projections of "
                      "this network: " +
                          names);
}

// Populations keep their names and order through quantisation.
std::vector<ProbePlan> plan_probes(const Parameters& parameters, const Workload& workload) {
    const auto& populations = workload.network.populations;
    const auto has_neurons = is_on_cores(workload);
    std::vector<ProbePlan> plans;
    for (const std::string& text : parameters.texts("run.probes")) {
        const std::string where = parameters.where("run.probes");
        const ProbeRequest request = parse_probe(text, where);
        if (is_learnt(request.quantities.front())) {
            add_learnt(plans, workload.network, request, where);
            continue;
        }
        const auto found = std::find_if(populations.begin(), populations.end(), [&](const auto& p) {
            return p.name == request.population;
        });
        if (found == populations.end() || !has_neurons(*found)) {
            std::string names;
            for (const Population& p : populations) {
                names += has_neurons(p) ? " " + p.name : "";
            }
            throw ConfigError(where,
                              "there are no neurons named '" + request.population + "' to probe",
                              "populations on cores:" + names);
        }
        for (const std::string& quantity : request.quantities) {
            const ProbePlan plan{
                PopulationId{static_cast<std::size_t>(found - populations.begin())}, quantity};
            if (std::find(plans.begin(), plans.end(), plan) == plans.end()) {
                plans.push_back(plan);
            }
        }
    }
    return plans;
}

std::uint32_t assigning_samples(const PreparedRun& run) {
    const Parameters& parameters = run.experiment.parameters;
    const auto count = static_cast<std::uint32_t>(parameters.integer("run.assign_labels"));
    if (count == 0) {
        return 0;
    }
    const std::string where = parameters.where("run.assign_labels");
    for (const PopulationId output : run.network.outputs) {
        if (!run.network[output].spikes || run.network[output].graded) {
            throw ConfigError(where, "the outputs of this network do not spike",
                              "labels are assigned by spikes; remove the key");
        }
    }
    if (count >= run.samples) {
        throw ConfigError(
            where,
            fmt::format("{} samples are to assign labels, and the run has {}", count, run.samples),
            "leave samples that are to be classified");
    }
    if (!run.stimulus->label(run.first_sample)) {
        throw ConfigError(where, "the stimulus has no labels", "give stimulus.labels");
    }
    return count;
}

// Is `where` a key of the experiment, or within a file that a key names?
bool is_of_experiment(const std::string& where, const Parameters& parameters) {
    return std::any_of(
        parameters.values().begin(), parameters.values().end(), [&](const auto& entry) {
            const auto& [path, value] = entry;
            const bool file = value.descriptor->type == ParameterType::path && !value.text.empty();
            return where == parameters.where(path) || (file && where.starts_with(value.text));
        });
}

// Errors in quantising that are not about the experiment's keys are about the network: its file is
// their place.
QuantizedNetwork quantize(const PreparedRun& run, const Network& network) {
    const Parameters& parameters = run.experiment.parameters;
    try {
        return run.experiment.core_type->quantize(network, parameters);
    } catch (const ConfigError& error) {
        if (!parameters.given("network.file") || is_of_experiment(error.where(), parameters)) {
            throw;
        }
        throw ConfigError(parameters.file("network.file").string(),
                          error.where() + ": " + error.problem(), error.hint());
    }
}

// Core types without learning have no plastic projections.
void check_learnt_probes(const PreparedRun& run) {
    for (const ProbePlan& probe : run.probes) {
        if (probe.projection && !run.network.projections[*probe.projection].plastic) {
            throw ConfigError(run.experiment.parameters.where("run.probes"),
                              "projection '" + run.network.projections[*probe.projection].name +
                                  "' does not learn",
                              "name it in core.learning.projections, or probe its target's spikes, "
                              "u or v");
        }
    }
}

}  // namespace

Workload load_workload(const Experiment& experiment) {
    const Parameters& parameters = experiment.parameters;
    Workload workload;
    workload.network = load_network(experiment);
    workload.stimulus = load_stimulus(parameters, workload.network);
    check_input_size(parameters, workload);
    choose_samples(parameters, workload);
    workload.probes = plan_probes(parameters, workload);
    auto expectations =
        std::make_shared<Expectations>(parameters, workload.network, is_on_cores(workload));
    workload.expectations = expectations->empty() ? nullptr : std::move(expectations);
    return workload;
}

PreparedRun prepare(Experiment experiment) {
    Workload workload = load_workload(experiment);
    return prepare(std::move(experiment), std::move(workload));
}

PreparedRun prepare(Experiment experiment, Workload workload) {
    PreparedRun run;
    run.experiment = std::move(experiment);
    const Parameters& parameters = run.experiment.parameters;
    run.chip = chip_config(parameters);
    run.limits = run.experiment.core_type->limits(parameters);

    Network network = std::move(workload.network);
    run.warnings = network.warnings;
    check_neuron_capacity(network, run.chip.topology, run.limits);
    run.stimulus = std::move(workload.stimulus);
    run.first_sample = workload.first_sample;
    run.samples = workload.samples;
    run.probes = std::move(workload.probes);
    run.expectations = std::move(workload.expectations);
    run.drives_current = run.stimulus->drives_current();
    adapt_inputs(run, network);
    run.drives = drives_of(network);
    const std::string unused =
        unused_registers(network, run.experiment.core_type->hardware_keys().prefix);
    if (!unused.empty()) {
        run.warnings.push_back(unused);
    }
    run.network = quantize(run, network);
    run.warnings.insert(run.warnings.end(), run.network.report.warnings.begin(),
                        run.network.report.warnings.end());
    check_learnt_probes(run);
    run.assigning_samples = assigning_samples(run);
    const std::int64_t drain = parameters.integer("run.drain");
    run.drain = drain < 0 ? run.network.pipeline_depth : static_cast<std::uint32_t>(drain);

    const MappingOptions options = mapping_options(parameters);
    choose_axons(run.network, run.limits, options);
    run.mapping =
        run.experiment.core_type->map(run.network, parameters, run.chip.topology, options);
    // Thousands of modules of cores without neurons would take seconds and hundreds of megabytes.
    std::set<TileId> tiles;
    for (const CoreUse& use : run.mapping.cores) {
        tiles.insert(run.chip.topology.tile_of_core(use.core));
    }
    run.chip.tiles_in_use.assign(tiles.begin(), tiles.end());
    for (const CoreUse& use : run.mapping.cores) {
        if (!run.chip.topology.works(use.core)) {
            throw ContractViolation(
                fmt::format("core type {} puts neurons on core {}, which is dead",
                            run.experiment.core_type->name(), use.core.value));
        }
    }
    run.places = std::make_unique<NeuronPlaces>(run.network, run.mapping, run.chip.host_source());
    return run;
}

ChipProgram make_program(PreparedRun& run) {
    ChipProgram program = run.experiment.core_type->compile(
        run.network, run.mapping, *run.places, run.experiment.parameters, run.chip.topology);
    run.synapses = program.synapses;
    // The chip holds weights and parameters now; a second copy would only take memory.
    for (QuantizedProjection& projection : run.network.projections) {
        projection.connectivity.reset();
    }
    for (QuantizedPopulation& population : run.network.populations) {
        population.parameters.clear();
        population.real_parameters.clear();
    }
    run.mapping.order.clear();
    return program;
}

}  // namespace cortile
