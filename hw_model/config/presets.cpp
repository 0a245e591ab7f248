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

namespace {

const EmbeddedPreset* embedded(const std::string& name) {
    for (const EmbeddedPreset& preset : embedded_presets()) {
        if (preset.name == name) {
            return &preset;
        }
    }
    return nullptr;
}

ConfigTree tree_of(const EmbeddedPreset& preset, const std::filesystem::path& directory) {
    return ConfigTree::from_text(preset.yaml, "preset " + preset.name, directory);
}

// One step only: what is extended says everything itself.
ConfigTree over_its_base(ConfigTree tree, const std::filesystem::path& directory) {
    const std::optional<std::string> base = tree.text_at("extends");
    if (!base) {
        return tree;
    }
    const std::string where = *tree.place_of("extends") + ": extends";
    const EmbeddedPreset* const preset = embedded(*base);
    if (preset == nullptr) {
        const std::vector<std::string> names = preset_names();
        throw ConfigError(where, fmt::format("{} is not a preset", shown_text(*base)),
                          fmt::format("presets: {}", fmt::join(names, ", ")));
    }
    ConfigTree result = tree_of(*preset, directory);
    if (result.text_at("extends")) {
        throw ConfigError(where, fmt::format("{} extends another preset itself", *base),
                          "extend that one: " + *result.text_at("extends"));
    }
    tree.drop("extends");
    result.overlay(tree);
    return result;
}

}  // namespace

ConfigTree load_preset(const std::string& name_or_file, const std::filesystem::path& directory) {
    if (name_or_file.ends_with(".yaml") || name_or_file.ends_with(".yml")) {
        return over_its_base(ConfigTree::from_file(directory / name_or_file), directory);
    }
    if (const EmbeddedPreset* preset = embedded(name_or_file)) {
        return over_its_base(tree_of(*preset, directory), directory);
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
