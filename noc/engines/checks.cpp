// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/checks.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

void check_chips(const Topology& topology) {
    if (topology.width % topology.chip_tiles_x() != 0 ||
        topology.height % topology.chip_tiles_y() != 0) {
        throw ConfigError(
            "noc: board",
            fmt::format("expected a whole number of chips, found {} x {} tiles in chips of {} x {}",
                        topology.width, topology.height, topology.chip_tiles_x(),
                        topology.chip_tiles_y()),
            "chips of a board are all alike");
    }
    if (topology.torus && topology.chips() > 1) {
        throw ConfigError("noc: board",
                          "a board of chips cannot be a torus: no links join its ends",
                          "chip.mesh.torus: false, or one chip");
    }
}

}  // namespace

void check_topology(const Topology& topology) {
    if (topology.width == 0 || topology.height == 0 || topology.cores_per_tile == 0) {
        throw ConfigError("noc: mesh",
                          fmt::format("expected at least 1 x 1 tiles of 1 core, found {} x {} "
                                      "tiles of {} cores",
                                      topology.width, topology.height, topology.cores_per_tile),
                          "give width, height and cores per tile as positive numbers");
    }
    // The product in 64 bits, step by step: Topology::cores() would wrap around.
    const std::uint64_t limit = std::uint64_t{SpikePacket::kMaxCore} + 1;
    const std::uint64_t tiles = std::uint64_t{topology.width} * topology.height;
    if (tiles > limit || tiles * topology.cores_per_tile > limit) {
        throw ConfigError(
            "noc: mesh",
            fmt::format("expected at most {} cores, the number that a packet can "
                        "address, found {} x {} tiles of {} cores",
                        limit, topology.width, topology.height, topology.cores_per_tile),
            "use a smaller mesh or fewer cores per tile");
    }
    const std::uint64_t sources = tiles * topology.cores_per_tile + topology.external_ports.size();
    if (sources > std::uint64_t{SpikePacket::kMaxSource} + 1) {
        throw ConfigError("noc: external ports",
                          fmt::format("expected at most {} cores and ports together, found {}",
                                      SpikePacket::kMaxSource + 1, sources),
                          "attach fewer ports");
    }
    for (std::size_t port = 0; port < topology.external_ports.size(); ++port) {
        const TileId tile = topology.external_ports[port];
        if (tile.value >= tiles) {
            throw ConfigError(
                fmt::format("noc: external port {}", port),
                fmt::format("expected a tile in [0, {}), found {}", tiles, tile.value),
                "attach the port to a tile of the mesh: y * width + x");
        }
    }
    check_chips(topology);
}

void check_noc_parameters(const Topology& topology, const NocTiming& timing) {
    check_topology(topology);
    if (topology.torus) {
        throw ConfigError("chip.topology", "a torus can only be simulated with flits",
                          "noc.timing: cycle_accurate");
    }
    if (timing.multicast == Multicast::path) {
        throw ConfigError("noc.multicast", "path can only be simulated with flits",
                          "noc.timing: cycle_accurate, or multicast: tree");
    }
    const std::array<std::pair<std::string_view, Picoseconds>, 8> times{{
        {"hop_x", timing.hop_x},
        {"hop_y", timing.hop_y},
        {"local", timing.local},
        {"link_occupancy", timing.link_occupancy},
        {"ejection_occupancy", timing.ejection_occupancy},
        {"relay", timing.relay},
        {"crossing_latency", timing.crossing_latency},
        {"crossing_occupancy", timing.crossing_occupancy},
    }};
    for (const auto& [key, value] : times) {
        if (value < 0) {
            throw ConfigError(fmt::format("noc: timing: {}", key),
                              fmt::format("expected a time of 0 or more, found {} ps", value),
                              "a packet cannot arrive before it leaves: give 0 or a positive time");
        }
    }
}

bool is_injection_valid(std::span<const SpikePacket> packets, std::uint32_t source,
                        std::uint32_t cores) {
    // No early exit: the loop has no branch, and nearly every list is valid.
    std::uint32_t wrong = 0;
    Picoseconds last = 0;
    for (const SpikePacket& packet : packets) {
        wrong |= packet.source() ^ source;
        wrong |= static_cast<std::uint32_t>(packet.core() >= cores);
        wrong |= static_cast<std::uint32_t>(packet.time() < last);
        last = packet.time();
    }
    return wrong == 0;
}

std::uint64_t injected_packets(std::span<const SpikePacket> packets, Multicast multicast) {
    std::uint64_t count = packets.size();
    for (std::size_t i = 1; multicast != Multicast::unicast && i < packets.size(); ++i) {
        count -= packets[i].is_copy_of(packets[i - 1]);
    }
    return count;
}

void throw_invalid_injection(std::span<const SpikePacket> packets, std::uint32_t source,
                             std::uint32_t cores) {
    Picoseconds last = 0;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const SpikePacket& packet = packets[i];
        const std::string place = fmt::format("noc: packet {} of source {}", i, source);
        if (packet.source() != source) {
            throw ContractViolation(
                fmt::format("{}: it names source {} as its own", place, packet.source()));
        }
        if (packet.core() >= cores) {
            throw ContractViolation(fmt::format("{}: its target is core {}, the chip has {} cores",
                                                place, packet.core(), cores));
        }
        if (packet.time() < last) {
            throw ContractViolation(fmt::format("{}: injected at {} ps, after one at {} ps", place,
                                                packet.time(), last));
        }
        last = packet.time();
    }
    throw ContractViolation(
        fmt::format("noc: source {}: nothing wrong with its {} packets", source, packets.size()));
}

}  // namespace cortile
