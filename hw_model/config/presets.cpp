// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"
#include "hw_model/config/chip_schema.h"
#include "hw_model/config/presets_data.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {

std::vector<std::string> preset_names() {
    std::vector<std::string> names;
    for (const EmbeddedPreset& preset : embedded_presets()) {
        names.push_back(preset.name);
    }
    return names;
}

ConfigTree load_preset(const std::string& name_or_file, const std::filesystem::path& directory) {
    if (name_or_file.ends_with(".yaml") || name_or_file.ends_with(".yml")) {
        return ConfigTree::from_file(directory / name_or_file);
    }
    for (const EmbeddedPreset& preset : embedded_presets()) {
        if (preset.name == name_or_file) {
            return ConfigTree::from_text(preset.yaml, "preset " + preset.name, directory);
        }
    }
    const std::vector<std::string> names = preset_names();
    const auto nearest = nearest_spelling(name_or_file, names);
    throw ConfigError(
        "preset",
        fmt::format("{} is neither a preset nor a file ending in .yaml", shown_text(name_or_file)),
        fmt::format("{}presets: {}", nearest ? fmt::format("did you mean {}? ", *nearest) : "",
                    fmt::join(names, ", ")));
}

}  // namespace cortile
