// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/engine_load_point.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/routing/routing_policy.h"
#include "noc/traffic/load_statistics.h"

namespace cortile {

namespace {

// A packet carries the cycle of its creation in its address and value, 42 bits.
constexpr Cycle kMostCycles = Cycle{1} << (SpikePacket::kAddressBits + SpikePacket::kValueBits);

SpikePacket as_spike(const FlitPacket& packet, Picoseconds period) {
    const auto low = static_cast<std::uint32_t>(packet.created) & SpikePacket::kMaxAddress;
    const auto high = static_cast<std::uint32_t>(packet.created >> SpikePacket::kAddressBits);
    return {packet.created * period, SpikePacket::pack(packet.destination, low), packet.source,
            high};
}

Cycle creation_of(const SpikePacket& spike) {
    return static_cast<Cycle>(spike.value()) << SpikePacket::kAddressBits |
           static_cast<Cycle>(spike.address());
}

class Generated final : public PacketSource {
  public:
    explicit Generated(std::uint32_t cores) : packets(cores) {}
    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        if (source < packets.size()) {
            std::vector<SpikePacket>& own = packets[source];
            out.insert(out.end(), own.begin(), own.end());
            own = {};
        }
    }

    std::vector<std::vector<SpikePacket>> packets;  // by core
};

class Measured final : public PacketSink {
  public:
    Measured(const LoadPointSetup& setup, Picoseconds period)
        : statistics(setup), ejected(setup.topology.cores()), setup_(setup), period_(period) {}

    void deliver(CoreId core, unsigned, std::span<const SpikePacket> packets) override {
        ejected[core.value] += packets.size();
        FlitPacket packet;
        packet.flits = setup_.packet_flits;
        packet.destination = core.value;
        for (const SpikePacket& spike : packets) {
            packet.source = spike.source();
            packet.created = packet.injected = creation_of(spike);
            statistics.note(packet, spike.time() / period_);
        }
    }

    LoadStatistics statistics;
    std::vector<std::uint64_t> ejected;  // packets, by core

  private:
    const LoadPointSetup& setup_;
    Picoseconds period_;
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
    if (topology.torus || !timing.dead_links.empty()) {
        throw ConfigError(topology.torus ? "chip.topology" : "noc.dead_links",
                          level + " knows meshes whose links all work, only",
                          "noc.timing: cycle_accurate");
    }
    if (level == "loosely_timed") {
        return make_loosely_timed(topology, approximate_timing(timing));
    }
    if (level == "approximately_timed") {
        return make_link_sweep(topology, approximate_timing(timing));
    }
    throw ConfigError("noc.timing", "there is no level '" + level + "'",
                      "known: loosely_timed, approximately_timed, cycle_accurate");
}

LoadPoint measure_on_engine(const LoadPointSetup& setup, double offered) {
    CycleAccurateTiming timing;
    timing.router = setup.router;
    timing.routing = setup.routing;
    timing.dead_links = setup.dead_links;
    timing.packet_flits = setup.packet_flits;
    const Topology& topology = setup.topology;
    const auto engine = make_engine(setup.timing, topology, timing);
    const auto pattern = make_traffic(setup.pattern, topology, setup.targets);
    PacketGenerator generator(*pattern, topology,
                              {offered / setup.packet_flits, setup.off_to_on, setup.on_to_off},
                              setup.packet_flits, 1, setup.seed);
    // Packets that come after the measured ones still take links before some of them.
    const Cycle end = setup.warmup + setup.measured;
    const Cycle last = end + static_cast<Cycle>(setup.latency_limit);
    if (last > kMostCycles) {
        throw ConfigError("sweep.cycles",
                          fmt::format("{} cycles in all, at most {}", last, kMostCycles),
                          "measure fewer cycles");
    }
    Generated source(topology.cores());
    for (Cycle now = 0; now < last; ++now) {
        generator.generate(now, [&](const FlitPacket& packet) {
            source.packets[packet.source].push_back(as_spike(packet, timing.clock_period));
        });
    }
    Measured sink(setup, timing.clock_period);
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
    point.is_saturated = point.packet_latency_mean > setup.latency_limit ||
                         *std::max_element(point.link_load.begin(), point.link_load.end()) > 1;
    return point;
}

}  // namespace cortile
