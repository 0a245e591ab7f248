// SPDX-License-Identifier: Apache-2.0
// Load points on all levels, and the search for saturation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "hw_model/base/error.h"
#include "noc/engines/timing_error.h"
#include "noc/traffic/load_sweep.h"

namespace cortile {
namespace {

using testing::DoubleNear;
using testing::ElementsAreArray;
using testing::HasSubstr;

LoadPointSetup small_mesh() {
    LoadPointSetup setup;
    setup.topology.width = setup.topology.height = 4;
    setup.warmup = 1000;
    setup.measured = 4000;
    return setup;
}

double largest(const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
}

TEST(LoadPoint, LevelsCarryTheSamePackets) {
    LoadPointSetup setup = small_mesh();
    setup.packet_flits = 4;
    setup.topology.cores_per_tile = 2;
    const LoadPoint exact = measure_load_point(setup, 0.1);
    for (const char* level : {"loosely_timed", "approximately_timed"}) {
        setup.timing = level;
        const LoadPoint point = measure_load_point(setup, 0.1);
        EXPECT_EQ(point.packets, exact.packets);
        EXPECT_EQ(point.hops_x_mean, exact.hops_x_mean);
        EXPECT_EQ(point.hops_y_mean, exact.hops_y_mean);
        EXPECT_EQ(point.crossings_mean, exact.crossings_mean);
        EXPECT_EQ(point.link_load.size(), exact.link_load.size());
        // One is a mean over all cycles, the other over the measured ones.
        EXPECT_THAT(largest(point.link_load), DoubleNear(largest(exact.link_load), 0.05));
        EXPECT_LT(point.packet_latency_mean, exact.packet_latency_mean);
        EXPECT_GT(point.packet_latency_mean, 0.8 * exact.packet_latency_mean);
    }
}

TEST(LoadPoint, CrossingsAreThoseOfTheMeasuredPackets) {
    LoadPointSetup setup = small_mesh();
    setup.topology.chip_width = 2;
    setup.topology.chip_height = 4;
    setup.router.crossing_cycles = 1;
    const LoadPoint exact = measure_load_point(setup, 0.1);
    setup.timing = "approximately_timed";
    const LoadPoint estimate = measure_load_point(setup, 0.1);
    EXPECT_EQ(exact.crossings_mean, estimate.crossings_mean);
    EXPECT_THAT(exact.crossings_mean, DoubleNear(0.5, 0.02));
}

// Whatever the routing, the same packets are counted; where none waits, their hops explain their
// latencies.
TEST(LoadPoint, HopsAreThoseOfTheMeasuredPackets) {
    LoadPointSetup setup = small_mesh();
    const double load = 0.1;
    const LoadPoint xy = measure_load_point(setup, load);
    for (const char* routing : {"yx", "odd_even"}) {
        setup.routing = routing;
        const LoadPoint point = measure_load_point(setup, load);
        EXPECT_EQ(point.hops_x_mean, xy.hops_x_mean) << routing;
        EXPECT_EQ(point.hops_y_mean, xy.hops_y_mean) << routing;
    }
    setup.routing = "up_down";
    setup.dead_links = {"(1, 1) east", "(1, 2) east"};
    setup.measured = 20000;
    const LoadPoint detours = measure_load_point(setup, 0.002);
    setup.routing = "xy";
    setup.dead_links = {};
    const LoadPoint none = measure_load_point(setup, 0.002);
    EXPECT_EQ(detours.packets, none.packets);
    EXPECT_GT(detours.hops_mean(), none.hops_mean() + 0.05);
    EXPECT_THAT(detours.packet_latency_mean - (5 * detours.hops_mean() + 7), DoubleNear(0, 0.02));
}

TEST(LoadPoint, LooselyTimedIsTheUnloadedLatency) {
    LoadPointSetup setup = small_mesh();
    setup.timing = "loosely_timed";
    setup.pattern = "bit_complement";
    const LoadPoint point = measure_load_point(setup, 0.3);
    // Hops are 3 or 1 along x, and along y: 4 on average; 5 cycles each, and 7 besides.
    EXPECT_DOUBLE_EQ(point.hops_mean(), point.hops_x_mean + point.hops_y_mean);
    EXPECT_DOUBLE_EQ(point.packet_latency_mean, 5 * point.hops_mean() + 7);
    EXPECT_THAT(point.hops_mean(), DoubleNear(4, 0.05));
    // XY leads the packets of two columns over each link in the middle of a row.
    EXPECT_THAT(largest(point.link_load), DoubleNear(0.6, 0.05));
}

TEST(LoadPoint, OtherLevelsKnowXyOnly) {
    LoadPointSetup setup = small_mesh();
    setup.routing = "odd_even";
    setup.timing = "approximately_timed";
    try {
        measure_load_point(setup, 0.1);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("approximately_timed routes xy only, not odd_even"));
    }
}

TEST(LoadSweep, FindsSaturationWhateverTheThreads) {
    LoadPointSetup setup = small_mesh();
    setup.router.virtual_channels = 1;
    setup.latency_limit = 200;
    Executor one(1), two(2);
    const LoadSweep sweep = sweep_to_saturation(setup, one);
    const LoadSweep again = sweep_to_saturation(setup, two);
    ASSERT_TRUE(sweep.highest_unsaturated && sweep.first_saturated);
    EXPECT_EQ(*sweep.first_saturated, *sweep.highest_unsaturated + 1);
    // BookSim 2 saturates at 0.27 with one virtual channel.
    const double low = sweep.points[*sweep.highest_unsaturated].offered;
    const double high = sweep.points[*sweep.first_saturated].offered;
    EXPECT_THAT(low, DoubleNear(0.27, 0.03));
    EXPECT_LT(high - low, 0.01);
    ASSERT_EQ(sweep.points.size(), again.points.size());
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
        EXPECT_EQ(sweep.points[i].offered, again.points[i].offered);
        EXPECT_EQ(sweep.points[i].packet_latency_mean, again.points[i].packet_latency_mean);
        EXPECT_THAT(sweep.points[i].link_load, ElementsAreArray(again.points[i].link_load));
    }
}

