// SPDX-License-Identifier: Apache-2.0
// The timing levels against each other: where nothing meets they agree to the picosecond, and all
// of them deliver the same packets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

Topology chip() {
    Topology topology;
    topology.width = 5;
    topology.height = 4;
    topology.cores_per_tile = 2;
    topology.external_ports = {TileId{7u}};
    return topology;
}

CycleAccurateTiming routers() {
    CycleAccurateTiming timing;
    timing.packet_flits = 2;
    timing.clock_period = 800;
    return timing;
}

constexpr Direction kDirections[] = {Direction::east, Direction::west, Direction::north,
                                     Direction::south, Direction::local};

TEST(TimingLevels, LooselyTimedIsTheReferenceWithoutOccupancy) {
    const Topology topology = chip();
    const NocTiming timing{4'100, 6'500, 1'700, 0, 0};
    const auto reference = make_event_reference(topology, timing);
    const auto loose = make_loosely_timed(topology, timing);
    Executor executor(1);
    std::size_t packets = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        TrafficShape shape;
        shape.spikes_per_source = 10;
        shape.packets_per_spike = 3;
        shape.largest_gap = 5'000;
        shape.hot_percent = 20;
        ListedSource traffic = make_traffic(topology, shape, seed);
        RecordingSink expected(topology.cores()), found(topology.cores());
        reference->run_timestep(traffic, expected, executor);
        loose->run_timestep(traffic, found, executor);
        packets += traffic.packets();
        for (std::uint32_t core = 0; core < topology.cores(); ++core) {
            ASSERT_EQ(expected.at(core).size(), found.at(core).size());
            for (std::size_t i = 0; i < found.at(core).size(); ++i) {
                const SpikePacket &a = expected.at(core)[i], &b = found.at(core)[i];
                ASSERT_TRUE(a.time() == b.time() && a.target() == b.target() &&
                            a.source() == b.source())
                    << "seed " << seed << " core " << core << " packet " << i;
            }
        }
    }
    EXPECT_EQ(loose->counters().packets, packets);
    EXPECT_EQ(loose->counters().hops_x, reference->counters().hops_x);
    EXPECT_EQ(loose->counters().hops_y, reference->counters().hops_y);
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction : kDirections) {
            EXPECT_EQ(loose->link(TileId{tile}, direction).packets,
                      reference->link(TileId{tile}, direction).packets)
                << tile << " " << static_cast<int>(direction);
        }
    }
}

TEST(TimingLevels, ALonePacketTakesTheSameTimeAtEveryLevel) {
    const Topology topology = chip();
    const NocTiming approximate = approximate_timing(routers());
    Executor executor(1);
    for (std::uint32_t from = 0; from < topology.sources(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            ListedSource source(topology.sources());
            source.add(from, 1'600, to, 42);
            std::set<Picoseconds> times;
            for (const auto& engine :
                 {make_cycle_accurate(topology, routers()), make_link_sweep(topology, approximate),
                  make_loosely_timed(topology, approximate)}) {
                RecordingSink sink(topology.cores());
                engine->run_timestep(source, sink, executor);
                ASSERT_EQ(sink.at(to).size(), 1u) << engine->name();
                times.insert(sink.at(to)[0].time());
            }
            EXPECT_EQ(times.size(), 1u) << from << " -> " << to;
        }
    }
}

TEST(TimingLevels, CycleAccurateDeliversEveryPacketOnce) {
    const Topology topology = chip();
    const auto engine = make_cycle_accurate(topology, routers());
    Executor executor(1);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        TrafficShape shape;
        shape.spikes_per_source = 20;
        shape.packets_per_spike = 4;
        shape.largest_gap = 3'000;
        shape.hot_percent = 30;
        ListedSource traffic = make_traffic(topology, shape, seed);
        RecordingSink sink(topology.cores());
        engine->run_timestep(traffic, sink, executor);
        ASSERT_EQ(sink.packets(), traffic.packets());
        std::multiset<std::pair<std::uint32_t, std::uint32_t>> sent, arrived;
        for (const auto& list : traffic.lists()) {
            for (const SpikePacket& packet : list) {
                sent.insert({packet.source(), packet.target()});
            }
        }
        for (std::uint32_t core = 0; core < topology.cores(); ++core) {
            const auto& packets = sink.at(core);
            EXPECT_TRUE(std::is_sorted(
                packets.begin(), packets.end(), [](const SpikePacket& a, const SpikePacket& b) {
                    return std::pair(a.time(), a.source()) < std::pair(b.time(), b.source());
                }));
            for (const SpikePacket& packet : packets) {
                EXPECT_EQ(packet.core(), core);
                EXPECT_EQ(packet.time() % routers().clock_period, 0);
                arrived.insert({packet.source(), packet.target()});
            }
        }
        EXPECT_EQ(sent, arrived);
    }
}

// Packets, hops and link use do not depend on the level; waiting does.
TEST(TimingLevels, CountersAgree) {
    const Topology topology = chip();
    TrafficShape shape;
    shape.spikes_per_source = 30;
    shape.packets_per_spike = 2;
    shape.largest_gap = 10'000;
    ListedSource traffic = make_traffic(topology, shape, 3);
    Executor executor(1);
    const auto exact = make_cycle_accurate(topology, routers());
    const auto sweep = make_link_sweep(topology, approximate_timing(routers()));
    for (NocEngine* engine : {exact.get(), sweep.get()}) {
        RecordingSink sink(topology.cores());
        engine->run_timestep(traffic, sink, executor);
    }
    EXPECT_EQ(exact->counters().packets, traffic.packets());
    EXPECT_EQ(exact->counters().hops_x, sweep->counters().hops_x);
    EXPECT_EQ(exact->counters().hops_y, sweep->counters().hops_y);
    EXPECT_GT(exact->counters().waited, 0);
    Picoseconds waited = 0;
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction : kDirections) {
            EXPECT_EQ(exact->link(TileId{tile}, direction).packets,
                      sweep->link(TileId{tile}, direction).packets);
            waited += exact->link(TileId{tile}, direction).waited;
        }
    }
    EXPECT_GT(waited, 0);
    exact->clear_counters();
    EXPECT_EQ(exact->counters().packets, 0u);
    EXPECT_EQ(exact->link(TileId{0u}, Direction::local).packets, 0u);
}

// The only short way between two neighbours is dead.
TEST(TimingLevels, DetoursCountAsHops) {
    const Topology topology = chip();
    CycleAccurateTiming timing = routers();
    timing.dead_links = {"(1, 1) east"};
    timing.routing = "up_down";
    const auto engine = make_cycle_accurate(topology, timing);
    ListedSource source(topology.sources());
    const auto core = [&](std::uint32_t x, std::uint32_t y) {
        return 2 * topology.tile(x, y).value;
    };
    source.add(core(1, 1), 0, core(2, 1), 7);
    RecordingSink sink(topology.cores());
    Executor executor(1);
    engine->run_timestep(source, sink, executor);
    EXPECT_EQ(sink.packets(), 1u);
    EXPECT_EQ(engine->counters().hops_x + engine->counters().hops_y, 3u);
}

}  // namespace
}  // namespace cortile
