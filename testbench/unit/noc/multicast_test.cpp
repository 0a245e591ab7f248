// SPDX-License-Identifier: Apache-2.0
// Copies of one spike for several cores: where they go, over which links, and how often.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "noc/routing/hamiltonian.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing::HasSubstr;
using testing_noc::Draws;
using testing_noc::ListedSource;
using testing_noc::RecordingSink;

struct Spike {
    std::uint32_t source = 0;
    Picoseconds time = 0;
    std::vector<std::uint32_t> cores;  // ascending
};

Topology mesh(std::uint32_t width, std::uint32_t height, std::uint32_t cores_per_tile = 1) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    topology.cores_per_tile = cores_per_tile;
    topology.external_ports = {TileId{0u}};
    return topology;
}

std::vector<Spike> random_spikes(const Topology& topology, std::uint32_t per_source,
                                 std::uint32_t largest_gap, std::uint64_t seed) {
    std::vector<Spike> spikes;
    for (std::uint32_t s = 0; s < topology.sources(); ++s) {
        Draws draws(seed, s);
        Picoseconds time = 0;
        for (std::uint32_t i = 0; i < per_source; ++i) {
            time += draws.between(0, largest_gap);
            std::set<std::uint32_t> cores;
            const std::uint32_t count = 1 + draws.below(std::min(topology.cores(), 12u));
            while (cores.size() < count) {
                cores.insert(draws.below(topology.cores()));
            }
            spikes.push_back({s, time, {cores.begin(), cores.end()}});
        }
    }
    return spikes;
}

// The index of the spike is the address of its packets.
ListedSource source_of(const Topology& topology, const std::vector<Spike>& spikes) {
    ListedSource source(topology.sources());
    for (std::uint32_t i = 0; i < spikes.size(); ++i) {
        for (const std::uint32_t core : spikes[i].cores) {
            source.add_raw(spikes[i].source,
                           {spikes[i].time, SpikePacket::pack(core, i), spikes[i].source, 1,
                            spikes[i].cores.size() > 1 ? i % SpikePacket::kMaxGroup + 1 : 0});
        }
    }
    return source;
}

constexpr Picoseconds kCycle = 1000;

CycleAccurateTiming routers(Multicast multicast) {
    CycleAccurateTiming timing;
    timing.multicast = multicast;
    timing.routing = multicast == Multicast::path ? "hamiltonian" : "xy";
    timing.clock_period = kCycle;
    timing.relay = 3 * kCycle;
    return timing;
}

std::unique_ptr<NocEngine> make(const std::string& level, const Topology& topology,
                                const CycleAccurateTiming& timing) {
    return level == "cycle_accurate"  ? make_cycle_accurate(topology, timing)
           : level == "loosely_timed" ? make_loosely_timed(topology, approximate_timing(timing))
                                      : make_link_sweep(topology, approximate_timing(timing));
}

std::vector<Multicast> kinds_of(const std::string& level) {
    std::vector<Multicast> kinds{Multicast::unicast, Multicast::tree, Multicast::relay};
    if (level == "cycle_accurate") {
        kinds.push_back(Multicast::path);
    }
    return kinds;
}

using Link = std::pair<std::uint32_t, unsigned>;  // tile, direction

std::uint32_t step(const Topology& topology, std::set<Link>& links, std::uint32_t tile,
                   unsigned direction) {
    links.insert({tile, direction});
    return topology.neighbour(TileId{tile}, direction)->value;
}

// X, then Y.
void add_way(const Topology& topology, std::set<Link>& links, std::uint32_t from,
             std::uint32_t to) {
    while (topology.x(TileId{from}) != topology.x(TileId{to})) {
        from = step(
            topology, links, from,
            topology.x(TileId{from}) < topology.x(TileId{to}) ? Topology::kEast : Topology::kWest);
    }
    while (from != to) {
        from = step(topology, links, from, from < to ? Topology::kNorth : Topology::kSouth);
    }
}

std::uint32_t tile_of(const Topology& topology, std::uint32_t core) {
    return topology.tile_of_core(CoreId{core}).value;
}

