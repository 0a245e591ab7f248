// SPDX-License-Identifier: Apache-2.0
// What `cortile noc` is to do: a network on chip, and packets for it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/config/parameters.h"
#include "noc/traffic/load_point.h"
#include "noc/traffic/trace_replay.h"

namespace cortile {

// chip.mesh.*, chip.cores_per_tile, board.*, host.tile_*, noc.*, traffic.*, sweep.* and `preset`.
ParameterSchema noc_schema();

struct NocStudy {
    Parameters parameters;
    LoadPointSetup setup;       // of synthetic traffic
    std::vector<double> rates;  // flits a core and cycle; none: up to saturation
    std::optional<std::filesystem::path> trace;
    ReplaySetup replay;  // of the trace

    double clock_hertz() const { return parameters.frequency("noc.clock"); }
    // Of one packet over so many links and channels between chips, in joules.
    double energy(double hops_x, double hops_y, double crossings) const;
};

// `file` over its preset, of which only mesh and energies count; then `assignments` (--set). Throws
// ConfigError with the place for what cannot be built.
NocStudy load_noc_study(const std::filesystem::path& file,
                        const std::vector<std::string>& assignments);

}  // namespace cortile
