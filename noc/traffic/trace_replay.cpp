// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/trace_replay.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/traffic/engine_load_point.h"
#include "noc/traffic/packet_trace.h"

namespace cortile {

namespace {

// Carries one pass through an engine. A packet's index is in its address and value.
class Replayer final : public PacketSource, public PacketSink {
  public:
    explicit Replayer(const Topology& topology)
        : ejected(topology.cores()), injected_(topology.sources()) {}

    void begin(const TracedPass& pass) {
        if (pass.packets.size() >> (SpikePacket::kAddressBits + SpikePacket::kValueBits) != 0) {
            throw ConfigError(fmt::format("timestep {}", pass.timestep),
                              "too many packets in one timestep of the trace");
        }
        latencies.assign(pass.packets.size(), 0);
        pass_ = &pass;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < pass.packets.size(); ++i) {
            const TracedPacket& packet = pass.packets[i];
            if (!packet.is_copy) {
                group = group == SpikePacket::kMaxGroup ? 1 : group + 1;
            }
            const auto low = static_cast<std::uint32_t>(i) & SpikePacket::kMaxAddress;
            const auto high = static_cast<std::uint32_t>(i >> SpikePacket::kAddressBits);
            injected_[packet.source].emplace_back(packet.time,
                                                  SpikePacket::pack(packet.destination, low),
                                                  packet.source, high, group);
        }
    }
    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        out.insert(out.end(), injected_[source].begin(), injected_[source].end());
        injected_[source].clear();
    }
    void deliver(CoreId core, unsigned, std::span<const SpikePacket> packets) override {
        ejected[core.value] += packets.size();
        for (const SpikePacket& packet : packets) {
            const std::size_t index =
                std::size_t{packet.value()} << SpikePacket::kAddressBits | packet.address();
            latencies[index] = packet.time() - pass_->packets[index].time;
        }
    }

    std::vector<Picoseconds> latencies;  // of the pass, in its order
    std::vector<std::uint64_t> ejected;  // packets, by core

  private:
    const TracedPass* pass_ = nullptr;
    std::vector<std::vector<SpikePacket>> injected_;  // by source
};

void check_cores(const TracedPass& pass, const Topology& topology,
                 const std::filesystem::path& trace) {
    for (const TracedPacket& packet : pass.packets) {
        for (const std::uint32_t core : {packet.source, packet.destination}) {
            if (core < topology.cores() && !topology.works(CoreId{core})) {
                throw ConfigError(
                    trace.string(),
                    fmt::format("timestep {} has a packet from or to core {}, which is dead here",
                                pass.timestep, core),
                    "trace a run on a chip with the same dead cores and routers");
            }
        }
    }
}

// Sorts them.
LatencySummary summary_of(std::vector<Picoseconds>& latencies) {
    LatencySummary summary;
    summary.packets = latencies.size();
    if (latencies.empty()) {
        return summary;
    }
    std::sort(latencies.begin(), latencies.end());
    Picoseconds sum = 0;
    for (const Picoseconds latency : latencies) {
        sum += latency;
    }
    const auto rank = [&](double share) {
        const double n = static_cast<double>(latencies.size());
        return latencies[static_cast<std::size_t>(std::max(1.0, std::ceil(share * n))) - 1];
    };
    summary.mean = static_cast<double>(sum) / static_cast<double>(latencies.size());
    summary.p50 = rank(0.50);
    summary.p99 = rank(0.99);
    summary.most = latencies.back();
    return summary;
}

}  // namespace

TraceReplay replay_trace(const std::filesystem::path& trace, const ReplaySetup& setup,
                         Executor& executor) {
    const Topology& topology = setup.topology;
    PacketTraceReader reader(trace);
    if (reader.cores() != topology.cores()) {
        throw ConfigError(trace.string() + ":1",
                          fmt::format("the trace is of {} cores, the mesh has {}", reader.cores(),
                                      topology.cores()),
                          "choose chip.mesh and chip.cores_per_tile so that the numbers agree");
    }
    const auto engine = make_engine(setup.timing, topology, setup.routers);
    Replayer replayer(topology);
    TraceReplay result;
    std::vector<Picoseconds> all;
    const Picoseconds service = setup.routers.packet_flits * setup.routers.clock_period;
    std::vector<Picoseconds> free(topology.sources());  // when each interface is
    Picoseconds interface_wait = 0;
    bool has_copies = false;
    while (const auto pass = reader.next()) {
        check_cores(*pass, topology, trace);
        replayer.begin(*pass);
        engine->run_timestep(replayer, replayer, executor);
        ReplayedPass replayed{pass->timestep, pass->pass, {}, 0};
        std::fill(free.begin(), free.end(), 0);
        for (std::size_t i = 0; i < pass->packets.size(); ++i) {
            const TracedPacket& packet = pass->packets[i];
            has_copies = has_copies || packet.is_copy;
            if (!packet.is_copy || setup.routers.multicast == Multicast::unicast) {
                const Picoseconds start = std::max(packet.time, free[packet.source]);
                free[packet.source] = start + service;
                interface_wait += start - packet.time;
            }
            replayed.finish = std::max(replayed.finish, packet.time + replayer.latencies[i]);
        }
        all.insert(all.end(), replayer.latencies.begin(), replayer.latencies.end());
        replayed.latency = summary_of(replayer.latencies);
        result.busy += replayed.finish;
        result.passes.push_back(replayed);
    }
    if (setup.routers.multicast != Multicast::unicast && !has_copies && !all.empty()) {
        throw ConfigError(trace.string(),
                          "there is nothing to multicast: no packet of the trace is a further copy "
                          "of a spike",
                          "trace a run with the same noc.multicast, or replay with unicast");
    }
    const std::uint64_t delivered =
        std::accumulate(replayer.ejected.begin(), replayer.ejected.end(), std::uint64_t{0});
    if (delivered != all.size()) {
        throw ContractViolation(fmt::format("noc: {} delivered {} of {} packets", engine->name(),
                                            delivered, all.size()));
    }
    result.latency = summary_of(all);
    if (!all.empty()) {
        result.interface_wait =
            static_cast<double>(interface_wait) / static_cast<double>(all.size());
    }
    // Ways need not be the shortest: what went over links is counted.
    std::uint64_t hops_x = 0, hops_y = 0;
    const std::uint64_t flits = setup.routers.packet_flits;
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            const std::uint64_t packets = engine->link(TileId{tile}, direction).packets;
            const bool along_x = direction == Direction::east || direction == Direction::west;
            (along_x ? hops_x : hops_y) += packets;
            result.link_flits.push_back(packets * flits);
        }
        for (std::uint32_t core = 0; core < topology.cores_per_tile; ++core) {
            result.link_flits.push_back(replayer.ejected[tile * topology.cores_per_tile + core] *
                                        flits);
        }
    }
    std::uint64_t crossings = 0;
    for (std::uint32_t chip = 0; topology.chips() > 1 && chip < topology.chips(); ++chip) {
        for (const Direction direction :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            const std::uint64_t packets = engine->crossing(chip, direction).packets;
            crossings += packets;
            result.channel_flits.push_back(packets * flits);
        }
    }
    if (!all.empty()) {
        result.crossings_mean = static_cast<double>(crossings) / static_cast<double>(all.size());
        result.hops_x_mean = static_cast<double>(hops_x) / static_cast<double>(all.size());
        result.hops_y_mean = static_cast<double>(hops_y) / static_cast<double>(all.size());
    }
    return result;
}

}  // namespace cortile
