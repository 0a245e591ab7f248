// SPDX-License-Identifier: Apache-2.0
// The parameters that every chip has, whatever its core type (chip.*, board.*, noc.*, host.*). A
// core type adds its own under core.*; an experiment adds network.*, stimulus.*, mapping.* and
// run.*.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hw_model/config/parameters.h"

namespace cortile {

ParameterSchema chip_schema();

// Presets that ship with the program, compiled in from hw_model/presets/*.yaml.
std::vector<std::string> preset_names();
// `name_or_file`: a preset's name, or a path ending in .yaml. One that says `extends: NAME` is laid
// over that preset.
ConfigTree load_preset(const std::string& name_or_file, const std::filesystem::path& directory);

}  // namespace cortile
