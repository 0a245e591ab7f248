// SPDX-License-Identifier: Apache-2.0
// Packets that links lose or change: how many, which, and that all are accounted for.
#include "noc/engines/faulty_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "hw_model/base/error.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::ListedSource;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

Topology chip() {
    Topology topology;
    topology.width = 6;
    topology.height = 5;
    topology.cores_per_tile = 2;
    topology.external_ports = {TileId{7u}};
    return topology;
}

std::unique_ptr<NocEngine> engine_of(const std::string& level, const Topology& topology) {
    CycleAccurateTiming timing;
    const NocTiming approximate = approximate_timing(timing);
    return level == "cycle_accurate"  ? make_cycle_accurate(topology, timing)
           : level == "loosely_timed" ? make_loosely_timed(topology, approximate)
                                      : make_link_sweep(topology, approximate);
}

// Some packets of a source have the same target.
ListedSource traffic(const Topology& topology, std::uint64_t seed) {
    ListedSource unlike =
        testing_noc::make_traffic(topology, TrafficShape{40, 3, 3000, 700, 20, 5, 10}, seed);
    ListedSource source(topology.sources());
    for (std::uint32_t s = 0; s < topology.sources(); ++s) {
        for (const SpikePacket& packet : unlike.lists()[s]) {
            source.add(s, packet.time(), packet.core(), packet.address() % 4);
        }
    }
    return source;
}

using Key = std::pair<std::uint32_t, std::uint32_t>;  // source, target

struct Outcome {
    std::map<Key, unsigned> arrived;
    std::vector<std::vector<std::tuple<Picoseconds, std::uint32_t, std::uint32_t>>> in_order;
    TransientFaultCounts counts;
    std::uint64_t injected = 0, delivered = 0;
};

struct Case {
    std::string level = "approximately_timed";
    TransientFaultRates rates;
    unsigned threads = 1;
    std::uint64_t timesteps = 2;
    PacketPayload payload = {};
};

Outcome run(const ListedSource& listed, const Case& how) {
    const Topology topology = chip();
    ListedSource source = listed;
    FaultyEngine engine(
        engine_of(how.level, topology), topology, how.rates,
        [&](TileId from, TileId to) { return topology.hops(from, to); }, how.payload);
    RecordingSink sink(topology.cores());
    Executor executor(how.threads);
    Outcome outcome;
    for (std::uint64_t t = 0; t < how.timesteps; ++t) {
        engine.begin_timestep(t);
        engine.run_timestep(source, sink, executor);
        outcome.injected += source.packets();
    }
    outcome.in_order.resize(topology.cores());
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        for (const SpikePacket& packet : sink.at(core)) {
            ++outcome.arrived[{packet.source(), packet.target()}];
            outcome.in_order[core].emplace_back(packet.time(), packet.source(), packet.target());
        }
    }
    outcome.counts = engine.counts();
    outcome.delivered = sink.packets();
    EXPECT_EQ(outcome.injected, outcome.delivered + engine.lost());
    EXPECT_EQ(engine.counters().packets, outcome.injected);
    return outcome;
}

TransientFaultRates rates(double drop, double corrupt = 0, bool detect = true,
                          std::uint64_t seed = 1) {
    return {drop, corrupt, detect, seed};
}

TEST(FaultyEngine, NothingIsLostAtRatesOfZero) {
    const ListedSource source = traffic(chip(), 1);
    const Outcome outcome = run(source, {"approximately_timed", rates(0)});
    EXPECT_EQ(outcome.delivered, outcome.injected);
    EXPECT_EQ(outcome.counts.lost(), 0u);
    // As without, packet by packet.
    const Topology topology = chip();
    ListedSource same = source;
    RecordingSink sink(topology.cores());
    Executor executor(1);
    const auto engine = engine_of("approximately_timed", topology);
    engine->run_timestep(same, sink, executor);
    engine->run_timestep(same, sink, executor);
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        ASSERT_EQ(outcome.in_order[core].size(), sink.at(core).size());
        for (std::size_t i = 0; i < sink.at(core).size(); ++i) {
            EXPECT_EQ(outcome.in_order[core][i],
                      std::tuple(sink.at(core)[i].time(), sink.at(core)[i].source(),
                                 sink.at(core)[i].target()));
        }
    }
}

TEST(FaultyEngine, NothingArrivesAtARateOfOne) {
    const Outcome dropped = run(traffic(chip(), 1), {"approximately_timed", rates(1)});
    EXPECT_EQ(dropped.delivered, 0u);
    EXPECT_EQ(dropped.counts.dropped, dropped.injected);
    const Outcome changed = run(traffic(chip(), 1), {"approximately_timed", rates(0, 1)});
    EXPECT_EQ(changed.delivered, 0u);
    EXPECT_EQ(changed.counts.detected, changed.injected);
}

