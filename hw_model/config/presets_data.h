// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cortile {

struct EmbeddedPreset {
    std::string name;
    std::string yaml;
};

// The files of hw_model/presets as they were when the program was built, sorted by name.
const std::vector<EmbeddedPreset>& embedded_presets();

}  // namespace cortile
