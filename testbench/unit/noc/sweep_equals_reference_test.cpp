// SPDX-License-Identifier: Apache-2.0
// Is the link sweep the same model as the event queue? Thousands of random networks and loads.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::Draws;
using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::RecordingSink;
using testing_noc::TrafficShape;

struct Mesh {
    std::uint32_t width, height;
    std::uint32_t cases;
    std::uint32_t columns = 1, rows = 1;  // of chips, each a mesh of that size
    friend std::ostream& operator<<(std::ostream& out, const Mesh& mesh) {
        out << mesh.width << "x" << mesh.height;
        return mesh.columns * mesh.rows == 1
                   ? out
                   : out << "_on_" << mesh.columns << "x" << mesh.rows << "_chips";
    }
};

struct Case {
    Topology topology;
    NocTiming timing;
    TrafficShape shape;
};

// Times are small numbers on purpose: equal times and full links are then frequent.
NocTiming draw_timing(Draws& draws) {
    NocTiming timing;
    timing.hop_x = draws.between(0, 6);
    timing.hop_y = draws.between(0, 6);
    timing.local = draws.between(0, 6);
    timing.link_occupancy = draws.below(4) == 0 ? 0 : draws.between(1, 8);
    timing.ejection_occupancy = draws.below(4) == 0 ? 0 : draws.between(1, 8);
    timing.crossing_latency = draws.between(0, 9);
    timing.crossing_occupancy = draws.below(4) == 0 ? 0 : draws.between(1, 8);
    return timing;
}

TrafficShape draw_shape(Draws& draws, const Topology& topology, const NocTiming& timing) {
    TrafficShape shape;
    shape.spikes_per_source = draws.between(0, 8);
    shape.packets_per_spike = draws.between(1, 4);
    shape.packet_gap = draws.between(0, 3);
    shape.silent_percent = draws.below(2) == 0 ? 0 : draws.below(101);
    if (draws.below(4) == 0) {
        shape.hot_percent = draws.between(1, 100);
        shape.hot_core = draws.below(topology.cores());
    }
    if (draws.below(3) == 0) {
        shape.largest_gap = draws.below(3);  // a burst: everything at once
    } else {
        // 5 to 30 % of the injection link's capacity.
        const auto occupancy = static_cast<std::uint32_t>(timing.link_occupancy + 1);
        shape.largest_gap = 2 * occupancy * shape.packets_per_spike * 100 / draws.between(5, 30);
    }
    return shape;
}

Case draw_case(const Mesh& mesh, std::uint64_t seed) {
    Draws draws(seed, 1u << 30);
    Case drawn;
    drawn.topology.width = mesh.width * mesh.columns;
    drawn.topology.height = mesh.height * mesh.rows;
    drawn.topology.chip_width = mesh.width;
    drawn.topology.chip_height = mesh.height;
    drawn.topology.cores_per_tile = draws.between(1, 4);
    const std::uint32_t ports = draws.below(3) == 0 ? draws.between(1, 9) : 0;
    for (std::uint32_t port = 0; port < ports; ++port) {
        drawn.topology.external_ports.push_back(TileId{draws.below(drawn.topology.tiles())});
    }
    drawn.timing = draw_timing(draws);
    drawn.shape = draw_shape(draws, drawn.topology, drawn.timing);
    return drawn;
}

bool equal(const SpikePacket& a, const SpikePacket& b) {
    return a.time() == b.time() && a.target() == b.target() && a.source() == b.source();
}

// Empty when both engines did the same; otherwise the first difference.
std::string difference(const Topology& topology, const RecordingSink& expected,
                       const RecordingSink& found, const NocEngine& reference,
                       const NocEngine& sweep) {
    for (std::uint32_t core = 0; core < topology.cores(); ++core) {
        const auto& a = expected.at(core);
        const auto& b = found.at(core);
        if (a.size() != b.size()) {
            return "core " + std::to_string(core) + ": " + std::to_string(a.size()) +
                   " packets expected, " + std::to_string(b.size()) + " found";
        }
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!equal(a[i], b[i])) {
                return "core " + std::to_string(core) + " packet " + std::to_string(i) + ": time " +
                       std::to_string(a[i].time()) + " source " + std::to_string(a[i].source()) +
                       " expected, time " + std::to_string(b[i].time()) + " source " +
                       std::to_string(b[i].source()) + " found";
            }
        }
        if (expected.calls(core) != found.calls(core)) {
            return "core " + std::to_string(core) + ": deliver called " +
                   std::to_string(found.calls(core)) + " times";
        }
    }
    for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
        for (const Direction direction : {Direction::east, Direction::west, Direction::north,
                                          Direction::south, Direction::local}) {
            const LinkCounters a = reference.link(TileId{tile}, direction);
            const LinkCounters b = sweep.link(TileId{tile}, direction);
            if (a.packets != b.packets || a.waited != b.waited) {
                return "counters of tile " + std::to_string(tile) + " direction " +
                       std::to_string(static_cast<int>(direction));
            }
        }
    }
    for (std::uint32_t chip = 0; chip < topology.chips(); ++chip) {
        for (const Direction direction :
             {Direction::east, Direction::west, Direction::north, Direction::south}) {
            const LinkCounters a = reference.crossing(chip, direction);
            const LinkCounters b = sweep.crossing(chip, direction);
            if (a.packets != b.packets || a.waited != b.waited) {
                return "counters of chip " + std::to_string(chip) + " direction " +
                       std::to_string(static_cast<int>(direction));
            }
        }
    }
    const NocCounters a = reference.counters();
    const NocCounters b = sweep.counters();
    if (a.crossings != b.crossings) {
        return "crossings " + std::to_string(a.crossings) + " / " + std::to_string(b.crossings);
    }
    if (a.packets != b.packets || a.hops_x != b.hops_x || a.hops_y != b.hops_y ||
        a.waited != b.waited) {
        return "totals: packets " + std::to_string(a.packets) + " / " + std::to_string(b.packets) +
               ", hops_x " + std::to_string(a.hops_x) + " / " + std::to_string(b.hops_x) +
               ", hops_y " + std::to_string(a.hops_y) + " / " + std::to_string(b.hops_y) +
               ", waited " + std::to_string(a.waited) + " / " + std::to_string(b.waited);
    }
    return {};
}