// Links that one spike takes, counted as often as it takes them.
std::uint64_t expected_hops(const Topology& topology, const Spike& spike, Multicast multicast) {
    const std::uint32_t from = topology.tile_of_source(spike.source).value;
    std::uint64_t hops = 0;
    const auto distance = [&](std::uint32_t a, std::uint32_t b) {
        return topology.hops(TileId{a}, TileId{b});
    };
    switch (multicast) {
        case Multicast::unicast:
            for (const std::uint32_t core : spike.cores) {
                hops += distance(from, tile_of(topology, core));
            }
            return hops;
        case Multicast::tree: {
            std::set<Link> links;
            for (const std::uint32_t core : spike.cores) {
                add_way(topology, links, from, tile_of(topology, core));
            }
            return links.size();
        }
        case Multicast::path: {
            const auto label = [&](std::uint32_t tile) {
                return static_cast<std::int64_t>(hamiltonian_label(topology, TileId{tile}));
            };
            for (const int sign : {1, -1}) {
                std::map<std::int64_t, std::uint32_t> stops;
                for (const std::uint32_t core : spike.cores) {
                    const std::uint32_t tile = tile_of(topology, core);
                    if (sign * (label(tile) - label(from)) > 0) {
                        stops[sign * label(tile)] = tile;
                    }
                }
                std::uint32_t at = from;
                for (const auto& [order, tile] : stops) {
                    hops += distance(at, tile);
                    at = tile;
                }
            }
            return hops;
        }
        case Multicast::relay: {
            std::set<std::uint32_t> left(spike.cores.begin(), spike.cores.end());
            std::uint32_t at = from;
            while (!left.empty()) {
                const std::uint32_t next =
                    *std::min_element(left.begin(), left.end(), [&](auto a, auto b) {
                        return distance(at, tile_of(topology, a)) <
                               distance(at, tile_of(topology, b));
                    });
                hops += distance(at, tile_of(topology, next));
                at = tile_of(topology, next);
                left.erase(next);
            }
            return hops;
        }
    }
    return hops;
}

using Shape = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
const std::vector<Shape> kShapes{{1, 1, 3}, {5, 1, 1}, {1, 6, 2}, {3, 4, 1}, {8, 8, 1}, {4, 3, 4}};

class Levels : public testing::TestWithParam<std::string> {};

TEST_P(Levels, EachCopyArrivesOnceAndAtItsCore) {
    Executor executor(1);
    for (const auto& [width, height, cores] : kShapes) {
        const Topology topology = mesh(width, height, cores);
        for (const Multicast multicast : kinds_of(GetParam())) {
            for (std::uint64_t seed = 0; seed < 4; ++seed) {
                const auto engine = make(GetParam(), topology, routers(multicast));
                const auto spikes = random_spikes(topology, 6, 20 * kCycle, seed);
                ListedSource source = source_of(topology, spikes);
                RecordingSink sink(topology.cores());
                engine->run_timestep(source, sink, executor);
                std::multiset<std::pair<std::uint32_t, std::uint32_t>> sent, arrived;
                for (std::uint32_t i = 0; i < spikes.size(); ++i) {
                    for (const std::uint32_t core : spikes[i].cores) {
                        sent.insert({core, i});
                    }
                }
                for (std::uint32_t core = 0; core < topology.cores(); ++core) {
                    for (const SpikePacket& packet : sink.at(core)) {
                        arrived.insert({core, packet.address()});
                        EXPECT_EQ(packet.core(), core);
                    }
                }
                ASSERT_EQ(sent, arrived)
                    << name_of(multicast) << " on " << width << "x" << height << " seed " << seed;
                EXPECT_EQ(engine->counters().packets, sent.size());
                EXPECT_EQ(engine->counters().injected,
                          multicast == Multicast::unicast ? sent.size() : spikes.size());
            }
        }
    }
}

// What energy is counted from.
TEST_P(Levels, LinksAreUsedAsOftenAsTheKindOfMulticastSays) {
    Executor executor(1);
    for (const auto& [width, height, cores] : kShapes) {
        const Topology topology = mesh(width, height, cores);
        for (const Multicast multicast : kinds_of(GetParam())) {
            const auto engine = make(GetParam(), topology, routers(multicast));
            const auto spikes = random_spikes(topology, 5, 10 * kCycle, 7);
            ListedSource source = source_of(topology, spikes);
            RecordingSink sink(topology.cores());
            engine->run_timestep(source, sink, executor);
            std::uint64_t expected = 0, on_links = 0;
            for (const Spike& spike : spikes) {
                expected += expected_hops(topology, spike, multicast);
            }
            for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
                for (const Direction direction :
                     {Direction::east, Direction::west, Direction::north, Direction::south}) {
                    on_links += engine->link(TileId{tile}, direction).packets;
                }
            }
            const NocCounters counters = engine->counters();
            EXPECT_EQ(counters.hops_x + counters.hops_y, expected)
                << name_of(multicast) << " on " << width << "x" << height;
            EXPECT_EQ(on_links, expected) << name_of(multicast) << " on " << width << "x" << height;
        }
    }
}

