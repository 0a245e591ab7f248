// SPDX-License-Identifier: Apache-2.0
// Which runs a comparison consists of, and what they are called.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "hw_model/base/error.h"

namespace cortile {

struct PlannedRun {
    std::filesystem::path experiment;
    std::vector<std::string> assignments;  // --set, and the preset
    std::string experiment_label, chip_label;
    std::string folder;  // of its results: labels, different for every run
    std::vector<std::string> unused_keys;
    std::optional<ConfigError> error;  // its parameters cannot be resolved on this chip alone
};

// Experiments outside, presets inside, both as given. Throws ConfigError for what is wrong
// whatever the chip: an experiment whose parameters resolve on no preset, a preset that does not
// exist or is not valid YAML, anything named twice.
std::vector<PlannedRun> plan_comparison(const CompareArguments& arguments);

}  // namespace cortile
