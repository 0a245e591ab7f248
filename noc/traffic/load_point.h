// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "noc/api/router_parameters.h"
#include "noc/api/topology.h"
#include "noc/traffic/packet_generator.h"

namespace cortile {

// A network under synthetic traffic.
struct LoadPointSetup {
    Topology topology;
    RouterParameters router;
    std::string routing = "xy";
    std::string pattern = "uniform";
    std::vector<HotspotTarget> targets;   // of hotspot
    double off_to_on = 0, on_to_off = 0;  // InjectionProcess
    std::uint32_t packet_flits = 1;
    std::uint64_t seed = 1;
    // The first `warmup` cycles are not measured, then `measured` are; packets of those are then
    // waited for, under the same load.
    Cycle warmup = 10000, measured = 20000;
    // The network is saturated if packets are in flight for longer, on average.
    double latency_limit = 500;
};

// Rates are flits a core and cycle; latencies are cycles.
struct LoadPoint {
    double offered = 0, accepted = 0;
    bool is_saturated = false;       // latencies then only say how long was measured
    std::uint64_t packets = 0;       // measured
    double packet_latency_mean = 0;  // from the source's queue to the last flit's arrival
    Cycle packet_latency_p50 = 0, packet_latency_p99 = 0;
    double network_latency_mean = 0;  // from the head's injection
    double hops_mean = 0;             // mesh links
    // Flits over each link, a cycle, in the measured cycles: tile * ports + port.
    std::vector<double> link_load;
    Cycle cycles = 0;  // simulated
};

// `offered`: flits a core and cycle. Throws ConfigError for what cannot be built.
LoadPoint measure_load_point(const LoadPointSetup& setup, double offered);

}  // namespace cortile
