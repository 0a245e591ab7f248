// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cores/registry/core_type.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// Key `costs` of an experiment: files that `cortile synth` wrote, or that hold keys chip.* and
// core.* like a chip's file.
ParameterDescriptor costs_descriptor();

// Lays the files that `experiment` names under `costs` over `chip`, in their order. Throws
// ConfigError for a file that holds anything else, and for a cost table of another core type's
// datapath; with `skip_foreign` such a table is left out. Returns whether one was.
bool overlay_cost_tables(ConfigTree& chip, const ConfigTree& experiment, const CoreType& type,
                         bool skip_foreign);

}  // namespace cortile
