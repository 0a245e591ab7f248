// SPDX-License-Identifier: Apache-2.0
#include "experiment/embedded_chip.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

bool sends_spikes(const PreparedRun& run, PopulationId id) {
    return run.network[id].spikes && !run.network[id].is_input;
}

PopulationId named_output(const PreparedRun& run, const std::string& name) {
    const auto& populations = run.network.populations;
    const auto found = std::find_if(populations.begin(), populations.end(),
                                    [&](const auto& p) { return p.name == name; });
    const PopulationId id{static_cast<std::size_t>(found - populations.begin())};
    if (found != populations.end() && sends_spikes(run, id)) {
        return id;
    }
    std::string names;
    for (std::size_t i = 0; i < populations.size(); ++i) {
        names += sends_spikes(run, PopulationId{i}) ? " " + populations[i].name : "";
    }
    throw ConfigError("EmbeddingOptions::outputs",
                      "no population named '" + name + "' sends spikes",
                      "populations that do:" + names);
}

std::vector<PopulationId> outputs(const PreparedRun& run, const std::vector<std::string>& names) {
    std::vector<PopulationId> result;
    for (const std::string& name : names) {
        result.push_back(named_output(run, name));
    }
    if (!names.empty()) {
        return result;
    }
    std::copy_if(run.network.outputs.begin(), run.network.outputs.end(), std::back_inserter(result),
                 [&](PopulationId id) { return sends_spikes(run, id); });
    if (result.empty()) {
        throw ConfigError("EmbeddingOptions::outputs", "the network's outputs send no spikes",
                          "name populations that do");
    }
    return result;
}

SpikeBridgeParams bridge_params(const PreparedRun& run, const EmbeddingOptions& options) {
    SpikeBridgeParams params;
    params.inputs = run.places->host_inputs();
    params.largest_value = run.stimulus->largest_value();
    params.signed_values = run.stimulus->signed_values();
    for (const PopulationId id : outputs(run, options.outputs)) {
        for (std::uint32_t n = 0; n < run.network[id].size; ++n) {
            const NeuronPlace place = (*run.places)(id, n);
            params.watched.push_back({id.value, n, place.core, place.local});
        }
    }
    params.free_running = options.free_running;
    params.period = options.period;
    params.inject_capacity = options.inject_capacity;
    params.receive_capacity = options.receive_capacity;
    params.send_capacity = options.send_capacity;
    params.output_address = options.output_address;
    return params;
}

PreparedRun prepare_for_spikes(const std::filesystem::path& file,
                               const std::vector<std::string>& assignments) {
    PreparedRun run = prepare(load_experiment(file, assignments));
    if (run.drives_current) {
        throw ConfigError(run.experiment.parameters.where("stimulus.kind"),
                          "the stimulus drives input neurons by a current, where an embedded chip "
                          "takes spikes",
                          "choose another stimulus.encoder, or stimulus.kind: silent");
    }
    return run;
}

}  // namespace

EmbeddedChip::EmbeddedChip(const sc_core::sc_module_name& name,
                           const std::filesystem::path& experiment,
                           const std::vector<std::string>& assignments,
                           const EmbeddingOptions& options)
    : sc_module(name),
      run_(prepare_for_spikes(experiment, assignments)),
      loaded_("chip", run_, options.threads),
      bridge("bridge", bridge_params(run_, options)) {
    loaded_.chip().attach(*this);
}

void EmbeddedChip::finish() {
    loaded_.chip().check_conservation();
    loaded_.write_records();
}

void EmbeddedChip::end_timestep(Chip& chip) {
    loaded_.rtl().check(chip, fmt::format("timestep {}", chip.timesteps() - 1));
    bridge.end_timestep(chip);
}

}  // namespace cortile
