// SPDX-License-Identifier: Apache-2.0
// Boards of chips: addresses, and the channels that the links of a chip's side share, worked out by
// hand. Each question of the simple model is put to all engines that have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "noc/api/tile_address.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

// `columns` x `rows` chips of `width` x `height` tiles each.
Topology board(std::uint32_t columns, std::uint32_t rows, std::uint32_t width, std::uint32_t height,
               std::uint32_t cores_per_tile = 1) {
    Topology topology;
    topology.width = columns * width;
    topology.height = rows * height;
    topology.cores_per_tile = cores_per_tile;
    topology.chip_width = width;
    topology.chip_height = height;
    return topology;
}

NocTiming timing(Picoseconds hop, Picoseconds crossing_latency, Picoseconds crossing_occupancy) {
    NocTiming result;
    result.hop_x = result.hop_y = hop;
    result.local = 2;
    result.crossing_latency = crossing_latency;
    result.crossing_occupancy = crossing_occupancy;
    return result;
}

std::vector<Picoseconds> times(const std::vector<SpikePacket>& packets) {
    std::vector<Picoseconds> result;
    for (const SpikePacket& packet : packets) {
        result.push_back(packet.time());
    }
    return result;
}

TEST(BoardAddress, NamesTheChipThenTheTileOnIt) {
    const Topology topology = board(3, 2, 4, 5);
    EXPECT_EQ(topology.chips(), 6u);
    const TileId tile = topology.tile(9, 7);
    EXPECT_EQ(address_of(topology, tile), (TileAddress{2, 1, 1, 2}));
    EXPECT_EQ(topology.chip(tile), 5u);
    EXPECT_EQ(tile_text(topology, tile), "(2, 1, 1, 2)");
    for (std::uint32_t t = 0; t < topology.tiles(); ++t) {
        EXPECT_EQ(tile_at(topology, address_of(topology, TileId{t})), TileId{t});
    }
}

TEST(BoardAddress, OfOneChipIsThePlaceOnTheMesh) {
    Topology topology;
    topology.width = 9;
    topology.height = 7;
    EXPECT_EQ(topology.chips(), 1u);
    EXPECT_EQ(tile_text(topology, topology.tile(8, 3)), "(8, 3)");
    EXPECT_FALSE(topology.leaves_chip(topology.tile(8, 3), Topology::kEast));
}

TEST(BoardAddress, LinksLeaveAChipAtItsEdgeOnly) {
    const Topology topology = board(2, 2, 3, 2);
    EXPECT_TRUE(topology.leaves_chip(topology.tile(2, 1), Topology::kEast));
    EXPECT_TRUE(topology.leaves_chip(topology.tile(2, 1), Topology::kNorth));
    EXPECT_TRUE(topology.leaves_chip(topology.tile(3, 2), Topology::kWest));
    EXPECT_TRUE(topology.leaves_chip(topology.tile(3, 2), Topology::kSouth));
    EXPECT_FALSE(topology.leaves_chip(topology.tile(1, 0), Topology::kEast));
    EXPECT_FALSE(topology.leaves_chip(topology.tile(5, 3), Topology::kEast)) << "the board's edge";
}

using MakeEngine = std::unique_ptr<NocEngine> (*)(const Topology&, const NocTiming&);
struct EngineKind {
    std::string name;
    MakeEngine make = nullptr;
};

class BoardOf : public testing::TestWithParam<EngineKind> {
  protected:
    std::unique_ptr<NocEngine> make(const Topology& topology, const NocTiming& noc_timing) const {
        return GetParam().make(topology, noc_timing);
    }
    Executor executor_{1};
};
INSTANTIATE_TEST_SUITE_P(Engines, BoardOf,
                         testing::Values(EngineKind{"sweep", make_link_sweep},
                                         EngineKind{"reference", make_event_reference},
                                         EngineKind{"loose", make_loosely_timed}),
                         [](const auto& engine) { return engine.param.name; });
