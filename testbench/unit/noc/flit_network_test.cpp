// SPDX-License-Identifier: Apache-2.0
// The flit-level network against what its rules give by hand, and nothing lost under any load.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "noc/flit/flit_network.h"

namespace cortile {
namespace {

Topology mesh(std::uint32_t width, std::uint32_t height, std::uint32_t cores_per_tile = 1) {
    Topology topology;
    topology.width = width;
    topology.height = height;
    topology.cores_per_tile = cores_per_tile;
    return topology;
}

struct Receipt {
    FlitPacket packet;
    Cycle cycle = 0;
};

class Recorder final : public FlitReceiver {
  public:
    std::vector<Receipt> receipts;
    void received(const FlitPacket& packet, Cycle now) override {
        receipts.push_back({packet, now});
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

std::vector<RouterParameters> pipelines() {
    std::vector<RouterParameters> all(8);
    all[1].routing_delay = 0;
    all[2].routing_delay = 0;
    all[2].speculative = true;
    all[3].speculative = true;
    all[4].routing_delay = 3;
    all[4].link_latency = 2;
    all[5].vc_allocation_delay = 2;
    all[5].switch_allocation_delay = 3;
    all[6].switch_traversal_delay = 2;
    all[6].credit_delay = 2;
    all[7].virtual_channels = 1;
    all[7].buffer_flits = 16;
    all[7].link_latency = 4;
    return all;
}

class PipelineOf : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Pipelines, PipelineOf, testing::Range<std::size_t>(0, 8));

// Written out once more, from the stages: through every router and link of the way, a cycle of wire
// at either end, and a cycle for each flit behind the first.
TEST_P(PipelineOf, LonePacketTakesItsStagesForEveryPairOfCores) {
    const RouterParameters p = pipelines()[GetParam()];
    const Topology topology = mesh(4, 3, 2);
    const std::uint32_t allocation =
        p.speculative ? 1 : p.vc_allocation_delay + p.switch_allocation_delay;
    const std::uint32_t stages = p.routing_delay + allocation + p.switch_traversal_delay;
    // Body flits need the switch's whole stages, too, if those take a flit in several cycles.
    const std::uint32_t flits =
        p.switch_allocation_delay > 1 || p.switch_traversal_delay > 1 ? 1 : 4;
    for (std::uint32_t from = 0; from < topology.cores(); ++from) {
        for (std::uint32_t to = 0; to < topology.cores(); ++to) {
            const auto noc = network(topology, p);
            Recorder recorder;
            noc->send(packet(from, to, flits));
            while (!noc->is_idle()) {
                noc->step(recorder);
            }
            const std::uint32_t links =
                topology.hops(TileId{std::uint32_t{from / 2}}, TileId{std::uint32_t{to / 2}});
            const Cycle expected =
                1 + (stages + p.link_latency) * links + stages + 1 + 1 + (flits - 1);
            ASSERT_EQ(recorder.receipts.size(), 1u);
            EXPECT_EQ(recorder.receipts[0].cycle, expected) << from << " -> " << to;
            EXPECT_EQ(zero_load_latency(p, links, flits), expected);
        }
    }
}

// Flits a cycle of a stream of packets from core 0: to its neighbour, or to itself.
double stream_rate(const RouterParameters& parameters, std::uint32_t flits,
                   std::uint32_t destination = 1) {
    const unsigned port = destination == 0 ? kFirstLocalPort : kEast;
    const auto noc = network(mesh(2, 1), parameters);
    Recorder recorder;
    constexpr Cycle kWarmup = 200, kCycles = 4200;
    for (std::uint32_t i = 0; i < (kWarmup + kCycles) / flits + 1; ++i) {
        noc->send(packet(0, destination, flits));
    }
    std::uint64_t before = 0;
    while (noc->now() < kWarmup + kCycles) {
        if (noc->now() == kWarmup) {
            before = noc->link(TileId{std::uint32_t{0}}, port).flits;
        }
        noc->step(recorder);
    }
    return static_cast<double>(noc->link(TileId{std::uint32_t{0}}, port).flits - before) / kCycles;
}

RouterParameters one_channel(std::uint32_t buffer_flits) {
    RouterParameters parameters;
    parameters.virtual_channels = 1;
    parameters.buffer_flits = buffer_flits;
    return parameters;
}

// A body flit's slot is free again 5 cycles after it was sent: switch, link, switch allocation
// there, and the credit's way back.
TEST(FlitNetwork, CreditLoopOfBodyFlitsIsFiveCycles) {
    for (const std::uint32_t slots : {1u, 2u, 3u, 4u}) {
        EXPECT_NEAR(stream_rate(one_channel(slots), 2000), slots / 5.0, 0.002) << slots;
    }
}

TEST(FlitNetwork, CreditLoopOfPacketsOfOneFlitIsSevenCycles) {
    for (const std::uint32_t slots : {1u, 2u}) {
        EXPECT_NEAR(stream_rate(one_channel(slots), 1), slots / 7.0, 0.002) << slots;
    }
}

TEST(FlitNetwork, CreditDelayLengthensTheLoop) {
    RouterParameters parameters = one_channel(2);
    parameters.credit_delay = 2;
    EXPECT_NEAR(stream_rate(parameters, 2000), 2 / 7.0, 0.002);
    EXPECT_NEAR(stream_rate(parameters, 1), 2 / 9.0, 0.002);
}

// Into the core it is as long: the core's interface gives the credit back with the flit's arrival.
TEST(FlitNetwork, CreditLoopOfACoreHasTheCreditDelayToo) {
    RouterParameters parameters = one_channel(1);
    EXPECT_NEAR(stream_rate(parameters, 2000, 0), 1 / 5.0, 0.002);
    parameters.credit_delay = 2;
    EXPECT_NEAR(stream_rate(parameters, 2000, 0), 1 / 7.0, 0.002);
}

// A channel's next packet is routed when the one before is gone: two cycles without a flit.
TEST(FlitNetwork, PacketsOfOneChannelFollowAtADistance) {
    for (const std::uint32_t flits : {1u, 2u, 4u, 8u}) {
        EXPECT_NEAR(stream_rate(one_channel(16), flits), flits / (flits + 2.0), 0.002) << flits;
    }
}

TEST(FlitNetwork, LookAheadSavesACycleBetweenPackets) {
    RouterParameters parameters = one_channel(16);
    parameters.routing_delay = 0;
    for (const std::uint32_t flits : {1u, 4u}) {
        EXPECT_NEAR(stream_rate(parameters, flits), flits / (flits + 1.0), 0.002) << flits;
    }
}

TEST(FlitNetwork, LookAheadWithSpeculationFillsTheLink) {
    RouterParameters parameters = one_channel(16);
    parameters.routing_delay = 0;
    parameters.speculative = true;
    EXPECT_NEAR(stream_rate(parameters, 1), 1, 0.002);
}

TEST(FlitNetwork, SinkTakesAFlitACycle) {
    // Two streams meet at one core, from either side.
    const auto noc = network(mesh(3, 1), RouterParameters{});
    Recorder recorder;
    for (int i = 0; i < 1000; ++i) {
        noc->send(packet(0, 1, 4));
        noc->send(packet(2, 1, 4));
    }
    while (noc->now() < 3000) {
        noc->step(recorder);
    }
    EXPECT_NEAR(static_cast<double>(noc->link(TileId{std::uint32_t{1}}, kFirstLocalPort).flits),
                3000, 30);
    // And neither starves.
    std::map<std::uint32_t, int> from;
    for (const Receipt& receipt : recorder.receipts) {
        ++from[receipt.packet.source];
    }
    EXPECT_NEAR(from[0], from[2], 4);
}

class UnderLoad : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Policies, UnderLoad, testing::ValuesIn(routing_names()),
                         [](const auto& name) { return name.param; });

// Far more than the network can take, in small buffers: everything arrives, once, where it should,
// and packets of one pair in order where there is one way.
TEST_P(UnderLoad, NothingIsLostOrDuplicated) {
    for (std::size_t pipeline = 0; pipeline < pipelines().size(); ++pipeline) {
        RouterParameters p = pipelines()[pipeline];
        p.virtual_channels = 2;
        p.buffer_flits = 2;
        Topology topology = mesh(4, 4, 2);
        topology.external_ports = {TileId{std::uint32_t{5}}};
        const auto noc = network(topology, p, GetParam());
        Recorder recorder;
        constexpr std::uint64_t kPackets = 4000;
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> last;
        for (std::uint64_t i = 0; i < kPackets; ++i) {
            const auto r = philox({7, RandomUse::test}, i, pipeline);
            FlitPacket sent = packet(uniform_below(r[0], topology.sources()),
                                     uniform_below(r[1], topology.cores()), 1 + (r[2] & 3), i);
            sent.packet_class = noc->routing().classes() == 2 ? r[3] & 1 : 0;
            noc->send(sent);
        }
        while (!noc->is_idle() && noc->now() < 100000) {
            noc->step(recorder);
        }
        ASSERT_TRUE(noc->is_idle()) << "deadlock with pipeline " << pipeline;
        std::vector<std::uint64_t> seen;
        for (const Receipt& receipt : recorder.receipts) {
            seen.push_back(receipt.packet.user);
            const TileId at = topology.tile_of_source(receipt.packet.source);
            const TileId to = topology.tile_of_core(CoreId{receipt.packet.destination});
            EXPECT_GE(receipt.cycle - receipt.packet.injected,
                      zero_load_latency(p, topology.hops(at, to), receipt.packet.flits));
        }
        std::sort(seen.begin(), seen.end());
        ASSERT_EQ(seen.size(), kPackets);
        for (std::uint64_t i = 0; i < kPackets; ++i) {
            ASSERT_EQ(seen[i], i);
        }
    }
}

TEST(FlitNetwork, NothingIsLostOnATorus) {
    Topology topology = mesh(4, 3);
    topology.torus = true;
    RouterParameters p;
    p.virtual_channels = 2;
    p.buffer_flits = 1;
    const auto noc = network(topology, p);
    Recorder recorder;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        const auto r = philox({11, RandomUse::test}, i, 0);
        noc->send(packet(r[0] % 12, r[1] % 12, 1 + (r[2] & 3), i));
    }
    while (!noc->is_idle() && noc->now() < 200000) {
        noc->step(recorder);
    }
    EXPECT_EQ(recorder.receipts.size(), 5000u);
    std::uint64_t over_the_edge = 0;
    for (std::uint32_t y = 0; y < 3; ++y) {
        over_the_edge += noc->link(topology.tile(3, y), kEast).flits;
    }
    EXPECT_GT(over_the_edge, 0u);
}

TEST(FlitNetwork, SameInputsGiveTheSameCycles) {
    const auto run = [] {
        const auto noc = network(mesh(4, 4), RouterParameters{}, "west_first");
        Recorder recorder;
        for (std::uint64_t i = 0; i < 2000; ++i) {
            const auto r = philox({9, RandomUse::test}, i, 0);
            noc->send(packet(r[0] % 16, r[1] % 16, 1 + (r[2] & 3), i));
        }
        std::vector<std::pair<std::uint64_t, Cycle>> result;
        while (!noc->is_idle()) {
            noc->step(recorder);
        }
        for (const Receipt& receipt : recorder.receipts) {
            result.emplace_back(receipt.packet.user, receipt.cycle);
        }
        return result;
    };
    EXPECT_EQ(run(), run());
}

TEST(FlitNetwork, SkippingCyclesWithPacketsInFlightIsRefused) {
    const auto noc = network(mesh(2, 1), RouterParameters{});
    noc->send(packet(0, 1, 1));
    EXPECT_THROW(noc->skip_to(100), ContractViolation);
}

TEST(FlitNetwork, RoutersThatCannotBeAreRefused) {
    for (const auto& [change, words] :
         std::vector<std::pair<void (*)(RouterParameters&), std::string>>{
             {[](RouterParameters& p) { p.buffer_flits = 0; }, "buffer_flits is 0"},
             {[](RouterParameters& p) { p.virtual_channels = 13; }, "at most 64"},
             {[](RouterParameters& p) { p.vc_allocation_delay = 0; }, "vc_alloc_delay is 0"},
             {[](RouterParameters& p) {
                  p.speculative = true;
                  p.vc_allocation_delay = 2;
              },
              "speculative"}}) {
        RouterParameters parameters;
        change(parameters);
        try {
            network(mesh(2, 2), parameters);
            FAIL() << words;
        } catch (const ConfigError& error) {
            EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace cortile
