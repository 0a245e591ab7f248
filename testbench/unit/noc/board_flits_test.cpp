// SPDX-License-Identifier: Apache-2.0
// Flits between the chips of a board: what the channel takes by hand, and nothing lost or stuck.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "noc/flit/flit_network.h"
#include "noc/routing/routing_policy.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

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

class Recorder final : public FlitReceiver {
  public:
    std::vector<Cycle> cycles;
    std::vector<std::uint64_t> users;
    void received(const FlitPacket& packet, Cycle now) override {
        cycles.push_back(now);
        users.push_back(packet.user);
    }
};

FlitPacket packet(std::uint32_t source, std::uint32_t destination, std::uint32_t flits,
                  std::uint64_t user = 0) {
    FlitPacket result;
    result.source = source;
    result.destination = destination;
    result.flits = flits;
    result.user = user;
    return result;
}

std::unique_ptr<FlitNetwork> network(const Topology& topology, const RouterParameters& parameters,
                                     const std::string& routing = "xy") {
    return std::make_unique<FlitNetwork>(
        topology, parameters, make_routing(routing, topology, parameters.virtual_channels));
}

// A router and link of 5 cycles: a head takes 5 h + 7 from interface to arrival, and 3 + 7 more for
// each channel. The flits behind it are 1 cycle apart, 3 behind a channel; route computation and VC
// allocation are the head's alone, so that in each router they catch up 2 cycles, but not beyond 1
// apart.
TEST(BoardFlits, LonePacketForEveryPairOfCores) {
    const Topology topology = board(3, 2, 2, 2, 2);
    RouterParameters p;
    p.crossing_cycles = 3;
    p.crossing_latency = 7;
    for (std::uint32_t from = 0; from < topology.cores(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            for (const std::uint32_t flits : {1, 4}) {
                const auto noc = network(topology, p);
                Recorder recorder;
                noc->send(packet(from, to, flits));
                while (!noc->is_idle()) {
                    noc->step(recorder);
                }
                const TileId end = topology.tile_of_core(CoreId{to});
                TileId at = topology.tile_of_core(CoreId{from});
                const TileId start = at;
                Cycle expected = 7, behind = flits - 1;
                while (at != end) {
                    const bool along_x = topology.x(at) != topology.x(end);
                    const TileId next =
                        along_x
                            ? topology.tile(topology.x(at) < topology.x(end) ? topology.x(at) + 1
                                                                             : topology.x(at) - 1,
                                            topology.y(at))
                            : topology.tile(topology.x(at), topology.y(at) < topology.y(end)
                                                                ? topology.y(at) + 1
                                                                : topology.y(at) - 1);
                    expected += 5;
                    behind = std::max<Cycle>(flits - 1, behind - 2);
                    if (topology.chip(next) != topology.chip(at)) {
                        expected += 10;
                        behind = std::max<Cycle>(3 * (flits - 1), behind);
                    }
                    at = next;
                }
                behind = std::max<Cycle>(flits - 1, behind - 2);
                ASSERT_EQ(recorder.cycles, std::vector<Cycle>{expected + behind})
                    << from << " -> " << to << ", " << flits << " flits";
                EXPECT_EQ(zero_load_latency(p, topology.hops(start, end), flits,
                                            topology.crossings(start, end)),
                          expected + flits - 1);
            }
        }
    }
}

// Both rows' heads come to the channel in the same cycle: the lower row's goes first, the other
// waits for the 4 cycles that it takes.
TEST(BoardFlits, RowsShareTheChannelOfTheirSide) {
    RouterParameters p;
    p.crossing_cycles = 4;
    const auto noc = network(board(2, 1, 1, 2), p);
    Recorder recorder;
    noc->send(packet(2, 3, 1, 1));
    noc->send(packet(0, 1, 1, 0));
    while (!noc->is_idle()) {
        noc->step(recorder);
    }
    const Cycle first = zero_load_latency(p, 1, 1, 1);
    EXPECT_EQ(recorder.users, (std::vector<std::uint64_t>{0, 1}));
    EXPECT_EQ(recorder.cycles, (std::vector<Cycle>{first, first + 4}));
    EXPECT_EQ(noc->channel(0, kEast).flits, 2u);
    EXPECT_EQ(noc->channel(0, kEast).waited, 4u);
    EXPECT_EQ(noc->channel(1, kWest).flits, 0u);
}

// Four rows that send all the time share one flit in 3 cycles, evenly.
TEST(BoardFlits, ChannelIsTheBottleneckAndFair) {
    const Topology topology = board(2, 1, 1, 4);
    RouterParameters p;
    p.crossing_cycles = 3;
    p.crossing_latency = 5;
    const auto noc = network(topology, p);
    Recorder recorder;
    for (int i = 0; i < 1000; ++i) {
        for (std::uint32_t row = 0; row < 4; ++row) {
            noc->send(packet(2 * row, 2 * row + 1, 1, row));
        }
    }
    for (Cycle cycle = 0; cycle < 3000; ++cycle) {
        noc->step(recorder);
    }
    EXPECT_NEAR(static_cast<double>(recorder.users.size()), 1000, 10);
    for (std::uint64_t row = 0; row < 4; ++row) {
        EXPECT_NEAR(
            static_cast<double>(std::count(recorder.users.begin(), recorder.users.end(), row)), 250,
            4);
    }
}

