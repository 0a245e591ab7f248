// SPDX-License-Identifier: Apache-2.0
// The packet trace of a run on another network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "noc/api/noc_engine.h"

namespace cortile {

struct ReplaySetup {
    std::string timing = "cycle_accurate";
    Topology topology;  // with one external port: the host's
    CycleAccurateTiming routers;
};

// From injection to arrival, in ps.
struct LatencySummary {
    std::uint64_t packets = 0;
    double mean = 0;
    Picoseconds p50 = 0, p99 = 0, most = 0;  // percentiles by nearest rank
};

struct ReplayedPass {
    std::uint64_t timestep = 0;
    std::uint32_t pass = 0;
    LatencySummary latency;
    Picoseconds finish = 0;  // arrival of the last packet, since the start of the pass
};

struct TraceReplay {
    std::vector<ReplayedPass> passes;  // those with packets
    LatencySummary latency;            // of all packets
    double hops_x_mean = 0, hops_y_mean = 0;
    Picoseconds busy = 0;  // sum over passes of `finish`
    // Mean time that packets would wait for those before them at a network interface of one flit a
    // cycle, in ps. Only cycle_accurate has such interfaces: elsewhere it tells what is left out.
    double interface_wait = 0;
    std::vector<std::uint64_t> link_flits;     // tile * ports + port, as in LoadPoint::link_load
    std::vector<std::uint64_t> channel_flits;  // of a board: chip * 4 + port
    double crossings_mean = 0;
};

// Every pass begins with an empty network; nothing that a late packet would change is changed.
// Holds 8 bytes a packet of the trace. Throws ConfigError: a trace that is damaged, or of another
// number of cores, or without copies for a network that multicasts; a network that cannot be built.
TraceReplay replay_trace(const std::filesystem::path& trace, const ReplaySetup& setup,
                         Executor& executor);

}  // namespace cortile