// A packet over n links and the port into the core survives with probability (1 - p)^(n + 1).
TEST(FaultyEngine, LossesAreBinomialOverTheLinksCrossed) {
    const Topology topology = chip();
    const ListedSource source = traffic(topology, 3);
    for (const bool drops : {true, false}) {
        const double rate = 0.1;
        const Outcome outcome =
            run(source, {"approximately_timed", drops ? rates(rate) : rates(0, rate), 1, 6});
        std::map<std::uint32_t, std::uint64_t> sent, arrived;
        for (const auto& list : source.lists()) {
            for (const SpikePacket& packet : list) {
                sent[topology.hops(topology.tile_of_source(packet.source()),
                                   topology.tile_of_core(CoreId{packet.core()}))] += 6;
            }
        }
        for (const auto& [key, count] : outcome.arrived) {
            const SpikePacket packet(0, key.second, key.first);
            arrived[topology.hops(topology.tile_of_source(packet.source()),
                                  topology.tile_of_core(CoreId{packet.core()}))] += count;
        }
        ASSERT_GE(sent.size(), 9u);
        for (const auto& [hops, count] : sent) {
            const double n = static_cast<double>(count);
            const double survives = std::pow(1 - rate, hops + 1);
            const double sigma = std::sqrt(n * survives * (1 - survives));
            EXPECT_NEAR(static_cast<double>(arrived[hops]), n * survives, 4 * sigma + 1)
                << hops << " hops, drops " << drops;
        }
    }
}

TEST(FaultyEngine, TheSamePacketsAreHitAtEveryLevelAndWithTwoThreads) {
    const ListedSource source = traffic(chip(), 5);
    const Outcome one = run(source, {"approximately_timed", rates(0.05, 0.05)});
    ASSERT_GT(one.counts.dropped, 100u);
    ASSERT_GT(one.counts.detected, 100u);
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        const Outcome other = run(source, {level, rates(0.05, 0.05)});
        EXPECT_EQ(other.arrived, one.arrived) << level;
        EXPECT_EQ(other.counts.dropped, one.counts.dropped) << level;
    }
    EXPECT_EQ(run(source, {"approximately_timed", rates(0.05, 0.05), 2}).in_order, one.in_order);
    EXPECT_NE(run(source, {"approximately_timed", rates(0.05, 0.05, true, 2)}).arrived,
              one.arrived);
}

TEST(FaultyEngine, TimestepsAndPassesAreHitIndependently) {
    const Topology topology = chip();
    ListedSource source(topology.sources());
    for (std::uint32_t s = 0; s < topology.cores(); ++s) {
        source.add(s, 0, (s + 7) % topology.cores());
    }
    FaultyEngine engine(engine_of("loosely_timed", topology), topology, rates(0.2),
                        [&](TileId, TileId) { return 0u; });
    RecordingSink sink(topology.cores());
    Executor executor(1);
    std::vector<std::vector<bool>> survived;
    for (std::uint64_t timestep = 0; timestep < 2; ++timestep) {
        engine.begin_timestep(timestep);
        for (int pass = 0; pass < 2; ++pass) {
            sink.clear();
            engine.run_timestep(source, sink, executor);
            survived.emplace_back();
            for (std::uint32_t core = 0; core < topology.cores(); ++core) {
                survived.back().push_back(!sink.at(core).empty());
            }
        }
    }
    for (std::size_t a = 0; a < survived.size(); ++a) {
        for (std::size_t b = a + 1; b < survived.size(); ++b) {
            EXPECT_NE(survived[a], survived[b]) << a << " " << b;
        }
    }
}

TEST(FaultyEngine, UndetectedChangesFlipOneBitAndLeadToKnownAddressesOnly) {
    const Topology topology = chip();
    ListedSource source(topology.sources());
    for (std::uint32_t s = 0; s < topology.cores(); ++s) {
        for (std::uint32_t i = 0; i < 50; ++i) {
            source.add(s, i, (s + 3) % topology.cores(), 5);
        }
    }
    Case how{"loosely_timed", rates(0, 1, false), 1, 1};
    how.payload.address_bits = 3;
    how.payload.value_bits = 2;
    how.payload.known_addresses.assign(topology.cores(), {4, 5, 7});  // not 5 ^ 4 = 1
    FaultyEngine engine(
        engine_of("loosely_timed", topology), topology, how.rates,
        [&](TileId, TileId) { return 1u; }, how.payload);
    RecordingSink sink(topology.cores());
    Executor executor(1);
    engine.run_timestep(source, sink, executor);
    std::map<std::pair<std::uint32_t, std::uint32_t>, unsigned> seen;  // address, value
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        for (const SpikePacket& packet : sink.at(core)) {
            EXPECT_EQ(packet.core(), core);
            ++seen[{packet.address(), packet.value()}];
        }
    }
    const auto flips = testing::UnorderedElementsAre(
        testing::Key(std::pair(4u, 1u)), testing::Key(std::pair(7u, 1u)),
        testing::Key(std::pair(5u, 0u)), testing::Key(std::pair(5u, 3u)));
    EXPECT_THAT(seen, flips);
    const TransientFaultCounts counts = engine.counts();
    EXPECT_EQ(counts.altered, sink.packets());
    EXPECT_EQ(counts.altered + counts.unknown, source.packets());
    const double n = static_cast<double>(source.packets());
    EXPECT_NEAR(static_cast<double>(counts.unknown), n / 5, 4 * std::sqrt(n * 0.16));
    EXPECT_EQ(counts.dropped + counts.detected, 0u);
}

TEST(FaultyEngine, RatesAndPayloadsThatCannotBeAreContradictions) {
    const Topology topology = chip();
    const auto make = [&](const TransientFaultRates& wrong) {
        FaultyEngine(engine_of("loosely_timed", topology), topology, wrong,
                     [](TileId, TileId) { return 1u; });
    };
    EXPECT_THROW(make(rates(-0.1)), ContractViolation);
    EXPECT_THROW(make(rates(0, 1.5)), ContractViolation);
    EXPECT_THROW(make(rates(0, 0.5, false)), ContractViolation);
}

}  // namespace
}  // namespace cortile
