// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "noc/api/noc_engine.h"
#include "noc/traffic/load_point.h"

namespace cortile {

// The engine of a timing level for such routers. Throws ConfigError for an unknown level, for what
// cannot be built, and for a routing other than xy at a level that knows no other.
std::unique_ptr<NocEngine> make_engine(const std::string& level, const Topology& topology,
                                       const CycleAccurateTiming& timing);

// The routers of a setup; times are cycles.
CycleAccurateTiming timing_of(const LoadPointSetup& setup);

// measure_load_point() for loosely_timed and approximately_timed, and where spikes go to several
// cores. All packets of all cycles make one timestep of the engine: 32 bytes of memory a packet.
LoadPoint measure_on_engine(const LoadPointSetup& setup, double offered);

}  // namespace cortile
