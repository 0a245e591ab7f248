// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/chip_config.h"

#include <cmath>

#include "hw_model/base/error.h"

namespace cortile {

Topology chip_topology(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    Topology topology;
    topology.width = number("chip.mesh.width");
    topology.height = number("chip.mesh.height");
    topology.cores_per_tile = number("chip.cores_per_tile");
    topology.torus = parameters.flag("chip.mesh.torus");
    if (std::uint64_t{topology.tiles()} * topology.cores_per_tile > SpikePacket::kMaxCore + 1) {
        throw ConfigError(
            parameters.where("chip.mesh.width"),
            "the mesh has " +
                std::to_string(std::uint64_t{topology.tiles()} * topology.cores_per_tile) +
                " cores; at most " + std::to_string(SpikePacket::kMaxCore + 1) +
                " can be addressed",
            "make the mesh smaller");
    }
    for (const auto& [path, size] :
         {std::pair{"host.tile_x", topology.width}, std::pair{"host.tile_y", topology.height}}) {
        if (number(path) >= size) {
            throw ConfigError(parameters.where(path),
                              "the host's tile lies outside the mesh of " +
                                  std::to_string(topology.width) + " x " +
                                  std::to_string(topology.height) + " tiles",
                              "choose a tile from 0 to " + std::to_string(size - 1));
        }
    }
    topology.external_ports = {topology.tile(number("host.tile_x"), number("host.tile_y"))};
    if (topology.torus && parameters.text("noc.timing") != "cycle_accurate") {
        throw ConfigError(parameters.where("chip.mesh.torus"),
                          parameters.text("noc.timing") + " knows meshes only",
                          "noc.timing: cycle_accurate");
    }
    return topology;
}

ChipConfig chip_config(const Parameters& parameters) {
    ChipConfig config;
    config.topology = chip_topology(parameters);
    config.noc_timing = {parameters.time("noc.hop_x"), parameters.time("noc.hop_y"),
                         parameters.time("noc.local"), parameters.time("noc.link_occupancy"),
                         parameters.time("noc.ejection_occupancy")};
    config.multicast = *multicast_of(parameters.text("noc.multicast"));
    config.noc_timing.multicast = config.multicast;
    config.noc_timing.relay = parameters.time("noc.relay_latency");
    config.noc_level = parameters.text("noc.timing");
    if (config.noc_level == "cycle_accurate") {
        config.noc_routers = router_timing(parameters);
    } else {
        if (parameters.given("noc.dead_links")) {
            throw ConfigError(parameters.where("noc.dead_links"),
                              config.noc_level + " knows networks whose links all work, only",
                              "noc.timing: cycle_accurate");
        }
    }
    config.host_injection_interval = parameters.time("host.injection_interval");
    config.barrier_latency = parameters.table("chip.barrier_latency");
    if (parameters.text("chip.sync") == "tick") {
        config.tick = parameters.time("chip.tick");
    }
    return config;
}

CycleAccurateTiming router_timing(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    const double clock = parameters.frequency("noc.clock");
    if (clock <= 0) {
        throw ConfigError(parameters.where("noc.clock"),
                          "cycle_accurate needs the clock of the routers",
                          "--set noc.clock=1GHz, or noc.timing: approximately_timed");
    }
    CycleAccurateTiming timing;
    timing.clock_period = std::llround(1e12 / clock);
    timing.routing = parameters.text("noc.routing");
    timing.dead_links = parameters.texts("noc.dead_links");
    timing.packet_flits = number("noc.packet_flits");
    timing.multicast = *multicast_of(parameters.text("noc.multicast"));
    timing.relay = parameters.time("noc.relay_latency");
    RouterParameters& router = timing.router;
    router.virtual_channels = number("noc.virtual_channels");
    router.buffer_flits = number("noc.buffer_flits");
    router.routing_delay = number("noc.routing_delay");
    router.vc_allocation_delay = number("noc.vc_alloc_delay");
    router.switch_allocation_delay = number("noc.sw_alloc_delay");
    router.switch_traversal_delay = number("noc.st_final_delay");
    router.credit_delay = number("noc.credit_delay");
    router.link_latency = number("noc.link_latency");
    router.speculative = parameters.flag("noc.speculative");
    return timing;
}

std::unique_ptr<NocEngine> make_noc(const ChipConfig& config) {
    if (config.noc_level == "cycle_accurate") {
        return make_cycle_accurate(config.topology, config.noc_routers);
    }
    return config.noc_level == "loosely_timed"
               ? make_loosely_timed(config.topology, config.noc_timing)
               : make_link_sweep(config.topology, config.noc_timing);
}

Picoseconds barrier_latency(const std::vector<std::pair<std::int64_t, Picoseconds>>& table,
                            std::uint32_t tiles) {
    if (table.empty()) {
        throw ContractViolation("barrier_latency: empty table");
    }
    const auto count = static_cast<std::int64_t>(tiles);
    if (count <= table.front().first) {
        return table.front().second;
    }
    for (std::size_t i = 1; i < table.size(); ++i) {
        const auto& [upper_tiles, upper] = table[i];
        const auto& [lower_tiles, lower] = table[i - 1];
        if (count <= upper_tiles) {
            return lower + (upper - lower) * (count - lower_tiles) / (upper_tiles - lower_tiles);
        }
    }
    return table.back().second;
}

}  // namespace cortile
