// SPDX-License-Identifier: Apache-2.0
// The timing model itself: latencies without load, and contention worked out by hand. Each question
// is put to both engines.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

using MakeEngine = std::unique_ptr<NocEngine> (*)(const Topology&, const NocTiming&);

struct EngineKind {
    std::string name;
    MakeEngine make = nullptr;
};

class NocTimingOf : public testing::TestWithParam<EngineKind> {
  protected:
    std::unique_ptr<NocEngine> make(const Topology& topology, const NocTiming& timing) const {
        return GetParam().make(topology, timing);
    }
    Executor executor_{1};
};

INSTANTIATE_TEST_SUITE_P(Engines, NocTimingOf,
                         testing::Values(EngineKind{"sweep", make_link_sweep},
                                         EngineKind{"reference", make_event_reference}),
                         [](const auto& engine) { return engine.param.name; });

Topology mesh(std::uint32_t width, std::uint32_t height, std::uint32_t cores_per_tile = 1) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    topology.cores_per_tile = cores_per_tile;
    return topology;
}

std::vector<Picoseconds> times(const std::vector<SpikePacket>& packets) {
    std::vector<Picoseconds> result;
    for (const SpikePacket& packet : packets) {
        result.push_back(packet.time());
    }
    return result;
}

std::vector<std::uint32_t> sources(const std::vector<SpikePacket>& packets) {
    std::vector<std::uint32_t> result;
    for (const SpikePacket& packet : packets) {
        result.push_back(packet.source());
    }
    return result;
}