TEST(LoadSweep, EndsWhereCoresCannotSendMore) {
    LoadPointSetup setup = small_mesh();
    setup.timing = "loosely_timed";
    setup.pattern = "hotspot";
    setup.targets = {{0, 1}};
    Executor executor(1);
    // All to one core: a sixteenth of a flit each.
    const LoadSweep sweep = sweep_to_saturation(setup, executor);
    ASSERT_TRUE(sweep.first_saturated);
    EXPECT_THAT(sweep.points[*sweep.first_saturated].offered, DoubleNear(1.0 / 16, 0.004));

    setup.pattern = "uniform";
    setup.topology.width = 1;
    setup.topology.height = 1;
    setup.on_to_off = 0.1;
    setup.off_to_on = 0.1;
    EXPECT_DOUBLE_EQ(most_offered(setup), 0.5);
    const LoadSweep bursts = sweep_to_saturation(setup, executor);
    EXPECT_FALSE(bursts.first_saturated);
    EXPECT_LE(bursts.points.back().offered, 0.5);
    EXPECT_GT(bursts.points.back().offered, 0.44);
}

// The table is of long runs; a short one must not be far from it.
TEST(TimingError, TableIsWhatIsMeasured) {
    LoadPointSetup setup = small_mesh();
    setup.packet_flits = 4;  // the worst of its cases
    setup.measured = 20000;
    const double capacity = 1.0;  // uniform on 4 x 4: a quarter of the packets over 4 of 16 links
    for (const double load : {0.2, 0.5}) {
        setup.timing = "cycle_accurate";
        const double exact = measure_load_point(setup, load * capacity).packet_latency_mean;
        setup.timing = "approximately_timed";
        const double estimate = measure_load_point(setup, load * capacity).packet_latency_mean;
        EXPECT_THAT(100 * (1 - estimate / exact),
                    DoubleNear(approximate_error_percent(load).value(), 1.0))
            << load;
    }
}

TEST(TimingError, BurstsCountAsTheLoadThatWouldMakePacketsWaitAsLong) {
    EXPECT_EQ(equivalent_load(0), 0);
    EXPECT_DOUBLE_EQ(equivalent_load(0.5), 0.5);  // M/D/1 at 0.5: 0.5 / (2 * 0.5)
    EXPECT_DOUBLE_EQ(equivalent_load(4.5), 0.9);
}

TEST(TimingError, IsUnknownNearSaturation) {
    EXPECT_EQ(approximate_error_percent(0), 0.0);
    EXPECT_NEAR(approximate_error_percent(0.15).value(), 2.15, 1e-9);
    EXPECT_NEAR(approximate_error_percent(0.7).value(), 36.7, 1e-9);
    EXPECT_FALSE(approximate_error_percent(0.71));
    EXPECT_FALSE(approximate_error_percent(-0.1));
}

}  // namespace
}  // namespace cortile
