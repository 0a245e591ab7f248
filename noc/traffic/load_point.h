// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hw_model/base/time.h"
#include "noc/api/multicast.h"
#include "noc/api/router_parameters.h"
#include "noc/api/topology.h"
#include "noc/traffic/packet_generator.h"

namespace cortile {

// A network under synthetic traffic. All three timing levels (noc/api/noc_engine.h) carry the same
// packets; loosely_timed and approximately_timed take their latencies from the routers.
struct LoadPointSetup {
    std::string timing = "cycle_accurate";
    Topology topology;
    RouterParameters router;
    std::string routing = "xy";
    std::filesystem::path routing_table = {};  // of routing `table`
    std::vector<std::string> dead_links = {};  // noc/routing/faults.h
    std::string pattern = "uniform";
    std::vector<HotspotTarget> targets;   // of hotspot
    double off_to_on = 0, on_to_off = 0;  // InjectionProcess
    std::uint32_t packet_flits = 1;
    // Of pattern uniform: each spike goes to so many cores, chosen at random, with copies that
    // travel as `multicast` says. Rates count copies.
    std::uint32_t fanout = 1;
    Multicast multicast = Multicast::unicast;
    Picoseconds relay = 0;  // in cycles
    std::uint64_t seed = 1;
    // The first `warmup` cycles are not measured, then `measured` are; packets of those are then
    // waited for, under the same load.
    Cycle warmup = 10000, measured = 20000;
    // The network is saturated if packets are in flight for longer, on average, or, where nothing
    // holds packets back, if more flits than cycles come to a link.
    double latency_limit = 500;
};

// Rates are flits a core and cycle; latencies are cycles.
struct LoadPoint {
    double offered = 0, accepted = 0;
    bool is_saturated = false;       // latencies then only say how long was measured
    std::uint64_t packets = 0;       // measured
    double packet_latency_mean = 0;  // from the source's queue to the last flit's arrival
    Cycle packet_latency_p50 = 0, packet_latency_p99 = 0;
    // From the head's injection. Only cycle_accurate has a queue before it; else the same.
    double network_latency_mean = 0;
    // Mesh links that measured packets took; with a fanout, that all copies, measured or not, took
    // together, for each of them.
    double hops_x_mean = 0, hops_y_mean = 0;
    // Flits over each link, a cycle: tile * ports + port, ports as in noc/routing/routing_policy.h.
    // In the measured cycles; of the other levels and with a fanout, in all cycles. Behind them, of
    // a board, the channels between chips, chip * 4 + port: the share of cycles that they are in
    // use.
    std::vector<double> link_load;
    double crossings_mean = 0;  // channels that packets passed, counted as hops are
    Cycle cycles = 0;           // simulated

    double hops_mean() const { return hops_x_mean + hops_y_mean; }
};

// `offered`: flits a core and cycle. Throws ConfigError for what cannot be built, and for a routing
// other than xy at a level that knows no other.
LoadPoint measure_load_point(const LoadPointSetup& setup, double offered);

}  // namespace cortile