TEST_P(NocTimingOf, LonePacketTakesTheUnloadedLatencyForEveryPairOfCores) {
    const Topology topology = mesh(5, 4, 2);
    const NocTiming timing{4'100, 6'500, 1'700, 2'000, 3'000};
    for (std::uint32_t from = 0; from < topology.cores(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            const auto engine = make(topology, timing);
            ListedSource source(topology.sources());
            RecordingSink sink(topology.cores());
            source.add(from, 777, to, 42);
            engine->run_timestep(source, sink, executor_);

            const std::uint32_t dx =
                from / 2 % 5 > to / 2 % 5 ? from / 2 % 5 - to / 2 % 5 : to / 2 % 5 - from / 2 % 5;
            const std::uint32_t dy =
                from / 10 > to / 10 ? from / 10 - to / 10 : to / 10 - from / 10;
            ASSERT_EQ(sink.at(to).size(), 1u) << from << " -> " << to;
            EXPECT_EQ(sink.at(to)[0].time(), 777 + 4'100 * dx + 6'500 * dy + 1'700)
                << from << " -> " << to;
            EXPECT_EQ(sink.at(to)[0].address(), 42u);
            EXPECT_EQ(sink.at(to)[0].source(), from);
            EXPECT_EQ(engine->counters().hops_x, dx);
            EXPECT_EQ(engine->counters().hops_y, dy);
            EXPECT_EQ(engine->counters().waited, 0);
        }
    }
}

// Three tiles in a row. The packet from tile 0 reaches the link 1 -> 2 at 100 + 10; the one that
// tile 1 injects at 108 holds that link until 108 + 7 = 115, so the first leaves at 115, not 110,
// and is at tile 2 at 125. There the core's port is free: it took the other at 118 until 121.
TEST_P(NocTimingOf, SecondPacketOnALinkWaitsForTheFirst) {
    const Topology topology = mesh(3, 1);
    const auto engine = make(topology, {10, 1'000, 2, 7, 3});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(0, 100, 2);
    source.add(1, 108, 2);
    engine->run_timestep(source, sink, executor_);

    EXPECT_EQ(times(sink.at(2)), (std::vector<Picoseconds>{108 + 10 + 2, 115 + 10 + 2}));
    EXPECT_EQ(sources(sink.at(2)), (std::vector<std::uint32_t>{1, 0}));
    EXPECT_EQ(engine->link(TileId{1u}, Direction::east).packets, 2u);
    EXPECT_EQ(engine->link(TileId{1u}, Direction::east).waited, 5);
    EXPECT_EQ(engine->link(TileId{0u}, Direction::east).waited, 0);
    EXPECT_EQ(engine->link(TileId{2u}, Direction::local).packets, 2u);
    EXPECT_EQ(engine->counters().waited, 5);
}

// Both reach the link 1 -> 2 at 110: source 0 goes first although source 1 is nearer.
TEST_P(NocTimingOf, LowerSourceGoesFirstAtEqualTimes) {
    const Topology topology = mesh(3, 1);
    const auto engine = make(topology, {10, 1'000, 0, 7, 0});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(0, 100, 2);
    source.add(1, 110, 2);
    engine->run_timestep(source, sink, executor_);

    EXPECT_EQ(sources(sink.at(2)), (std::vector<std::uint32_t>{0, 1}));
    EXPECT_EQ(times(sink.at(2)), (std::vector<Picoseconds>{120, 127}));
}

TEST_P(NocTimingOf, PacketsOfOneSourceKeepTheirOrderAtEqualTimes) {
    const Topology topology = mesh(2, 2);
    const auto engine = make(topology, {10, 10, 1, 0, 0});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    for (std::uint32_t address : {5, 3, 9, 1}) {
        source.add(0, 50, 3, address);
    }
    engine->run_timestep(source, sink, executor_);

    std::vector<std::uint32_t> addresses;
    for (const SpikePacket& packet : sink.at(3)) {
        addresses.push_back(packet.address());
    }
    EXPECT_EQ(addresses, (std::vector<std::uint32_t>{5, 3, 9, 1}));
    EXPECT_EQ(times(sink.at(3)), std::vector<Picoseconds>(4, 71));
}

// The port is per core: two cores of one tile do not wait for each other.
TEST_P(NocTimingOf, EachCoreHasItsOwnEjectionPort) {
    const Topology topology = mesh(1, 1, 2);
    const auto engine = make(topology, {10, 10, 4, 100, 30});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(0, 0, 1);
    source.add(0, 0, 0);
    source.add(0, 0, 1);
    engine->run_timestep(source, sink, executor_);

    EXPECT_EQ(times(sink.at(0)), (std::vector<Picoseconds>{4}));
    EXPECT_EQ(times(sink.at(1)), (std::vector<Picoseconds>{4, 34}));
    EXPECT_EQ(engine->link(TileId{0u}, Direction::local).packets, 3u);
    EXPECT_EQ(engine->link(TileId{0u}, Direction::local).waited, 30);
    EXPECT_EQ(engine->counters().hops_x + engine->counters().hops_y, 0u);
}

TEST_P(NocTimingOf, ExternalPortInjectsAtItsTile) {
    Topology topology = mesh(4, 3);
    topology.external_ports = {TileId{5u}};  // (1, 1)
    const auto engine = make(topology, {10, 100, 1, 0, 0});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(topology.cores(), 7, 11);  // to (3, 2)
    engine->run_timestep(source, sink, executor_);

    EXPECT_EQ(times(sink.at(11)), (std::vector<Picoseconds>{7 + 2 * 10 + 100 + 1}));
    EXPECT_EQ(engine->link(TileId{5u}, Direction::east).packets, 1u);
    EXPECT_EQ(engine->link(TileId{7u}, Direction::north).packets, 1u);  // X first
    EXPECT_EQ(engine->link(TileId{5u}, Direction::north).packets, 0u);
}

// The middle of 3 x 3 tiles hears its four neighbours at the same time. On the mesh they share no
// link; the core takes them one by one, by source.
TEST_P(NocTimingOf, OppositeDirectionsMeetOnlyAtTheCore) {
    const Topology topology = mesh(3, 3);
    const auto engine = make(topology, {10, 10, 0, 50, 20});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(1, 0, 4);
    source.add(7, 0, 4);
    source.add(3, 0, 4);
    source.add(5, 0, 4);
    engine->run_timestep(source, sink, executor_);

    EXPECT_EQ(sources(sink.at(4)), (std::vector<std::uint32_t>{1, 3, 5, 7}));
    EXPECT_EQ(times(sink.at(4)), (std::vector<Picoseconds>{10, 30, 50, 70}));
    EXPECT_EQ(engine->link(TileId{4u}, Direction::local).waited, 20 + 40 + 60);
    EXPECT_EQ(engine->counters().waited, 20 + 40 + 60);
}

TEST_P(NocTimingOf, EachTimestepBeginsWithFreeLinks) {
    const Topology topology = mesh(2, 1);
    const auto engine = make(topology, {10, 10, 0, 1'000, 1'000});
    ListedSource source(topology.sources());
    source.add(0, 5, 1);
    for (int timestep = 0; timestep < 3; ++timestep) {
        RecordingSink sink(topology.cores());
        engine->run_timestep(source, sink, executor_);
        EXPECT_EQ(times(sink.at(1)), (std::vector<Picoseconds>{15}));
    }
    EXPECT_EQ(engine->counters().packets, 3u);
    EXPECT_EQ(engine->counters().waited, 0);
}

TEST_P(NocTimingOf, ArrivalsAscendInTimeAndNoneIsLost) {
    Topology topology = mesh(6, 5, 3);
    topology.external_ports = {TileId{3u}, TileId{29u}};
    const auto engine = make(topology, {3, 5, 2, 4, 6});
    TrafficShape shape;
    shape.spikes_per_source = 40;
    shape.packets_per_spike = 3;
    shape.largest_gap = 60;
    for (const std::uint64_t seed : {11, 12, 13}) {
        ListedSource source = make_traffic(topology, shape, seed);
        RecordingSink sink(topology.cores());
        engine->run_timestep(source, sink, executor_);

        std::vector<std::size_t> sent(topology.cores());
        for (const auto& list : source.lists()) {
            for (const SpikePacket& packet : list) {
                sent[packet.core()] += 1;
            }
        }
        for (std::uint32_t core = 0; core < topology.cores(); ++core) {
            EXPECT_EQ(sink.at(core).size(), sent[core]) << "seed " << seed << " core " << core;
            EXPECT_LE(sink.calls(core), 1u);
            for (std::size_t i = 1; i < sink.at(core).size(); ++i) {
                ASSERT_LE(sink.at(core)[i - 1].time(), sink.at(core)[i].time()) << "seed " << seed;
            }
        }
    }
}

TEST_P(NocTimingOf, SilentTimestepDeliversAndCountsNothing) {
    const Topology topology = mesh(8, 4, 4);
    const auto engine = make(topology, {1, 1, 1, 1, 1});
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    engine->run_timestep(source, sink, executor_);

    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        EXPECT_EQ(sink.calls(core), 0u);
    }
    EXPECT_EQ(engine->counters().packets, 0u);
}

TEST_P(NocTimingOf, ClearSetsEveryCounterToZero) {
    const Topology topology = mesh(3, 3);
    const auto engine = make(topology, {1, 1, 1, 50, 50});
    TrafficShape shape;
    shape.spikes_per_source = 5;
    ListedSource source = make_traffic(topology, shape, 1);
    RecordingSink sink(topology.cores());
    engine->run_timestep(source, sink, executor_);
    ASSERT_GT(engine->counters().waited, 0);
    engine->clear_counters();

    const NocCounters counters = engine->counters();
    EXPECT_EQ(counters.packets, 0u);
    EXPECT_EQ(counters.hops_x, 0u);
    EXPECT_EQ(counters.hops_y, 0u);
    EXPECT_EQ(counters.waited, 0);
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction : {Direction::east, Direction::west, Direction::north,
                                          Direction::south, Direction::local}) {
            EXPECT_EQ(engine->link(TileId{tile}, direction).packets, 0u);
            EXPECT_EQ(engine->link(TileId{tile}, direction).waited, 0);
        }
    }
}

}  // namespace
}  // namespace cortile
