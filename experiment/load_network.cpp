// SPDX-License-Identifier: Apache-2.0
// network.* of an experiment: which network it runs.
#include <algorithm>

#include <fmt/format.h>

#include "experiment/experiment.h"
#include "experiment/guarded_import.h"
#include "experiment/input_path.h"
#include "experiment/learned_weights.h"
#include "hw_model/base/error.h"
#include "workload/hdf5/hdf5_file.h"
#include "workload/network/generate.h"
#include "workload/netx/netx.h"
#include "workload/nir/nir.h"

namespace cortile {

namespace {

std::uint32_t whole(const Parameters& parameters, const char* path) {
    return static_cast<std::uint32_t>(parameters.integer(path));
}

Network generate(const Parameters& parameters, const CoreType& type) {
    RandomNetworkOptions options;
    options.neurons = whole(parameters, "network.generate.neurons");
    options.synapses_per_neuron = whole(parameters, "network.generate.synapses_per_neuron");
    options.firing_rate = parameters.real("network.generate.firing_rate");
    const std::string& locality = parameters.text("network.generate.locality");
    options.locality = locality == "uniform"     ? Locality::uniform
                       : locality == "clustered" ? Locality::clustered
                                                 : Locality::permuted;
    options.stochastic = parameters.flag("network.generate.stochastic");
    options.clusters = whole(parameters, "network.generate.clusters");
    options.target_clusters = whole(parameters, "network.generate.target_clusters");
    options.seed = static_cast<std::uint64_t>(parameters.integer("network.generate.seed"));
    options.time_step = to_seconds(parameters.time("network.time_step"));
    Network network = generate_random(options);
    type.adapt_generated(options, network);
    return network;
}

NirOptions nir_options(const Parameters& parameters, std::vector<HardwareKeys> hardware) {
    NirOptions options;
    options.time_step = to_seconds(parameters.time("network.time_step"));
    options.strict_types = parameters.flag("network.strict");
    options.hardware = std::move(hardware);
    if (parameters.text("network.reset") == "subtract") {
        options.reset = ResetMode::subtract;
    }
    return options;
}

NetxOptions netx_options(const Parameters& parameters, std::vector<HardwareKeys> hardware) {
    NetxOptions options;
    options.time_step = to_seconds(parameters.time("network.time_step"));
    options.first_layer = whole(parameters, "network.first_layer");
    if (const std::int64_t last = parameters.integer("network.last_layer"); last >= 0) {
        options.last_layer = static_cast<std::uint32_t>(last);
    }
    options.hardware = std::move(hardware);
    return options;
}

void refuse_layers_of_nir(const Parameters& parameters) {
    for (const char* key : {"network.first_layer", "network.last_layer"}) {
        if (parameters.integer(key) > 0) {
            throw ConfigError(parameters.where(key), "a NIR network has no numbered layers",
                              "remove the key, or give a .net file");
        }
    }
}

Network import_file(const Parameters& parameters) {
    const std::filesystem::path file = input_file(parameters, "network.file");
    std::vector<HardwareKeys> hardware;
    for (const auto& type : core_types()) {
        hardware.push_back(type->hardware_keys());
    }
    return import_guarded(file, [&] {
        if (is_netx(hdf5::File(file))) {
            return import_netx(file, netx_options(parameters, hardware));
        }
        refuse_layers_of_nir(parameters);
        return import_nir(file, nir_options(parameters, hardware));
    });
}

// Layers are reset one after another, as the first spikes of an input get to them.
void set_resets(const Experiment& experiment, Network& network) {
    const Parameters& parameters = experiment.parameters;
    const std::uint32_t interval = whole(parameters, "network.reset_interval");
    if (interval == 0) {
        return;
    }
    const HardwareKeys keys = experiment.core_type->hardware_keys();
    if (std::find(keys.neuron.begin(), keys.neuron.end(), "reset_interval") == keys.neuron.end()) {
        throw ConfigError(parameters.where("network.reset_interval"),
                          fmt::format("core type {} does not reset neurons at intervals",
                                      experiment.core_type->name()),
                          "remove the key, or choose a chip whose cores do");
    }
    const std::vector<std::uint32_t> onset = onsets(network);
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        Population& population = network.populations[p];
        const std::uint32_t phase =
            (onset[p] + whole(parameters, "network.reset_offset")) % interval;
        if (!is_sigma_delta(population.kind) && !is_sigma_delta(population.driven_kind)) {
            population.hardware[keys.prefix + "/reset_interval"] = {static_cast<double>(interval)};
            population.hardware[keys.prefix + "/reset_offset"] = {static_cast<double>(phase)};
        }
    }
}

}  // namespace

Network load_network(const Experiment& experiment) {
    const Parameters& parameters = experiment.parameters;
    const bool generated = whole(parameters, "network.generate.neurons") > 0;
    if (generated == parameters.given("network.file")) {
        throw ConfigError(
            parameters.where("network.file"),
            generated ? "both network.file and network.generate are given" : "there is no network",
            "give network.file (a NIR or .net file) or network.generate.neurons");
    }
    Network network =
        generated ? generate(parameters, *experiment.core_type) : import_file(parameters);
    if (parameters.text("network.reset") == "zero") {
        for (Population& population : network.populations) {
            population.v_reset = 0.0;
        }
    }
    if (!generated && parameters.text("network.if_input") == "step") {
        for (Population& population : network.populations) {
            if (population.kind == NeuronKind::if_ || population.kind == NeuronKind::i) {
                for (double& r : population.r.values) {
                    r *= network.time_step;
                }
            }
        }
    }
    if (parameters.given("network.weights")) {
        load_learned_weights(input_file(parameters, "network.weights"), network);
    }
    set_resets(experiment, network);
    return network;
}

}  // namespace cortile