TEST_P(Levels, CopiesOfATreeThatMeetNothingComeWhenPacketsOfTheirOwnWould) {
    const Topology topology = mesh(6, 5);
    Executor executor(1);
    const auto engine = make(GetParam(), topology, routers(Multicast::tree));
    // The last core of each column and of each row: from (2, 2) all ways part without waiting.
    const Spike spike{14, 0, {2, 12, 17, 26}};
    ListedSource source = source_of(topology, {spike});
    RecordingSink sink(topology.cores());
    engine->run_timestep(source, sink, executor);
    for (const std::uint32_t core : spike.cores) {
        ASSERT_EQ(sink.at(core).size(), 1u);
        const Picoseconds unloaded =
            kCycle * zero_load_latency({}, topology.hops(TileId{14u}, TileId{core}), 1);
        const Picoseconds late = sink.at(core)[0].time() - unloaded;
        // A router sends its branches one after another.
        EXPECT_GE(late, 0) << core;
        EXPECT_LE(late, GetParam() == "cycle_accurate" ? 3 * 2 * kCycle : 0) << core;
    }
}

TEST_P(Levels, ARelayedCopyComesAfterTheOneBeforeItsRelayAndItsWay) {
    const Topology topology = mesh(4, 1);
    Executor executor(1);
    const auto engine = make(GetParam(), topology, routers(Multicast::relay));
    ListedSource source = source_of(topology, {{0, 0, {1, 3}}});
    RecordingSink sink(topology.cores());
    engine->run_timestep(source, sink, executor);
    const Picoseconds first = kCycle * zero_load_latency({}, 1, 1);
    ASSERT_EQ(sink.at(1).size(), 1u);
    EXPECT_EQ(sink.at(1)[0].time(), first);
    ASSERT_EQ(sink.at(3).size(), 1u);
    EXPECT_EQ(sink.at(3)[0].time(), first + 3 * kCycle + kCycle * zero_load_latency({}, 2, 1));
}

