// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/engine_load_point.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/flit/check_routing.h"
#include "noc/traffic/load_statistics.h"

namespace cortile {

namespace {

// A packet carries the cycle of its creation in its address and value, 42 bits.
constexpr Cycle kMostCycles = Cycle{1} << (SpikePacket::kAddressBits + SpikePacket::kValueBits);

SpikePacket as_spike(const FlitPacket& packet, std::uint32_t group) {
    const auto low = static_cast<std::uint32_t>(packet.created) & SpikePacket::kMaxAddress;
    const auto high = static_cast<std::uint32_t>(packet.created >> SpikePacket::kAddressBits);
    return {packet.created, SpikePacket::pack(packet.destination, low), packet.source, high, group};
}

Cycle creation_of(const SpikePacket& spike) {
    return static_cast<Cycle>(spike.value()) << SpikePacket::kAddressBits |
           static_cast<Cycle>(spike.address());
}

// All packets of all cycles, made when they are asked for. Cores that relay send only what the
// engine gives them.
class Generated final : public PacketSource {
  public:
    Generated(PacketGenerator& generator, const LoadPointSetup& setup, Cycle end)
        : generator_(generator), setup_(setup), end_(end), chosen_(setup.topology.cores()) {}

    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        std::uint32_t group = 0;
        generator_.generate_all(source, end_, [&](FlitPacket packet) {
            if (setup_.fanout == 1) {
                out.push_back(as_spike(packet, 0));
                return;
            }
            group = group == SpikePacket::kMaxGroup ? 1 : group + 1;
            choose(packet.destination, source);
            for (const std::uint32_t core : destinations_) {
                packet.destination = core;
                out.push_back(as_spike(packet, group));
            }
        });
    }

  private:
    // Different cores, `first` among them.
    void choose(std::uint32_t first, std::uint32_t source) {
        destinations_ = {first};
        chosen_[first] = true;
        while (destinations_.size() < setup_.fanout) {
            const std::uint32_t core = generator_.draw_below(source, setup_.topology.cores());
            if (!chosen_[core]) {
                chosen_[core] = true;
                destinations_.push_back(core);
            }
        }
        std::sort(destinations_.begin(), destinations_.end());
        for (const std::uint32_t core : destinations_) {
            chosen_[core] = false;
        }
    }

    PacketGenerator& generator_;
    const LoadPointSetup& setup_;
    Cycle end_;
    std::vector<bool> chosen_;  // by core
    std::vector<std::uint32_t> destinations_;
};

class Measured final : public PacketSink {
  public:
    explicit Measured(const LoadPointSetup& setup)
        : statistics(setup), ejected(setup.topology.cores()), setup_(setup) {}

    void deliver(CoreId core, unsigned, std::span<const SpikePacket> packets) override {
        ejected[core.value] += packets.size();
        FlitPacket packet;
        packet.flits = setup_.packet_flits;
        packet.destination = core.value;
        for (const SpikePacket& spike : packets) {
            packet.source = spike.source();  // with relays, the core before
            packet.created = packet.injected = creation_of(spike);
            set_way(packet);
            statistics.note(packet, spike.time());
        }
    }

    LoadStatistics statistics;
    std::vector<std::uint64_t> ejected;  // packets, by core

  private:
    // All ways are shortest ones.
    void set_way(FlitPacket& packet) const {
        const Topology& topology = setup_.topology;
        const TileId from = topology.tile_of_core(CoreId{packet.source});
        const TileId to = topology.tile_of_core(CoreId{packet.destination});
        packet.hops_x = static_cast<std::uint16_t>(topology.hops_x(from, to));
        packet.hops_y = static_cast<std::uint16_t>(topology.hops_y(from, to));
        packet.crossings = static_cast<std::uint16_t>(topology.crossings(from, to));
    }

    const LoadPointSetup& setup_;
};

}  // namespace