class SweepEqualsReference : public testing::TestWithParam<Mesh> {};

// Each case is one network with two timesteps of different traffic on the same engines, so that
// nothing of a timestep may be left behind for the next.
TEST_P(SweepEqualsReference, OnRandomNetworks) {
    const Mesh mesh = GetParam();
    Executor one(1);
    Executor two(2);
    std::size_t packets = 0;
    Picoseconds waited = 0;
    for (std::uint32_t i = 0; i < mesh.cases; ++i) {
        const std::uint64_t seed =
            std::uint64_t{mesh.width} << 40 | std::uint64_t{mesh.height} << 32 | i;
        const Case drawn = draw_case(mesh, seed);
        const auto reference = make_event_reference(drawn.topology, drawn.timing);
        const auto sweep = make_link_sweep(drawn.topology, drawn.timing);
        RecordingSink expected(drawn.topology.cores());
        RecordingSink found(drawn.topology.cores());
        for (const std::uint64_t timestep : {0, 1}) {
            ListedSource traffic = make_traffic(drawn.topology, drawn.shape, seed | timestep << 60);
            expected.clear();
            found.clear();
            reference->run_timestep(traffic, expected, one);
            sweep->run_timestep(traffic, found, i % 2 == 0 ? one : two);
            ASSERT_EQ(expected.packets(), traffic.packets()) << "seed " << seed;
            ASSERT_EQ(difference(drawn.topology, expected, found, *reference, *sweep), "")
                << "seed " << seed << " timestep " << timestep;
            packets += traffic.packets();
        }
        waited += sweep->counters().waited;
    }
    // The comparison says nothing when nothing moves, or when nothing ever meets.
    EXPECT_GT(packets, mesh.cases);
    EXPECT_GT(waited, 0);
}

INSTANTIATE_TEST_SUITE_P(Meshes, SweepEqualsReference,
                         testing::Values(Mesh{1, 1, 800}, Mesh{1, 8, 800}, Mesh{8, 1, 800},
                                         Mesh{3, 5, 800}, Mesh{8, 4, 400}, Mesh{16, 16, 40},
                                         Mesh{1, 1, 400, 3, 4}, Mesh{1, 5, 400, 4, 1},
                                         Mesh{5, 1, 400, 1, 4}, Mesh{2, 2, 400, 2, 2},
                                         Mesh{3, 5, 200, 3, 2}, Mesh{2, 3, 200, 1, 3},
                                         Mesh{7, 3, 100, 2, 3}),
                         testing::PrintToStringParamName());

// Enough packets that the sweep uses its threads and grows its buffers more than once.
TEST(SweepThreads, SameResultWithOneAndTwoThreads) {
    Topology topology;
    topology.width = 8;
    topology.height = 8;
    topology.cores_per_tile = 2;
    topology.external_ports = {TileId{0u}, TileId{0u}, TileId{35u}};
    const NocTiming timing{4'100, 6'500, 1'000, 2'000, 1'500};
    TrafficShape shape;
    shape.packets_per_spike = 4;
    shape.packet_gap = 2'000;
    shape.largest_gap = 30'000;

    const auto sweep_one = make_link_sweep(topology, timing);
    const auto sweep_two = make_link_sweep(topology, timing);
    const auto reference = make_event_reference(topology, timing);
    Executor one(1);
    Executor two(2);
    for (const std::uint32_t spikes : {1, 20, 0, 100, 50}) {
        shape.spikes_per_source = spikes;
        ListedSource traffic = make_traffic(topology, shape, spikes);
        RecordingSink expected(topology.cores());
        RecordingSink found_one(topology.cores());
        RecordingSink found_two(topology.cores());
        reference->run_timestep(traffic, expected, one);
        sweep_one->run_timestep(traffic, found_one, one);
        sweep_two->run_timestep(traffic, found_two, two);
        ASSERT_EQ(difference(topology, expected, found_one, *reference, *sweep_one), "") << spikes;
        ASSERT_EQ(difference(topology, expected, found_two, *reference, *sweep_two), "") << spikes;
    }
    EXPECT_GT(reference->counters().waited, 0);
}

}  // namespace
}  // namespace cortile
