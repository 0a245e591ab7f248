// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "cores/blocks/learning/random_draws.h"

namespace cortile {

// Random numbers of another simulation, as JSON:
//   {"trace_randoms": [{"xd": 0.5, "xi": 107, "yd": 0.1, "yi": 92}, …], "conn_randoms": [0.3, …]}
// trace_randoms: per timestep, decays of axons (xd) and neurons (yd) in [0, 1), impulses (xi, yi)
// whole from 0 to 127; conn_randoms: per update of synapses, in [0, 1). Throws ConfigError with
// the file and the place in it.
std::unique_ptr<learning::RandomDraws> read_recorded_randoms(const std::filesystem::path& file);

}  // namespace cortile
