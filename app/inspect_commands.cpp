// SPDX-License-Identifier: Apache-2.0
// Subcommands that run nothing: map, check, list.
#include <iostream>

#include <fmt/format.h>

#include "app/commands.h"
#include "experiment/prepared_run.h"
#include "hw_model/base/error.h"
#include "hw_model/config/chip_schema.h"

namespace cortile {

namespace {

void print_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
        std::cout << "warning: " << warning << "\n";
    }
}

void print_parameters(const std::string& title, const ParameterSchema& schema) {
    std::cout << title << "\n";
    for (const ParameterDescriptor& parameter : schema) {
        std::string value = to_string(parameter.type);
        for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
            value += (i == 0 ? ": " : " | ") + parameter.choices[i];
        }
        std::cout << fmt::format("  {:<36} {}{}\n  {:<36}   {}\n", parameter.path, value,
                                 !parameter.default_text ? ", required"
                                 : parameter.default_text->empty()
                                     ? ", optional"
                                     : ", default " + *parameter.default_text,
                                 "", parameter.description);
    }
}

void list_presets() {
    std::cout << "presets (preset: NAME in an experiment)\n";
    for (const std::string& name : preset_names()) {
        const ConfigTree preset = load_preset(name, {});
        std::cout << fmt::format("  {:<14} {}\n", name,
                                 preset.text_at("chip.description").value_or(""));
    }
}

void list_core_types() {
    std::cout << "core types (chip.core_type in a chip file)\n";
    for (const auto& type : core_types()) {
        std::cout << fmt::format("  {:<14} {}\n", type->name(), type->description());
    }
}

void list_preset(const std::string& name) {
    const ConfigTree preset = load_preset(name, {});
    ParameterSchema schema = chip_schema();
    const CoreType& type =
        core_type(preset.text_at("chip.core_type").value_or(""), "preset " + name);
    const ParameterSchema core = type.schema();
    schema.insert(schema.end(), core.begin(), core.end());
    const Parameters parameters = preset.resolve(schema);
    for (const auto& [path, value] : parameters.values()) {
        std::cout << fmt::format("{:<40} {:<22}", path, value.text);
        if (value.citation) {
            std::cout << fmt::format(" [{}] {}", to_string(value.citation->grade),
                                     value.citation->source);
        }
        std::cout << "\n";
    }
}

}  // namespace

int map_command(const std::filesystem::path& experiment,
                const std::vector<std::string>& assignments) {
    const PreparedRun run = prepare(load_experiment(experiment, assignments));
    std::cout << to_text(run.mapping, run.network, run.limits);
    print_warnings(run.warnings);
    return 0;
}

int list_command(const std::string& what) {
    if (what.empty()) {
        list_presets();
        list_core_types();
        std::cout << "more: cortile list parameters, cortile list PRESET\n";
    } else if (what == "presets") {
        list_presets();
    } else if (what == "cores") {
        list_core_types();
    } else if (what == "parameters") {
        print_parameters("experiment", experiment_schema());
        print_parameters("chip", chip_schema());
        for (const auto& type : core_types()) {
            print_parameters("core type " + type->name(), type->schema());
        }
    } else {
        list_preset(what);
    }
    return 0;
}

int check_command(const std::filesystem::path& file, const std::vector<std::string>& assignments) {
    PreparedRun run = prepare(load_experiment(file, assignments));
    const ChipProgram program = make_program(run);
    print_warnings(run.warnings);
    std::cout << fmt::format(
        "{}: ok: {} populations, {} synapses ({} stored), {} samples, {} of {} cores\n",
        file.string(), run.network.populations.size(), program.synapses, program.stored_words,
        run.samples, run.mapping.core_count_used(), run.chip.topology.working_cores());
    return 0;
}

}  // namespace cortile
