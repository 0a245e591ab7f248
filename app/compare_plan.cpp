// SPDX-License-Identifier: Apache-2.0
#include "app/compare_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "experiment/experiment.h"
#include "hw_model/config/chip_schema.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

namespace {

namespace fs = std::filesystem;

bool is_chip_file(const std::string& preset) {
    return preset.ends_with(".yaml") || preset.ends_with(".yml");
}

void reject_repeated(std::vector<std::string> names, const std::string& what) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
        throw ConfigError(what, "'" + *twice + "' is named twice", "name it once");
    }
}

// The presets as --set takes them: files by their absolute path.
std::vector<std::string> checked_presets(const std::vector<std::string>& named) {
    std::vector<std::string> presets;
    for (const std::string& preset : named) {
        if (preset.empty()) {
            throw ConfigError("--preset", "the name of a preset is empty",
                              "separate names by single commas: --preset loihi,tiny_2x2");
        }
        load_preset(preset, fs::current_path());  // throws for what is not there
        presets.push_back(is_chip_file(preset) ? fs::weakly_canonical(fs::absolute(preset)).string()
                                               : preset);
    }
    reject_repeated(presets, "--preset");
    return presets;
}

// Different paths get different labels: their stems, where that is enough, or with the folder's
// name in front ("fashion_mnist/small"). What is just called "experiment" goes by its folder.
std::map<std::string, std::string> labels_of(const std::vector<std::string>& paths) {
    const auto folder = [](const fs::path& path) {
        return fs::weakly_canonical(fs::absolute(path)).parent_path().filename().string();
    };
    const auto stem = [&](const fs::path& path) {
        const std::string name = path.stem().string();
        return name == "experiment" && !folder(path).empty() ? folder(path) : name;
    };
    const auto long_label = [&](const fs::path& path) {
        return folder(path) + "/" + path.stem().string();
    };
    std::map<std::string, std::string> labels;
    std::set<std::string> taken;
    for (const std::string& path : paths) {
        const bool unique = std::count_if(paths.begin(), paths.end(), [&](const auto& other) {
                                return other != path && stem(other) == stem(path);
                            }) == 0;
        const std::string first = unique ? stem(path) : long_label(path);
        std::string label = first;
        for (int number = 2; !labels.contains(path) && !taken.insert(label).second; ++number) {
            label = first + "-" + std::to_string(number);
        }
        labels.emplace(path, label);
    }
    return labels;
}

std::string folder_name(const PlannedRun& run, bool several_experiments) {
    std::string name =
        several_experiments ? run.experiment_label + "-" + run.chip_label : run.chip_label;
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

// Reads the parameters of one run, and what its chip is called.
PlannedRun plan_run(const std::string& experiment, const std::optional<std::string>& preset,
                    const CompareArguments& arguments) {
    PlannedRun run;
    run.experiment = experiment;
    run.assignments = arguments.assignments;
    if (preset) {
        run.assignments.push_back("preset=" + yaml_quoted(*preset));
        run.chip_label = *preset;
    }
    try {
        const Experiment loaded =
            load_experiment(run.experiment, run.assignments, ForeignKeys::unused);
        run.chip_label = loaded.parameters.text("preset");
        run.unused_keys = loaded.unused_keys;
    } catch (const ConfigError& error) {
        run.error = error;
    }
    return run;
}

}  // namespace

std::vector<PlannedRun> plan_comparison(const CompareArguments& arguments) {
    std::vector<std::string> experiments;
    for (const fs::path& experiment : arguments.experiments) {
        experiments.push_back(experiment.string());
    }
    reject_repeated(experiments, "experiments");
    const std::vector<std::string> presets = checked_presets(arguments.presets);
    for (const std::string& assignment : arguments.assignments) {
        if (!presets.empty() && assignment.starts_with("preset=")) {
            throw ConfigError("--set: preset", "the presets are given by --preset already",
                              "leave one of the two out");
        }
    }

    std::vector<PlannedRun> runs;
    std::vector<std::string> chip_files;
    for (const std::string& experiment : experiments) {
        const std::size_t first = runs.size();
        for (const std::string& preset : presets) {
            runs.push_back(plan_run(experiment, preset, arguments));
        }
        if (presets.empty()) {
            runs.push_back(plan_run(experiment, std::nullopt, arguments));
        }
        const auto begin = runs.begin() + static_cast<std::ptrdiff_t>(first);
        if (std::all_of(begin, runs.end(), [](const PlannedRun& run) { return run.error; })) {
            throw *begin->error;
        }
    }
    for (const PlannedRun& run : runs) {
        if (is_chip_file(run.chip_label)) {
            chip_files.push_back(run.chip_label);
        }
    }
    const auto experiment_labels = labels_of(experiments), chip_labels = labels_of(chip_files);
    std::set<std::string> folders;
    for (PlannedRun& run : runs) {
        run.experiment_label = experiment_labels.at(run.experiment.string());
        if (const auto label = chip_labels.find(run.chip_label); label != chip_labels.end()) {
            run.chip_label = label->second;
        }
        const std::string first = folder_name(run, experiments.size() > 1);
        run.folder = first;
        for (int number = 2; !folders.insert(run.folder).second; ++number) {
            run.folder = first + "-" + std::to_string(number);
        }
    }
    return runs;
}

}  // namespace cortile
