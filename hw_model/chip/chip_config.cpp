// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/chip_config.h"

#include "hw_model/base/error.h"

namespace cortile {

ChipConfig chip_config(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    ChipConfig config;
    Topology& topology = config.topology;
    topology.width = number("chip.mesh.width");
    topology.height = number("chip.mesh.height");
    topology.cores_per_tile = number("chip.cores_per_tile");
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
    config.noc_timing = {parameters.time("noc.hop_x"), parameters.time("noc.hop_y"),
                         parameters.time("noc.local"), parameters.time("noc.link_occupancy"),
                         parameters.time("noc.ejection_occupancy")};
    config.host_injection_interval = parameters.time("host.injection_interval");
    config.barrier_latency = parameters.table("chip.barrier_latency");
    if (parameters.text("chip.sync") == "tick") {
        config.tick = parameters.time("chip.tick");
    }
    return config;
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