// One flit is on its way or waiting at a time: the next can leave when its credit is back. From
// switch to switch: 1 + 1 to the channel, 3 on it, 20 of wire, 3 through the next router to the
// switch, and 1 + 1 + 20 back for the credit.
TEST(BoardFlits, CreditsCrossTheChannelToo) {
    RouterParameters p;
    p.virtual_channels = 1;
    p.buffer_flits = 1;
    p.crossing_cycles = 3;
    p.crossing_latency = 20;
    const auto rate = [&] {
        const auto noc = network(board(2, 1, 1, 1), p);
        Recorder recorder;
        for (int i = 0; i < 200; ++i) {
            noc->send(packet(0, 1, 1));
        }
        while (!noc->is_idle()) {
            noc->step(recorder);
        }
        return recorder.cycles[150] - recorder.cycles[149];
    };
    const Cycle near = [&] {
        const std::uint32_t wire = p.crossing_latency;
        p.crossing_latency = 0;
        const Cycle result = rate();
        p.crossing_latency = wire;
        return result;
    }();
    EXPECT_EQ(rate(), near + 2 * 20);
}

struct Load {
    std::string routing;
    std::uint32_t virtual_channels, buffer_flits, packet_flits;
};

// More than the channels carry, through the least buffers: everything arrives all the same.
TEST(BoardFlits, NothingIsLostOrStuckUnderAnyRouting) {
    const Topology topology = board(2, 2, 2, 3, 2);
    for (const Load& load : {Load{"xy", 1, 1, 1}, Load{"yx", 1, 2, 3}, Load{"o1turn", 2, 1, 2},
                             Load{"west_first", 1, 1, 1}, Load{"odd_even", 2, 3, 4}}) {
        CycleAccurateTiming timing;
        timing.routing = load.routing;
        timing.packet_flits = load.packet_flits;
        timing.router.virtual_channels = load.virtual_channels;
        timing.router.buffer_flits = load.buffer_flits;
        timing.router.crossing_cycles = 3;
        timing.router.crossing_latency = 6;
        timing.clock_period = 1;
        const auto engine = make_cycle_accurate(topology, timing);
        Executor executor(1);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            TrafficShape shape;
            shape.spikes_per_source = 15;
            shape.packets_per_spike = 3;
            shape.largest_gap = 20;
            ListedSource traffic = make_traffic(topology, shape, seed);
            RecordingSink sink(topology.cores());
            engine->run_timestep(traffic, sink, executor);
            ASSERT_EQ(sink.packets(), traffic.packets()) << load.routing << " seed " << seed;
        }
        EXPECT_GT(engine->counters().crossings, 500u);
        EXPECT_GT(engine->crossing(0, Direction::east).waited, 0);
        engine->clear_counters();
        EXPECT_EQ(engine->counters().crossings, 0u);
        EXPECT_EQ(engine->crossing(0, Direction::east).packets, 0u);
    }
}

TEST(BoardFlits, ALonePacketTakesTheSameTimeAtEveryLevel) {
    const Topology topology = board(2, 2, 2, 2);
    CycleAccurateTiming timing;
    timing.clock_period = 800;
    timing.router.crossing_cycles = 3;
    timing.router.crossing_latency = 5;
    const NocTiming approximate = approximate_timing(timing);
    Executor executor(1);
    for (std::uint32_t from = 0; from < topology.cores(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            ListedSource source(topology.sources());
            source.add(from, 1'600, to, 42);
            std::set<Picoseconds> times;
            for (const auto& engine :
                 {make_cycle_accurate(topology, timing), make_link_sweep(topology, approximate),
                  make_loosely_timed(topology, approximate)}) {
                RecordingSink sink(topology.cores());
                engine->run_timestep(source, sink, executor);
                ASSERT_EQ(sink.at(to).size(), 1u) << engine->name();
                times.insert(sink.at(to)[0].time());
                EXPECT_EQ(engine->counters().waited, 0) << engine->name();
                EXPECT_EQ(engine->counters().crossings,
                          topology.crossings(TileId{from}, TileId{to}));
            }
            EXPECT_EQ(times.size(), 1u) << from << " -> " << to;
        }
    }
}

// Under light load the channels of both levels are as busy, and packets wait for them about as
// long.
TEST(BoardFlits, LevelsAgreeOnTheUseOfChannels) {
    const Topology topology = board(2, 1, 2, 3);
    CycleAccurateTiming timing;
    timing.clock_period = 1;
    timing.router.crossing_cycles = 4;
    TrafficShape shape;
    shape.spikes_per_source = 200;
    shape.largest_gap = 120;
    ListedSource traffic = make_traffic(topology, shape, 3);
    Executor executor(1);
    const auto exact = make_cycle_accurate(topology, timing);
    const auto sweep = make_link_sweep(topology, approximate_timing(timing));
    for (NocEngine* engine : {exact.get(), sweep.get()}) {
        RecordingSink sink(topology.cores());
        engine->run_timestep(traffic, sink, executor);
    }
    for (const auto& [chip, direction] :
         {std::pair{0u, Direction::east}, std::pair{1u, Direction::west}}) {
        const LinkCounters a = exact->crossing(chip, direction),
                           b = sweep->crossing(chip, direction);
        EXPECT_EQ(a.packets, b.packets);
        EXPECT_GT(b.waited, 100);
        EXPECT_NEAR(static_cast<double>(a.waited), static_cast<double>(b.waited),
                    0.15 * static_cast<double>(b.waited));
    }
}

}  // namespace
}  // namespace cortile
