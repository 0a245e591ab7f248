// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/chip_config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/units.h"
#include "noc/flit/check_routing.h"

namespace cortile {

namespace {

std::uint32_t chips_of(const Parameters& parameters) {
    return static_cast<std::uint32_t>(parameters.integer("board.width") *
                                      parameters.integer("board.height"));
}

void check_board(const Parameters& parameters) {
    const std::string where =
        parameters.where(parameters.integer("board.width") > 1 ? "board.width" : "board.height");
    if (parameters.flag("chip.mesh.torus")) {
        throw ConfigError(parameters.where("chip.mesh.torus"),
                          "the chips of a board form a mesh: no links join its ends",
                          "leave out chip.mesh.torus, or take a board of 1 x 1");
    }
    for (const auto& [path, value] : parameters.values()) {
        const bool constant = path.starts_with("board.") && value.citation.has_value();
        const bool has_no_barrier =
            path == "board.barrier_latency" &&
            (!parameters.values().contains("chip.sync") || parameters.text("chip.sync") == "tick");
        if (constant && !has_no_barrier && !parameters.given(path)) {
            throw ConfigError(
                where,
                "a board of several chips needs " + path +
                    ", of which the chip's description says nothing",
                std::string("give it with source and grade") +
                    (path == "board.barrier_latency"
                         ? " (0 ns, if the barrier takes no longer over several chips)"
                         : "") +
                    ", or take a preset that is a board");
        }
    }
    for (const char* path : {"board.packet_bits", "board.link_width"}) {
        if (parameters.bits(path) == 0) {
            throw ConfigError(parameters.where(path), "expected at least 1 bit, found 0");
        }
    }
    if (parameters.frequency("board.link_clock") <= 0) {
        throw ConfigError(parameters.where("board.link_clock"),
                          "expected a frequency above 0, found 0 Hz");
    }
}

// Errors of the libraries name a key; here it is known who wrote it.
template <typename Body>
void with_places(const Parameters& parameters, const Body& body) {
    try {
        body();
    } catch (const ConfigError& error) {
        if (!parameters.values().contains(error.where())) {
            throw;
        }
        throw ConfigError(parameters.where(error.where()), error.problem(), error.hint());
    }
}

std::vector<CoreId> dead_cores(const Parameters& parameters, const Topology& topology) {
    std::set<CoreId> dead;
    const std::string where = parameters.where("chip.dead_cores");
    for (const std::string& text : parameters.texts("chip.dead_cores")) {
        const std::int64_t core = parse_integer(text, where);
        if (core < 0 || core >= topology.cores()) {
            throw ConfigError(where,
                              fmt::format("there is no core {}: the chip has cores 0 to {}", core,
                                          topology.cores() - 1),
                              "cores are numbered tile by tile: (y * width + x) * "
                              "chip.cores_per_tile + the core in its tile");
        }
        dead.insert(CoreId{static_cast<std::uint32_t>(core)});
    }
    with_places(parameters, [&] {
        const NocFaults faults = parse_faults({}, parameters.texts("noc.dead_routers"), topology);
        for (const std::uint32_t tile : faults.routers) {
            for (std::uint32_t c = 0; c < topology.cores_per_tile; ++c) {
                dead.insert(CoreId{tile * topology.cores_per_tile + c});
            }
        }
    });
    if (dead.size() == topology.cores()) {
        throw ConfigError(
            parameters.given("chip.dead_cores") ? where : parameters.where("noc.dead_routers"),
            "no core is left that works");
    }
    return {dead.begin(), dead.end()};
}

// Throws ConfigError for a routing `table` without one, and for a table without that routing.
bool has_routing_table(const Parameters& parameters) {
    const bool table = parameters.text("noc.routing") == "table";
    if (table != parameters.given("noc.routing_table")) {
        throw ConfigError(
            parameters.where(table ? "noc.routing" : "noc.routing_table"),
            table ? "routing table needs noc.routing_table" : "a routing table that nobody reads",
            table ? "noc.routing_table: FILE (docs/reference/noc.md)" : "noc.routing: table");
    }
    return table;
}

}  // namespace

Picoseconds serialisation(const Parameters& parameters) {
    if (chips_of(parameters) == 1) {
        return 0;
    }
    const std::int64_t width = parameters.bits("board.link_width");
    if (width <= 0) {
        throw ConfigError(parameters.where("board.link_width"), "expected at least 1 bit, found 0");
    }
    const std::int64_t transfers = (parameters.bits("board.packet_bits") + width - 1) / width;
    const double seconds =
        static_cast<double>(transfers) / parameters.frequency("board.link_clock");
    if (seconds > kMostEventTime) {
        throw ConfigError(parameters.where("board.link_clock"),
                          "a packet would take longer than 1 ms from one chip to the next",
                          "a wider link (board.link_width) or a higher clock");
    }
    return std::llround(1e12 * seconds);
}

Topology chip_topology(const Parameters& parameters) {
    const auto number = [&](const char* path) {
        return static_cast<std::uint32_t>(parameters.integer(path));
    };
    Topology topology;
    topology.width = number("chip.mesh.width");
    topology.height = number("chip.mesh.height");
    if (chips_of(parameters) > 1) {
        check_board(parameters);
        topology.chip_width = topology.width;
        topology.chip_height = topology.height;
        topology.width *= number("board.width");
        topology.height *= number("board.height");
    }
    topology.cores_per_tile = number("chip.cores_per_tile");
    topology.torus = parameters.flag("chip.mesh.torus");
    if (std::uint64_t{topology.tiles()} * topology.cores_per_tile > SpikePacket::kMaxCore + 1) {
        throw ConfigError(
            parameters.where("chip.mesh.width"),
            (topology.chips() == 1 ? "the mesh has " : "the meshes of the board have ") +
                std::to_string(std::uint64_t{topology.tiles()} * topology.cores_per_tile) +
                " cores; at most " + std::to_string(SpikePacket::kMaxCore + 1) +
                " can be addressed",
            topology.chips() == 1 ? "make the mesh smaller"
                                  : "make the mesh smaller, or take fewer chips");
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
    topology.dead_cores = dead_cores(parameters, topology);
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
    if (config.topology.chips() > 1) {
        config.noc_timing.crossing_occupancy = serialisation(parameters);
        config.noc_timing.crossing_latency =
            config.noc_timing.crossing_occupancy + parameters.time("board.link_latency");
        config.board_barrier_latency = parameters.time("board.barrier_latency");
    }
    config.multicast = *multicast_of(parameters.text("noc.multicast"));
    config.noc_timing.multicast = config.multicast;
    config.noc_timing.relay = parameters.time("noc.relay_latency");
    config.noc_level = parameters.text("noc.timing");
    if (config.noc_level == "cycle_accurate") {
        config.noc_routers = router_timing(parameters);
    } else {
        has_routing_table(parameters);
        config.noc_routers.dead_links = parameters.texts("noc.dead_links");
        config.noc_routers.dead_routers = parameters.texts("noc.dead_routers");
    }
    check_noc(parameters, config.topology, config.noc_routers);
    config.noc_faults.drop = parameters.real("noc.faults.drop_rate");
    config.noc_faults.corrupt = parameters.real("noc.faults.corrupt_rate");
    config.noc_faults.detect = parameters.flag("noc.faults.detect");
    config.noc_faults.seed = static_cast<std::uint64_t>(parameters.integer("noc.faults.seed"));
    config.host_injection_interval = parameters.time("host.injection_interval");
    config.barrier_latency = parameters.table("chip.barrier_latency");
    if (parameters.text("chip.sync") == "tick") {
        config.tick = parameters.time("chip.tick");
    }
    return config;
}

void check_noc(const Parameters& parameters, const Topology& topology,
               const CycleAccurateTiming& timing) {
    with_places(parameters, [&] {
        const std::string& level = parameters.text("noc.timing");
        if (level == "cycle_accurate") {
            check_routing(topology, timing);
        } else {
            check_xy_ways(level, topology,
                          parse_faults(timing.dead_links, timing.dead_routers, topology));
        }
    });
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
    if (has_routing_table(parameters)) {
        timing.routing_table = parameters.file("noc.routing_table");
    }
    timing.dead_links = parameters.texts("noc.dead_links");
    timing.dead_routers = parameters.texts("noc.dead_routers");
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
    if (chips_of(parameters) > 1) {
        const auto cycles = [&](Picoseconds time) {
            return (time + timing.clock_period - 1) / timing.clock_period;
        };
        // A flit holds the channel for its part of the packet's time, at least a cycle.
        const Picoseconds flit =
            (serialisation(parameters) + timing.packet_flits - 1) / timing.packet_flits;
        const auto bounded = [&](const char* path, Picoseconds count, Picoseconds most) {
            if (count > most) {
                throw ConfigError(
                    parameters.where(path),
                    fmt::format("{} cycles of noc.clock; cycle_accurate takes at most {}", count,
                                most),
                    "a slower noc.clock, or noc.timing: approximately_timed");
            }
            return static_cast<std::uint32_t>(count);
        };
        router.crossing_cycles = bounded("board.link_clock", std::max<Picoseconds>(1, cycles(flit)),
                                         RouterParameters::kMostCrossingCycles);
        router.crossing_latency =
            bounded("board.link_latency", cycles(parameters.time("board.link_latency")),
                    RouterParameters::kMostCrossingLatency);
    }
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
