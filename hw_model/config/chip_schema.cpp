// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/chip_schema.h"

namespace cortile {
namespace {

// Far above any mesh that exists, and low enough that a tile's index fits everywhere.
constexpr double kMostTilesAside = 1024;
constexpr double kMostChipsAside = 64;

double most(ParameterType type) {
    switch (type) {
        case ParameterType::time:
            return kMostEventTime;
        case ParameterType::energy:
            return kMostEventEnergy;
        case ParameterType::power:
            return 1e6;
        case ParameterType::information:
            return 1 << 20;  // bit
        case ParameterType::frequency:
            return 1e13;
        default:
            return 1;  // a barrier's latency, s
    }
}

ParameterDescriptor cited(const char* path, ParameterType type, const char* description) {
    return {path, type, std::nullopt, description, true, {}, 0, most(type)};
}

// A constant that only boards of several chips need: its default counts as not given.
ParameterDescriptor of_boards(const char* path, ParameterType type, const char* none,
                              const char* description) {
    ParameterDescriptor descriptor = cited(path, type, description);
    descriptor.default_text = none;
    return descriptor;
}

ParameterSchema board_schema() {
    using enum ParameterType;
    return {
        whole_number("board.width", "1", "chips along x (east-west); each is a chip.mesh", 1,
                     kMostChipsAside),
        whole_number("board.height", "1", "chips along y (north-south)", 1, kMostChipsAside),
        of_boards(
            "board.packet_bits", information, "0 bit",
            "bits of a packet on the channel between two chips, with what says where it goes"),
        of_boards("board.link_width", information, "0 bit",
                  "bits that the channel between two chips carries at once, one way"),
        of_boards("board.link_clock", frequency, "0 Hz",
                  "how often it does; one channel a side of a chip and direction, shared by all "
                  "links that lead there"),
        of_boards("board.link_latency", time, "0 ns",
                  "from a packet's last bit on the channel to its arrival at the other chip's "
                  "router"),
        of_boards("board.link_energy", energy, "0 pJ",
                  "energy of one packet over the channel, beside that of the hop"),
        of_boards("board.barrier_latency", time, "0 ns",
                  "added to chip.barrier_latency where several chips take part"),
    };
}

// A constant of the management plane: presets need not give it.
ParameterDescriptor assumed(const char* path, ParameterType type, const char* value,
                            const char* source, const char* description) {
    ParameterDescriptor descriptor = cited(path, type, description);
    descriptor.default_text =
        std::string("{value: ") + value + ", source: \"" + source + "\", grade: assumed}";
    return descriptor;
}

ParameterSchema management_schema() {
    using enum ParameterType;
    return {
        whole_number("management.processors", "1", "management processors of the chip", 1, 4),
        {"management.ram",
         information,
         "1 MiB",
         "RAM of the management processors",
         false,
         {},
         2048.0 * 1024,
         4294967296.0},
        whole_number("management.quantum", "10000",
                     "instructions that a processor is simulated ahead of the rest, at most", 1,
                     1e9),
        whole_number("management.watchdog", "100000000",
                     "instructions after which a program without any sign of progress is ended", 1,
                     1e15),
        assumed("management.clock_period", time, "10 ns",
                "no source; 100 MHz, as a small processor beside a mesh might have",
                "clock period of the management processors"),
        assumed("management.bus_latency", time, "20 ns", "no source; two clock periods",
                "time of one transaction on the management bus, whatever its length"),
        assumed("management.core_latency", time, "50 ns",
                "no source; some hops over the mesh and back",
                "time that a transaction with a core's configuration takes beyond that"),
        assumed("management.dma_word", time, "10 ns", "no source; a word each clock period",
                "time of each word that DMA moves"),
        assumed("management.instruction_energy", energy, "70 pJ",
                "Horowitz, Computing's Energy Problem, ISSCC 2014, figure 1.1.9: an instruction of "
                "an in-order processor at 45 nm and 0.9 V; taken for any chip, unscaled",
                "energy of one instruction, its fetch included"),
        assumed("management.ram_energy", energy, "100 pJ",
                "Horowitz, Computing's Energy Problem, ISSCC 2014, figure 1.1.9: 64 bits of a "
                "memory of 1 MB at 45 nm; taken for 32 bits of any, unscaled",
                "energy of one word read from or written to RAM, ROM or image"),
        assumed("management.bus_energy", energy, "10 pJ", "no source; an order of magnitude",
                "energy of one word over the management bus"),
    };
}

}  // namespace

ParameterSchema chip_schema() {
    using enum ParameterType;
    ParameterSchema schema{
        {"chip.description", text, "", "what this chip description stands for"},
        {"chip.operating_point", text, std::nullopt,
         "supply voltage and the like at which the constants hold"},
        {"chip.core_type", text, std::nullopt, "the core type, which adds the parameters core.*"},
        whole_number("chip.mesh.width", std::nullopt, "tiles along x (east-west)", 1,
                     kMostTilesAside),
        whole_number("chip.mesh.height", std::nullopt, "tiles along y (north-south)", 1,
                     kMostTilesAside),
        {"chip.mesh.torus", flag, "false",
         "links join the ends of each row and column, too; needs cycle_accurate"},
        whole_number("chip.cores_per_tile", std::nullopt, "cores that share one router", 1, 256),
        {"chip.dead_cores", text_list, "",
         "cores that do not work, by their numbers: nothing is placed on them"},
        {"chip.sync",
         choice,
         "barrier",
         "what ends a timestep; barrier: the last core's work; tick: a fixed time, however late "
         "spikes are",
         false,
         {"barrier", "tick"}},
        {"chip.tick", time, "1 ms", "length of a timestep with sync: tick", false, {}, 1e-12, 1},
        cited(
            "chip.barrier_latency", time_table,
            "time of the barrier that ends a timestep, by the number of tiles taking part; linear "
            "between rows, constant outside them"),
        cited("chip.static_power", power,
              "power of the whole chip that does not depend on activity; of each chip of a board"),
        {"noc.timing",
         choice,
         "approximately_timed",
         "how packets are timed; loosely_timed: nothing waits; approximately_timed: hop by hop, "
         "first come first served per link, unbounded queues; cycle_accurate: flits, virtual "
         "channels, credits and finite buffers in routers with a clock",
         false,
         {"loosely_timed", "approximately_timed", "cycle_accurate"}},
        {"noc.clock",
         frequency,
         "0 Hz",
         "clock of the routers, for cycle_accurate",
         false,
         {},
         0,
         1e12},
        {"noc.routing",
         choice,
         "xy",
         "of cycle_accurate: which way packets may take",
         false,
         {"xy", "yx", "o1turn", "west_first", "odd_even", "hamiltonian", "up_down", "table"}},
        {"noc.routing_table", path, "", "of routing table: the file with the ways"},
        {"noc.multicast",
         choice,
         "unicast",
         "how the copies of a spike for several cores travel; unicast: each by itself; tree: as "
         "one "
         "packet that routers copy where the ways part; path: as one that visits the cores along "
         "a Hamiltonian path, with cycle_accurate and routing hamiltonian; relay: from core to "
         "core",
         false,
         {"unicast", "tree", "path", "relay"}},
        {"noc.relay_latency",
         time,
         "0 ns",
         "of multicast relay: time in a core that passes a packet on",
         false,
         {},
         0,
         kMostEventTime},
        {"noc.dead_links", text_list, "", "links that carry nothing, both ways, as (3, 2) east"},
        {"noc.dead_routers", text_list, "",
         "routers that do not work, with their links and cores, as (3, 2)"},
        {"noc.faults.drop_rate",
         real,
         "0",
         "probability that a link, or port into a core, loses a packet that crosses it",
         false,
         {},
         0,
         1},
        {"noc.faults.corrupt_rate",
         real,
         "0",
         "probability that a link, or port into a core, changes a packet that crosses it",
         false,
         {},
         0,
         1},
        {"noc.faults.detect", flag, "true",
         "receivers find changed packets and discard them; false: they take them, with a bit "
         "flipped"},
        whole_number("noc.faults.seed", "1", "seed of which packets are lost or changed", 0,
                     0x1p53),
        whole_number("noc.packet_flits", "1", "of cycle_accurate: flits of a packet", 1, 4096),
        whole_number("noc.virtual_channels", "4",
                     "of cycle_accurate: virtual channels of each input port", 1, 16),
        whole_number("noc.buffer_flits", "8",
                     "of cycle_accurate: flits that each virtual channel holds", 1, 255),
        whole_number("noc.routing_delay", "1",
                     "of cycle_accurate: cycles of route computation; 0: look-ahead", 0, 16),
        whole_number("noc.vc_alloc_delay", "1", "of cycle_accurate: cycles of VC allocation", 1,
                     16),
        whole_number("noc.sw_alloc_delay", "1", "of cycle_accurate: cycles of switch allocation", 1,
                     16),
        whole_number("noc.st_final_delay", "1", "of cycle_accurate: cycles of switch traversal", 1,
                     16),
        whole_number("noc.credit_delay", "0", "of cycle_accurate: cycles to process a credit", 0,
                     64),
        whole_number("noc.link_latency", "1", "of cycle_accurate: cycles of a link between routers",
                     1, 64),
        {"noc.speculative", flag, "false",
         "of cycle_accurate: VC and switch allocation at once, on speculation"},
        cited("noc.hop_x", time, "latency of one hop between routers along x"),
        cited("noc.hop_y", time, "latency of one hop between routers along y"),
        cited("noc.local", time, "latency of a packet through the local router, once per packet"),
        cited("noc.link_occupancy", time,
              "time that one packet keeps one direction of a link between routers"),
        cited("noc.ejection_occupancy", time,
              "time that one packet keeps the port from a router to a core"),
        cited("noc.hop_x_energy", energy, "energy of one packet and hop along x"),
        cited("noc.hop_y_energy", energy, "energy of one packet and hop along y"),
        cited("noc.local_energy", energy,
              "energy of one packet through the local router, once per packet"),
        whole_number(
            "host.tile_x", "0",
            "column of the tile where the host injects input spikes; counted over all of a board",
            0, kMostTilesAside - 1),
        whole_number(
            "host.tile_y", "0",
            "row of the tile where the host injects input spikes; counted over all of a board", 0,
            kMostTilesAside - 1),
        cited("host.injection_interval", time, "time between two packets that the host injects"),
    };
    const ParameterSchema board = board_schema();
    schema.insert(schema.end(), board.begin(), board.end());
    const ParameterSchema management = management_schema();
    schema.insert(schema.end(), management.begin(), management.end());
    return schema;
}

}  // namespace cortile
