// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "hw_model/report/csv_tables.h"
#include "hw_model/report/figures.h"
#include "hw_model/report/format.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile::report {
namespace {

using test::sample_run;

TEST(CsvTables, LayersHaveARowEach) {
    EXPECT_EQ(layers_csv(sample_run()),
              "layer,neurons,cores,spikes,spikes_per_neuron_and_timestep,graded\n"
              "fc1,25,2,80,0.08,0\n"
              "fc2,5,1,20,0.1,0\n");
}

TEST(CsvTables, CoresHaveEveryCountInItsColumn) {
    EXPECT_EQ(cores_csv(sample_run()),
              "core,tile_x,tile_y,populations,neurons,spikes,synaptic_operations,"
              "neuron_updates_active,neuron_updates_inactive,packets_in,packets_out,"
              "busy_generating_seconds,busy_receiving_seconds,input_axons,synapses,synapse_bits,"
              "critical_timesteps\n"
              "0,0,0,fc1,20,60,1000,300,500,10,70,1.5e-06,2.5e-06,16,617,4936,12\n"
              "3,1,2,fc1 fc2,10,40,3000,200,200,70,10,3e-06,4e-06,20,617,5553,28\n");
}

TEST(CsvTables, LinksHaveTheirWaitingInSeconds) {
    EXPECT_EQ(links_csv(sample_run()),
              "tile_x,tile_y,direction,packets,waited_seconds\n"
              "0,0,east,30,5e-09\n"
              "0,0,local,50,7.5e-09\n"
              "1,0,north,50,2e-09\n");
}

TEST(CsvTables, SamplesLeaveEmptyWhatIsNotKnown) {
    RunResult run = sample_run();
    run.samples.push_back({4, 9, -1, 100'000'000, 5, 2.5e-6});
    EXPECT_EQ(samples_csv(run),
              "sample,label,prediction,correct,latency_seconds,timesteps,dynamic_joules\n"
              "0,7,7,1,0.0004,8,\n"
              "1,2,5,0,0.0006,12,\n"
              "2,1,1,1,0.0007,13,\n"
              "3,,4,,0.0003,7,\n"
              "4,9,,,0.0001,5,2.5e-06\n");
}

TEST(CsvTables, NamesWithSeparatorsAreQuoted) {
    RunResult run = sample_run();
    run.layers = {{"a,\"b\"", 1, 1, 1, 1}};
    EXPECT_EQ(layers_csv(run),
              "layer,neurons,cores,spikes,spikes_per_neuron_and_timestep,graded\n"
              "\"a,\"\"b\"\"\",1,1,1,1,0\n");
}

// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
// (1998), table I, method 3.
TEST(Wilson, AgreesWithPublishedIntervals) {
    struct Case {
        std::uint64_t successes, trials;
        double low, high;
    };
    for (const Case& c : {Case{81, 263, 0.2553, 0.3662}, Case{15, 148, 0.0624, 0.1605},
                          Case{0, 20, 0.0, 0.1611}, Case{1, 29, 0.0061, 0.1718}}) {
        const Interval interval = wilson_interval(c.successes, c.trials);
        EXPECT_NEAR(interval.low, c.low, 5e-5) << c.successes << "/" << c.trials;
        EXPECT_NEAR(interval.high, c.high, 5e-5) << c.successes << "/" << c.trials;
    }
}

TEST(Wilson, EndsAtOneWhenAllAreRight) {
    const Interval interval = wilson_interval(20, 20);
    EXPECT_EQ(interval.high, 1);
    EXPECT_NEAR(interval.low, 1 - 0.1611, 5e-5);
}

TEST(Bottlenecks, TheCoreThatIsCriticalMostOftenIsNamed) {
    const RunResult run = sample_run();
    EXPECT_EQ(bottlenecks_of(run).core, &run.cores[1]);
}

TEST(Bottlenecks, OfEqualLinksTheFirstIsTheBusiest) {
    const RunResult run = sample_run();
    EXPECT_EQ(bottlenecks_of(run).busiest_link, &run.links[1]);
}

TEST(Bottlenecks, TheLinkWithTheLongestWaitingIsNamed) {
    RunResult run = sample_run();
    run.links[2].waited = 8'000;
    EXPECT_EQ(bottlenecks_of(run).slowest_link, &run.links[2]);
}

TEST(Bottlenecks, AnIdleChipHasNone) {
    RunResult run = sample_run();
    for (LinkResult& link : run.links) {
        link.packets = 0;
        link.waited = 0;
    }
    run.cores.clear();
    const Bottlenecks found = bottlenecks_of(run);
    EXPECT_EQ(found.core, nullptr);
    EXPECT_EQ(found.busiest_link, nullptr);
    EXPECT_EQ(found.slowest_link, nullptr);
}

TEST(Format, EngineeringNumbersHaveThreeDigitsAndAPrefix) {
    EXPECT_EQ(engineering(1.234e-5, "J"), "12.3 uJ");
    EXPECT_EQ(engineering(4.56e-3, "s"), "4.56 ms");
    EXPECT_EQ(engineering(1, "s"), "1.00 s");
    EXPECT_EQ(engineering(123.4, "W"), "123 W");
    EXPECT_EQ(engineering(1e-12, "J"), "1.00 pJ");
    EXPECT_EQ(engineering(-2.5e-10, "J"), "-250 pJ");
}

TEST(Format, EngineeringNumbersRoundIntoTheNextPrefix) {
    EXPECT_EQ(engineering(999.4, "J"), "999 J");
    EXPECT_EQ(engineering(999.6, "J"), "1.00 kJ");
    EXPECT_EQ(engineering(0.9999, "J"), "1.00 J");
}

TEST(Format, EngineeringNumbersBeyondThePrefixesKeepTheLastOne) {
    EXPECT_EQ(engineering(2e-20, "J"), "0.02 aJ");
    EXPECT_EQ(engineering(5e21, "J"), "5000 EJ");
}

TEST(Format, WhatIsAbsentIsADash) {
    EXPECT_EQ(engineering(std::nullopt, "J"), "-");
    EXPECT_EQ(engineering(std::numeric_limits<double>::quiet_NaN(), "J"), "-");
    EXPECT_EQ(percent(std::nullopt), "-");
    EXPECT_EQ(percent(ratio(1, 0)), "-");
}

TEST(Format, ASmallShareIsToldFromNone) {
    EXPECT_EQ(percent(0.1234), "12.3 %");
    EXPECT_EQ(percent(0), "0.0 %");
    EXPECT_EQ(percent(1e-6), "<0.1 %");
    EXPECT_EQ(percent(0.0005), "0.1 %");
}

TEST(Format, CountsAreGroupedByThousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(18'446'744'073'709'551'615u), "18,446,744,073,709,551,615");
}

TEST(Format, LongTextIsWrappedUnderItsLabel) {
    EXPECT_EQ(wrapped("key: ", "one two three four", 14), "key: one two\n     three\n     four\n");
}

TEST(Format, WidthCountsCharactersRatherThanBytes) {
    EXPECT_EQ(padded("25 \xc2\xb0"
                     "C",
                     6),
              "25 \xc2\xb0"
              "C ");
}

}  // namespace
}  // namespace cortile::report
