// SPDX-License-Identifier: Apache-2.0
#include "workload/nir/nir.h"

#include <fmt/format.h>

#include <cmath>

#include "workload/nir/lower.h"
#include "workload/nir/shapes.h"

namespace cortile {

Network import_nir(const std::filesystem::path& path, const NirOptions& options) {
    if (!(options.time_step > 0) || !std::isfinite(options.time_step)) {
        throw ConfigError("network.time_step",
                          fmt::format("expected a positive time, found {} s", options.time_step),
                          "e.g. network.time_step: 1 ms");
    }
    nir::Diagnostics diagnostics(path.string(), options.strict_types);
    const hdf5::File file(path);
    nir::Graph graph = nir::read_graph(file, options.hardware, diagnostics);
    // dt may have been stored in single precision.
    if (graph.time_step &&
        std::abs(*graph.time_step - options.time_step) > 1e-6 * options.time_step) {
        diagnostics.warn("/node/metadata/dt", fmt::format("is {} s, but network.time_step is {} s",
                                                          *graph.time_step, options.time_step));
    }
    nir::infer_shapes(graph, diagnostics);
    Network network = nir::lower(graph, options, diagnostics);
    network.name = path.stem().string();
    network.warnings = diagnostics.take_warnings();
    return network;
}

}  // namespace cortile