std::unique_ptr<NocEngine> make_engine(const std::string& level, const Topology& topology,
                                       const CycleAccurateTiming& timing) {
    if (level == "cycle_accurate") {
        return make_cycle_accurate(topology, timing);
    }
    if (timing.routing != "xy") {
        throw ConfigError("noc.routing",
                          fmt::format("{} routes xy only, not {}", level, timing.routing),
                          "noc.routing: xy, or noc.timing: cycle_accurate");
    }
    if (topology.torus) {
        throw ConfigError("chip.mesh.torus", level + " knows meshes only",
                          "noc.timing: cycle_accurate");
    }
    check_xy_ways(level, topology, parse_faults(timing.dead_links, timing.dead_routers, topology));
    if (level == "loosely_timed") {
        return make_loosely_timed(topology, approximate_timing(timing));
    }
    if (level == "approximately_timed") {
        return make_link_sweep(topology, approximate_timing(timing));
    }
    throw ConfigError("noc.timing", "there is no level '" + level + "'",
                      "known: loosely_timed, approximately_timed, cycle_accurate");
}

CycleAccurateTiming timing_of(const LoadPointSetup& setup) {
    CycleAccurateTiming timing;
    timing.router = setup.router;
    timing.routing = setup.routing;
    timing.routing_table = setup.routing_table;
    timing.dead_links = setup.dead_links;
    timing.packet_flits = setup.packet_flits;
    timing.multicast = setup.multicast;
    timing.relay = setup.relay;
    timing.clock_period = 1;
    return timing;
}

LoadPoint measure_on_engine(const LoadPointSetup& setup, double offered) {
    const CycleAccurateTiming timing = timing_of(setup);
    const Topology& topology = setup.topology;
    const auto engine = make_engine(setup.timing, topology, timing);
    const auto pattern = make_traffic(setup.pattern, topology, setup.targets);
    PacketGenerator generator(
        *pattern, topology,
        {offered / setup.packet_flits / setup.fanout, setup.off_to_on, setup.on_to_off},
        setup.packet_flits, 1, setup.seed);
    // Packets that come after the measured ones still take links before some of them.
    const Cycle end = setup.warmup + setup.measured;
    const Cycle last = end + static_cast<Cycle>(setup.latency_limit);
    if (last > kMostCycles) {
        throw ConfigError("sweep.cycles",
                          fmt::format("{} cycles in all, at most {}", last, kMostCycles),
                          "measure fewer cycles");
    }
    Generated source(generator, setup, last);
    Measured sink(setup);
    Executor executor(1);
    engine->run_timestep(source, sink, executor);

    LoadPoint point = sink.statistics.result();
    point.offered = offered;
    point.cycles = last;
    const auto load = [&](std::uint64_t packets) {
        return static_cast<double>(packets) * setup.packet_flits / static_cast<double>(last);
    };
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            point.link_load.push_back(load(engine->link(TileId{tile}, direction).packets));
        }
        for (std::uint32_t core = 0; core < topology.cores_per_tile; ++core) {
            point.link_load.push_back(load(sink.ejected[tile * topology.cores_per_tile + core]));
        }
    }
    for (std::uint32_t chip = 0; topology.chips() > 1 && chip < topology.chips(); ++chip) {
        for (const Direction direction :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            point.link_load.push_back(load(engine->crossing(chip, direction).packets) *
                                      setup.router.crossing_cycles);
        }
    }
    if (setup.fanout > 1) {
        const NocCounters counters = engine->counters();
        const auto packets = static_cast<double>(std::max<std::uint64_t>(counters.packets, 1));
        point.crossings_mean = static_cast<double>(counters.crossings) / packets;
        point.hops_x_mean = static_cast<double>(counters.hops_x) / packets;
        point.hops_y_mean = static_cast<double>(counters.hops_y) / packets;
    }
    point.is_saturated = point.packet_latency_mean > setup.latency_limit ||
                         *std::max_element(point.link_load.begin(), point.link_load.end()) > 1;
    return point;
}

}  // namespace cortile
