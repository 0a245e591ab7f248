// SPDX-License-Identifier: Apache-2.0
// The numbers of a chip, taken out of its parameters once.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/config/parameters.h"
#include "noc/api/noc_engine.h"
#include "noc/api/topology.h"

namespace cortile {

struct ChipConfig {
    Topology topology;                // one external port: the host's
    NocTiming noc_timing;             // of loosely_timed and approximately_timed
    CycleAccurateTiming noc_routers;  // of cycle_accurate
    std::string noc_level;            // noc.timing
    Multicast multicast = Multicast::unicast;
    Picoseconds host_injection_interval = 0;  // between two packets that the host injects
    std::vector<std::pair<std::int64_t, Picoseconds>> barrier_latency;  // tiles -> latency
    Picoseconds tick = 0;  // of a chip with sync: tick; 0: a barrier ends each timestep

    std::uint32_t host_source() const { return topology.cores(); }
};

ChipConfig chip_config(const Parameters& parameters);
// chip.mesh and the host's port. Throws ConfigError for what cannot be.
Topology chip_topology(const Parameters& parameters);
// noc.routing and what follows it. Throws ConfigError without noc.clock.
CycleAccurateTiming router_timing(const Parameters& parameters);
std::unique_ptr<NocEngine> make_noc(const ChipConfig& config);

// Latency of a barrier over `tiles` tiles: linear between the table's rows, constant outside.
Picoseconds barrier_latency(const std::vector<std::pair<std::int64_t, Picoseconds>>& table,
                            std::uint32_t tiles);

}  // namespace cortile
