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
#include "noc/api/transient_faults.h"

namespace cortile {

struct ChipConfig {
    Topology topology;                // one external port: the host's
    NocTiming noc_timing;             // of loosely_timed and approximately_timed
    CycleAccurateTiming noc_routers;  // of cycle_accurate
    std::string noc_level;            // noc.timing
    Multicast multicast = Multicast::unicast;
    Picoseconds host_injection_interval = 0;  // between two packets that the host injects
    std::vector<std::pair<std::int64_t, Picoseconds>> barrier_latency;  // tiles -> latency
    Picoseconds board_barrier_latency = 0;  // added where several chips take part
    TransientFaultRates noc_faults;
    Picoseconds tick = 0;  // of a chip with sync: tick; 0: a barrier ends each timestep

    // The tiles whose cores can hold neurons, if that is known already; only those become modules.
    // Empty: all.
    std::vector<TileId> tiles_in_use = {};

    std::uint32_t host_source() const { return topology.cores(); }
};

ChipConfig chip_config(const Parameters& parameters);
// chip.mesh, board, the host's port, and the cores that chip.dead_cores and noc.dead_routers leave.
// Throws ConfigError for what cannot be, a board whose description says nothing of its channels
// included.
Topology chip_topology(const Parameters& parameters);
// Time that a packet holds the channel between two chips of a board; 0 without a board.
Picoseconds serialisation(const Parameters& parameters);
// Everything that can be wrong with the network at the level noc.timing. Throws ConfigError with
// the place of the key that it is about.
void check_noc(const Parameters& parameters, const Topology& topology,
               const CycleAccurateTiming& timing);
// noc.routing and what follows it, and what is dead. Throws ConfigError without noc.clock.
CycleAccurateTiming router_timing(const Parameters& parameters);
std::unique_ptr<NocEngine> make_noc(const ChipConfig& config);

// Latency of a barrier over `tiles` tiles: linear between the table's rows, constant outside.
Picoseconds barrier_latency(const std::vector<std::pair<std::int64_t, Picoseconds>>& table,
                            std::uint32_t tiles);

}  // namespace cortile
