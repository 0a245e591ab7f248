// SPDX-License-Identifier: Apache-2.0
// cycle_accurate against BookSim 2 (booksim/booksim2 at 28f43299), configured alike: `iq` router,
// private buffers, islip allocators of one iteration, dimension-order routing on a mesh, Bernoulli
// injection. Figures are mean packet latencies of runs of ours of that program, in cycles.
#include <gtest/gtest.h>

#include "noc/traffic/load_point.h"

namespace cortile {
namespace {

struct Case {
    const char* name;
    std::uint32_t size, flits, virtual_channels;
    double offered;  // flits a core and cycle
    double latency;
    RouterParameters router = {};
    const char* pattern = "uniform";
};

RouterParameters router(std::uint32_t routing, bool speculative, std::uint32_t traversal = 1,
                        std::uint32_t credit = 0, std::uint32_t buffer = 8) {
    RouterParameters parameters;
    parameters.routing_delay = routing;
    parameters.speculative = speculative;
    parameters.switch_traversal_delay = traversal;
    parameters.credit_delay = credit;
    parameters.buffer_flits = buffer;
    return parameters;
}

class BookSim : public testing::TestWithParam<Case> {};

TEST_P(BookSim, HasTheSameMeanPacketLatency) {
    const Case& c = GetParam();
    LoadPointSetup setup;
    setup.topology.width = setup.topology.height = c.size;
    setup.router = c.router;
    setup.router.virtual_channels = c.virtual_channels;
    setup.packet_flits = c.flits;
    setup.pattern = c.pattern;
    setup.warmup = 3000;
    setup.measured = 12000;
    const LoadPoint point = measure_load_point(setup, c.offered);
    EXPECT_FALSE(point.is_saturated);
    EXPECT_NEAR(point.packet_latency_mean / c.latency, 1, 0.01)
        << point.packet_latency_mean << " for " << c.latency;
}

INSTANTIATE_TEST_SUITE_P(
    Loads, BookSim,
    testing::Values(Case{"OneFlitOneChannel", 8, 1, 1, 0.116, 41.83},
                    Case{"OneFlitFourChannels", 8, 1, 4, 0.300, 37.99},
                    Case{"OneFlitFourChannelsNearSaturation", 8, 1, 4, 0.367, 43.94},
                    Case{"FourFlitsOneChannel", 8, 4, 1, 0.135, 41.50},
                    Case{"FourFlitsFourChannels", 8, 4, 4, 0.326, 48.85},
                    Case{"SmallMesh", 4, 1, 4, 0.600, 24.48},
                    Case{"LookAhead", 6, 1, 1, 0.15, 23.88, router(0, false)},
                    Case{"LookAheadAndSpeculation", 6, 3, 2, 0.15, 20.23, router(0, true)},
                    Case{"Speculation", 6, 1, 1, 0.15, 23.15, router(1, true)},
                    Case{"SpeculationUnderLoad", 6, 4, 4, 0.40, 32.01, router(0, true)},
                    Case{"SlowRouting", 6, 3, 2, 0.15, 36.11, router(2, false)},
                    Case{"SlowSwitch", 6, 1, 1, 0.15, 41.38, router(1, false, 2)},
                    Case{"SmallBuffers", 6, 4, 4, 0.15, 35.94, router(1, false, 1, 0, 2)},
                    Case{"AllAtOnce", 6, 1, 1, 0.15, 24.54, router(0, true, 2, 1, 4)},
                    Case{"BitComplement", 8, 4, 4, 0.15, 55.18, {}, "bit_complement"},
                    Case{"Tornado", 8, 4, 4, 0.15, 50.97, {}, "tornado"}),
    [](const auto& c) { return std::string(c.param.name); });

// Past saturation the accepted rate is what counts.
struct Capacity {
    const char* name;
    std::uint32_t flits, virtual_channels;
    double offered, accepted;
};

class BookSimCapacity : public testing::TestWithParam<Capacity> {};

TEST_P(BookSimCapacity, IsTheSameWithinTwoPercent) {
    const Capacity& c = GetParam();
    LoadPointSetup setup;
    setup.topology.width = setup.topology.height = 8;
    setup.router.virtual_channels = c.virtual_channels;
    setup.packet_flits = c.flits;
    setup.warmup = 6000;
    setup.measured = 8000;
    setup.latency_limit = 10;  // nobody waits for the packets
    EXPECT_NEAR(measure_load_point(setup, c.offered).accepted / c.accepted, 1, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Loads, BookSimCapacity,
                         testing::Values(Capacity{"OneFlitOneChannel", 1, 1, 1.0, 0.1424},
                                         Capacity{"OneFlitFourChannels", 1, 4, 1.0, 0.3838},
                                         Capacity{"FourFlitsOneChannel", 4, 1, 0.337, 0.2280},
                                         Capacity{"FourFlitsFourChannels", 4, 4, 1.0, 0.3929}),
                         [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace cortile
