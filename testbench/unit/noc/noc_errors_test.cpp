// SPDX-License-Identifier: Apache-2.0
// What the engines refuse, and whether they can go on afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "hw_model/base/error.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_noc::ListedSource;
using testing_noc::RecordingSink;

template <typename Error>
std::string error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

std::string config_error(const Topology& topology, const NocTiming& timing) {
    const std::string sweep = error_of<ConfigError>([&] { make_link_sweep(topology, timing); });
    const std::string reference =
        error_of<ConfigError>([&] { make_event_reference(topology, timing); });
    EXPECT_EQ(sweep, reference);
    return sweep;
}

std::string injection_error(NocEngine& engine, const SpikePacket& first,
                            const SpikePacket& second) {
    ListedSource source(4);
    source.add_raw(1, first);
    source.add_raw(1, second);
    RecordingSink sink(4);
    Executor executor(1);
    return error_of<ContractViolation>([&] { engine.run_timestep(source, sink, executor); });
}

Topology four_tiles() {
    Topology topology;
    topology.width = 2;
    topology.height = 2;
    return topology;
}

TEST(NocErrors, EmptyMeshIsRefused) {
    Topology topology = four_tiles();
    topology.height = 0;
    EXPECT_THAT(config_error(topology, {}), HasSubstr("2 x 0 tiles"));
}

TEST(NocErrors, MoreCoresThanAPacketCanAddressAreRefused) {
    Topology topology;
    topology.width = 128;
    topology.height = 128;
    topology.cores_per_tile = 4;
    EXPECT_EQ(config_error(topology, {}), "");
    topology.cores_per_tile = 5;
    EXPECT_THAT(config_error(topology, {}), AllOf(HasSubstr("65536"), HasSubstr("of 5 cores")));
}

// 2^16 * 2^16 tiles are 0 in 32 bits.
TEST(NocErrors, MeshWhoseSizeOverflowsIsRefused) {
    Topology topology;
    topology.width = 1u << 16;
    topology.height = 1u << 16;
    EXPECT_THAT(config_error(topology, {}), HasSubstr("65536 x 65536"));
}

TEST(NocErrors, ExternalPortOffTheMeshIsRefused) {
    Topology topology = four_tiles();
    topology.external_ports = {TileId{3u}, TileId{4u}};
    EXPECT_THAT(config_error(topology, {}),
                AllOf(HasSubstr("external port 1"), HasSubstr("[0, 4)"), HasSubstr("found 4")));
}

TEST(NocErrors, MoreSourcesThanAPacketCanNameAreRefused) {
    Topology topology{128, 128, 1, {}};
    topology.external_ports.assign(131072 - 16384, TileId{0u});
    EXPECT_THAT(config_error(topology, {}), HasSubstr("at most 131071 cores and ports together"));
    topology.external_ports.pop_back();
    EXPECT_EQ(config_error(topology, {}), "");
}

TEST(NocErrors, NegativeTimeIsRefusedByName) {
    NocTiming timing;
    timing.hop_y = -3;
    EXPECT_THAT(config_error(four_tiles(), timing), AllOf(HasSubstr("hop_y"), HasSubstr("-3 ps")));
}

TEST(NocErrors, WrongInjectionIsADefectOfTheSource) {
    const Topology topology = four_tiles();
    for (const auto make : {make_link_sweep, make_event_reference}) {
        const auto engine = make(topology, NocTiming{});
        const SpikePacket good{5, SpikePacket::pack(2, 0), 1};
        EXPECT_EQ(injection_error(*engine, good, good), "");
        EXPECT_THAT(injection_error(*engine, good, {5, SpikePacket::pack(2, 0), 2}),
                    HasSubstr("names source 2"));
        EXPECT_THAT(injection_error(*engine, good, {5, SpikePacket::pack(4, 0), 1}),
                    HasSubstr("core 4"));
        EXPECT_THAT(injection_error(*engine, good, {4, SpikePacket::pack(2, 0), 1}),
                    HasSubstr("packet 1 of source 1"));
    }
}

TEST(NocErrors, LinkOfATileOffTheMeshIsAContractViolation) {
    for (const auto make : {make_link_sweep, make_event_reference}) {
        const auto engine = make(four_tiles(), NocTiming{});
        EXPECT_THROW(engine->link(TileId{4u}, Direction::east), ContractViolation);
    }
}

// An error in one timestep leaves nothing behind that the next one would deliver.
TEST(NocErrors, EngineRunsOnAfterAWrongInjection) {
    for (const auto make : {make_link_sweep, make_event_reference}) {
        const auto engine = make(four_tiles(), NocTiming{1, 1, 1, 1, 1});
        const SpikePacket good{5, SpikePacket::pack(2, 0), 1};
        ASSERT_NE(injection_error(*engine, good, {0, SpikePacket::pack(2, 0), 1}), "");

        ListedSource source(4);
        source.add(3, 9, 0);
        RecordingSink sink(4);
        Executor executor(1);
        engine->run_timestep(source, sink, executor);
        EXPECT_EQ(sink.packets(), 1u);
        ASSERT_EQ(sink.at(0).size(), 1u);
        EXPECT_EQ(sink.at(0)[0].time(), 9 + 1 + 1 + 1);
    }
}

}  // namespace
}  // namespace cortile
