// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "noc/api/noc_engine.h"
#include "noc/flit/router_parameters.h"

namespace cortile {

struct CycleAccurateTiming {
    RouterParameters router;
    std::string routing = "xy";       // routing/routing_policy.h
    std::uint32_t packet_flits = 1;   // of every spike
    Picoseconds clock_period = 1000;  // of all routers
};

// `cycle_accurate`: flits, virtual channels, credits, finite buffers. Each timestep starts with an
// empty network; a packet enters the unbounded queue of its source's network interface with the
// first clock edge at or after its time. Throws ConfigError for what cannot be built.
std::unique_ptr<NocEngine> make_cycle_accurate(const Topology& topology,
                                               const CycleAccurateTiming& timing);

}  // namespace cortile