// Those in which packets wait.
class ContendedBoardOf : public BoardOf {};
INSTANTIATE_TEST_SUITE_P(Engines, ContendedBoardOf,
                         testing::Values(EngineKind{"sweep", make_link_sweep},
                                         EngineKind{"reference", make_event_reference}),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(BoardOf, LonePacketTakesTheUnloadedLatencyForEveryPairOfCores) {
    const Topology topology = board(3, 2, 2, 3, 2);
    NocTiming t = timing(0, 700, 400);
    t.hop_x = 41;
    t.hop_y = 65;
    for (std::uint32_t from = 0; from < topology.cores(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            const auto engine = make(topology, t);
            ListedSource source(topology.sources());
            RecordingSink sink(topology.cores());
            source.add(from, 777, to, 42);
            engine->run_timestep(source, sink, executor_);

            const auto apart = [](std::uint32_t a, std::uint32_t b) {
                return a > b ? a - b : b - a;
            };
            const std::uint32_t ax = from / 2 % 6, ay = from / 12, bx = to / 2 % 6, by = to / 12;
            const std::uint32_t crossings = apart(ax / 2, bx / 2) + apart(ay / 3, by / 3);
            ASSERT_EQ(sink.at(to).size(), 1u) << from << " -> " << to;
            EXPECT_EQ(sink.at(to)[0].time(),
                      777 + 41 * apart(ax, bx) + 65 * apart(ay, by) + 700 * crossings + 2)
                << from << " -> " << to;
            EXPECT_EQ(engine->counters().crossings, crossings);
            EXPECT_EQ(engine->counters().hops_x, apart(ax, bx));
            EXPECT_EQ(engine->counters().waited, 0);
        }
    }
}

// From chip (0, 0) over chip (1, 0) to chip (2, 1), and back.
TEST_P(BoardOf, CountsCrossingsWhereTheyAre) {
    const Topology topology = board(3, 2, 2, 2);
    const auto engine = make(topology, timing(10, 30, 20));
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    const std::uint32_t here = topology.tile(0, 1).value, there = topology.tile(5, 3).value;
    source.add(here, 0, there);
    source.add(there, 0, here);
    engine->run_timestep(source, sink, executor_);
    const auto packets = [&](std::uint32_t chip, Direction direction) {
        return engine->crossing(chip, direction).packets;
    };
    EXPECT_EQ(packets(0, Direction::east), 1u);
    EXPECT_EQ(packets(1, Direction::east), 1u);
    EXPECT_EQ(packets(2, Direction::north), 1u);
    EXPECT_EQ(packets(5, Direction::west), 1u);
    EXPECT_EQ(packets(4, Direction::west), 1u);
    EXPECT_EQ(packets(3, Direction::south), 1u);
    std::uint64_t all = 0;
    for (std::uint32_t chip = 0; chip < 6; ++chip) {
        for (const Direction d :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            all += packets(chip, d);
        }
    }
    EXPECT_EQ(all, 6u);
    EXPECT_EQ(engine->counters().crossings, 6u);
    EXPECT_THROW(engine->crossing(6, Direction::east), ContractViolation);
    EXPECT_THROW(engine->crossing(0, Direction::local), ContractViolation);
    engine->clear_counters();
    EXPECT_EQ(packets(0, Direction::east), 0u);
    EXPECT_EQ(engine->counters().crossings, 0u);
}

// Two rows share the channel to the east. Their packets come to it at 110 and 113; the second waits
// until 130. The way back has a channel of its own.
TEST_P(ContendedBoardOf, RowsShareTheChannelOfTheirSide) {
    const Topology topology = board(2, 1, 1, 2);
    const auto engine = make(topology, timing(10, 25, 20));
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    const std::uint32_t low = 0, low_east = 1, high = 2, high_east = 3;
    source.add(low, 100, low_east);
    source.add(high, 103, high_east);
    source.add(low_east, 100, low);
    engine->run_timestep(source, sink, executor_);
    EXPECT_THAT(times(sink.at(low_east)), ElementsAre(110 + 25 + 2));
    EXPECT_THAT(times(sink.at(high_east)), ElementsAre(130 + 25 + 2));
    EXPECT_THAT(times(sink.at(low)), ElementsAre(110 + 25 + 2));
    EXPECT_EQ(engine->crossing(0, Direction::east).packets, 2u);
    EXPECT_EQ(engine->crossing(0, Direction::east).waited, 17);
    EXPECT_EQ(engine->crossing(1, Direction::west).waited, 0);
    EXPECT_EQ(engine->link(TileId{high}, Direction::east).waited, 0) << "the link was free";
    EXPECT_EQ(engine->counters().waited, 17);
}

// Packets of three rows that come at once are served by source; the link of each row could take
// them every 3 ps, the channel every 20.
TEST_P(ContendedBoardOf, EqualTimesGoBySource) {
    const Topology topology = board(2, 1, 1, 3);
    NocTiming t = timing(10, 25, 20);
    t.link_occupancy = 3;
    const auto engine = make(topology, t);
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    for (const std::uint32_t row : {2, 0, 1}) {
        source.add(2 * row, 0, 2 * row + 1);
        source.add(2 * row, 0, 2 * row + 1);
    }
    engine->run_timestep(source, sink, executor_);
    // At the channel: 10 (rows 0, 1, 2), then 13 (rows 0, 1, 2).
    for (std::uint32_t row = 0; row < 3; ++row) {
        EXPECT_THAT(times(sink.at(2 * row + 1)),
                    ElementsAre(10 + 20 * row + 27, 10 + 20 * (row + 3) + 27));
    }
}

// One source, two columns, one time: the lower column goes first, whatever was injected first.
TEST_P(ContendedBoardOf, EqualTimesOfOneSourceGoByColumn) {
    const Topology topology = board(1, 2, 2, 1);
    const auto engine = make(topology, timing(0, 25, 20));
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    source.add(0, 5, 3);
    source.add(0, 5, 2);
    engine->run_timestep(source, sink, executor_);
    EXPECT_THAT(times(sink.at(2)), ElementsAre(5 + 27));
    EXPECT_THAT(times(sink.at(3)), ElementsAre(25 + 27));
}

// Copies of a spike that come over one link are one packet on the channel; over two, they are two.
TEST_P(ContendedBoardOf, CopiesOfASpikeCrossTogetherIfTheyCameTogether) {
    const Topology topology = board(1, 2, 2, 2);
    NocTiming t = timing(0, 25, 20);
    t.multicast = Multicast::tree;
    const auto engine = make(topology, t);
    ListedSource source(topology.sources());
    RecordingSink sink(topology.cores());
    for (const std::uint32_t core : {4, 5, 6}) {  // columns 0, 1, 0 of the upper chip
        source.add_raw(0, {5, SpikePacket::pack(core, 0), 0, 1, 7});
    }
    engine->run_timestep(source, sink, executor_);
    EXPECT_EQ(engine->crossing(0, Direction::north).packets, 2u);
    EXPECT_EQ(engine->counters().crossings, 2u);
    EXPECT_THAT(times(sink.at(4)), ElementsAre(5 + 27));
    EXPECT_THAT(times(sink.at(6)), ElementsAre(5 + 27));
    EXPECT_THAT(times(sink.at(5)), ElementsAre(25 + 27));
}

// Enough packets that the sweep uses its threads.
TEST(BoardThreads, SameResultWithOneAndTwoThreads) {
    const Topology topology = board(3, 2, 3, 4, 2);
    NocTiming t = timing(4'100, 9'000, 2'500);
    t.link_occupancy = 1'500;
    t.ejection_occupancy = 1'000;
    TrafficShape shape;
    shape.spikes_per_source = 20;
    shape.packets_per_spike = 4;
    shape.largest_gap = 30'000;
    ListedSource traffic = make_traffic(topology, shape, 5);
    const auto reference = make_event_reference(topology, t);
    Executor one(1), two(2);
    RecordingSink expected(topology.cores());
    reference->run_timestep(traffic, expected, one);
    for (Executor* executor : {&one, &two}) {
        const auto sweep = make_link_sweep(topology, t);
        for (int again = 0; again < 2; ++again) {  // threads are for the second timestep on
            RecordingSink found(topology.cores());
            sweep->run_timestep(traffic, found, *executor);
            for (std::uint32_t core = 0; core < topology.cores(); ++core) {
                ASSERT_EQ(times(found.at(core)), times(expected.at(core))) << core;
            }
        }
        EXPECT_EQ(sweep->counters().waited, 2 * reference->counters().waited);
    }
    EXPECT_GT(reference->counters().crossings, 1000u);
}

TEST(BoardErrors, ChipsDivideTheMesh) {
    Topology topology = board(2, 1, 3, 3);
    topology.width = 7;
    for (const auto make : {make_link_sweep, make_event_reference, make_loosely_timed}) {
        try {
            make(topology, {});
            FAIL();
        } catch (const ConfigError& error) {
            EXPECT_THAT(error.what(), HasSubstr("7 x 3 tiles in chips of 3 x 3"));
        }
    }
}

TEST(BoardErrors, ATorusIsNoBoard) {
    Topology topology = board(2, 1, 3, 3);
    topology.torus = true;
    try {
        make_cycle_accurate(topology, {});
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot be a torus"));
    }
}

}  // namespace
}  // namespace cortile