// What a core relays late does not hold back what it relays early.
TEST_P(Levels, ARelayDoesNotWaitForOneThatComesLater) {
    const Topology topology = mesh(8, 1);
    Executor executor(1);
    const auto engine = make(GetParam(), topology, routers(Multicast::relay));
    ListedSource source = source_of(topology, {{0, 0, {1, 2, 3}}, {3, 1'000 * kCycle, {2, 6}}});
    RecordingSink sink(topology.cores());
    engine->run_timestep(source, sink, executor);
    ASSERT_EQ(sink.at(3).size(), 1u);
    EXPECT_EQ(sink.at(3)[0].time(), 3 * kCycle * zero_load_latency({}, 1, 1) + 2 * 3 * kCycle);
}

INSTANTIATE_TEST_SUITE_P(Multicast, Levels,
                         testing::Values("loosely_timed", "approximately_timed", "cycle_accurate"),
                         [](const auto& i) { return i.param; });

TEST(MulticastTree, SweepEqualsItsReference) {
    Executor one(1), two(2);
    for (const auto& [width, height, cores] : kShapes) {
        const Topology topology = mesh(width, height, cores);
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            NocTiming timing{7, 5, 3, 4, 6};
            timing.multicast = Multicast::tree;
            const auto sweep = make_link_sweep(topology, timing);
            const auto reference = make_event_reference(topology, timing);
            const auto spikes = random_spikes(topology, 20, seed % 2 == 0 ? 30 : 300, seed);
            ListedSource source = source_of(topology, spikes);
            RecordingSink swept(topology.cores()), expected(topology.cores());
            sweep->run_timestep(source, swept, seed < 3 ? one : two);
            reference->run_timestep(source, expected, one);
            for (std::uint32_t core = 0; core < topology.cores(); ++core) {
                const auto rows = [&](const RecordingSink& sink) {
                    std::vector<std::pair<Picoseconds, std::uint32_t>> result;
                    for (const SpikePacket& packet : sink.at(core)) {
                        result.emplace_back(packet.time(), packet.address());
                    }
                    return result;
                };
                ASSERT_EQ(rows(swept), rows(expected)) << "seed " << seed;
            }
            EXPECT_EQ(sweep->counters().waited, reference->counters().waited);
            EXPECT_EQ(sweep->counters().hops_x, reference->counters().hops_x);
            EXPECT_EQ(sweep->counters().hops_y, reference->counters().hops_y);
        }
    }
}

// Small buffers, one virtual channel, everybody sends to many at once: all of it must come through.
TEST(MulticastInRouters, NeverWaitInACircle) {
    const Topology topology = mesh(5, 5, 2);
    Executor executor(1);
    for (const auto& [multicast, routing, flits] :
         {std::tuple(Multicast::tree, "xy", 1u), std::tuple(Multicast::tree, "yx", 3u),
          std::tuple(Multicast::tree, "west_first", 3u),
          std::tuple(Multicast::tree, "odd_even", 2u),
          std::tuple(Multicast::tree, "hamiltonian", 3u),
          std::tuple(Multicast::path, "hamiltonian", 1u),
          std::tuple(Multicast::path, "hamiltonian", 3u), std::tuple(Multicast::relay, "xy", 3u)}) {
        CycleAccurateTiming timing = routers(multicast);
        timing.routing = routing;
        timing.packet_flits = flits;
        timing.router.virtual_channels = 1;
        timing.router.buffer_flits = flits;
        const auto engine = make_cycle_accurate(topology, timing);
        const auto spikes = random_spikes(topology, 20, 0, 3);
        ListedSource source = source_of(topology, spikes);
        RecordingSink sink(topology.cores());
        engine->run_timestep(source, sink, executor);
        EXPECT_EQ(sink.packets(), source.packets()) << name_of(multicast) << " " << routing;
    }
}

// Packets of several flits, pipelines of other lengths: every flit of every copy arrives.
TEST(MulticastInRouters, WorkInEveryPipeline) {
    const Topology topology = mesh(4, 4);
    Executor executor(1);
    for (const std::uint32_t routing_delay : {0u, 1u, 2u}) {
        for (const bool speculative : {false, true}) {
            for (const std::uint32_t flits : {1u, 4u}) {
                CycleAccurateTiming timing = routers(Multicast::tree);
                timing.router.routing_delay = routing_delay;
                timing.router.speculative = speculative;
                timing.packet_flits = flits;
                const auto engine = make_cycle_accurate(topology, timing);
                const auto spikes = random_spikes(topology, 10, 3 * kCycle, 11);
                ListedSource source = source_of(topology, spikes);
                RecordingSink sink(topology.cores());
                engine->run_timestep(source, sink, executor);
                ASSERT_EQ(sink.packets(), source.packets());
                // A second timestep: nothing of the first is left in the routers.
                engine->run_timestep(source, sink, executor);
                ASSERT_EQ(sink.packets(), 2 * source.packets());
            }
        }
    }
}

TEST(Hamiltonian, WaysAreShortestAndLabelsOnlyRiseOrOnlyFall) {
    for (const auto& [width, height, cores] : kShapes) {
        const Topology topology = mesh(width, height, cores);
        const auto routing = make_hamiltonian(topology, 2);
        for (std::uint32_t from = 0; from < topology.tiles(); ++from) {
            for (std::uint32_t to = 0; to < topology.tiles(); ++to) {
                std::uint32_t hops = 0;
                for (TileId at{from}; at.value != to; ++hops) {
                    RouteOptions options;
                    routing->options({at, 0, TileId{from}, TileId{to}, 0}, options);
                    const TileId next = *topology.neighbour(at, options[0].port);
                    ASSERT_EQ(hamiltonian_label(topology, next) > hamiltonian_label(topology, at),
                              hamiltonian_label(topology, TileId{to}) >
                                  hamiltonian_label(topology, TileId{from}));
                    at = next;
                    ASSERT_LE(hops, topology.tiles());
                }
                ASSERT_EQ(hops, topology.hops(TileId{from}, TileId{to}));
            }
        }
    }
}

std::string error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(MulticastErrors, WhatCannotBeIsRefused) {
    const Topology topology = mesh(3, 3);
    CycleAccurateTiming timing = routers(Multicast::path);
    timing.routing = "xy";
    EXPECT_THAT(error_of([&] { make_cycle_accurate(topology, timing); }),
                HasSubstr("noc.routing: hamiltonian"));
    timing = routers(Multicast::tree);
    timing.packet_flits = timing.router.buffer_flits + 1;
    EXPECT_THAT(error_of([&] { make_cycle_accurate(topology, timing); }),
                HasSubstr("noc.buffer_flits: 9"));
    for (const auto& engine : {make_link_sweep, make_loosely_timed}) {
        EXPECT_THAT(
            error_of([&] { engine(topology, approximate_timing(routers(Multicast::path))); }),
            HasSubstr("cycle_accurate"));
    }
}

}  // namespace
}  // namespace cortile
