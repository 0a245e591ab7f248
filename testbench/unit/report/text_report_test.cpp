// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/text_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "hw_model/report/format.h"
#include "hw_model/report/result_folder.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile::report {
namespace {

using test::sample_ledger;
using test::sample_run;
using testing::HasSubstr;
using testing::Not;

std::size_t widest_line(const std::string& text) {
    std::istringstream in(text);
    std::size_t widest = 0;
    for (std::string line; std::getline(in, line);) {
        widest = std::max(widest, display_width(line));
    }
    return widest;
}

// The line that starts with `label`, its runs of blanks made one.
std::string line_of(const std::string& text, const std::string& label) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(label, 0) == 0) {
            std::istringstream words(line);
            std::string joined;
            for (std::string word; words >> word;) {
                joined += (joined.empty() ? "" : " ") + word;
            }
            return joined;
        }
    }
    return "no line starts with '" + label + "'";
}

TEST(SummaryTable, FitsATerminalOf80Columns) {
    RunResult run = sample_run();
    run.network_name = "a network with quite a long name, of many words, from somewhere far away";
    run.stimulus = "images of the test set, presented for sixteen timesteps each, in their order";
    run.neuron_spikes = 123'456'789'012;
    run.modelled_time = 123'456'789'012'345;
    EXPECT_LE(widest_line(summary_table(run, sample_ledger())), 80u);
}

TEST(SummaryTable, DynamicAndAllInEnergyAreRowsOfTheirOwn) {
    const std::string table = summary_table(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(table, "  dynamic"), "dynamic 136 nJ 33.9 nJ 1.36 nJ 33.9 pJ 67.8 uW");
    EXPECT_EQ(line_of(table, "  static"), "static 500 uJ 125 uJ 5.00 uJ 125 nJ 250 mW");
    EXPECT_EQ(line_of(table, "  all-in"), "all-in 500 uJ 125 uJ 5.00 uJ 125 nJ 250 mW");
}

TEST(SummaryTable, AccuracyComesWithItsSamplesAndInterval) {
    // Wilson's interval of 2 out of 3, by hand: (1.30691 -+ 0.83335) / 2.28049.
    EXPECT_EQ(line_of(summary_table(sample_run(), sample_ledger()), "Accuracy"),
              "Accuracy 66.67 % of 3 samples; 95 % interval 20.77 to 93.85 %");
}

TEST(SummaryTable, AccuracyIsADashWithoutLabels) {
    RunResult run = sample_run();
    for (SampleResult& sample : run.samples) {
        sample.label.reset();
    }
    EXPECT_EQ(line_of(summary_table(run, sample_ledger()), "Accuracy"),
              "Accuracy - (no labels or no read-out)");
}

TEST(SummaryTable, NamesOperatingPointAndTimingLevel) {
    const std::string table = summary_table(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(table, "Operating"), "Operating point 0.75 V, 25 C");
    EXPECT_EQ(line_of(table, "NoC"), "NoC timing level approximately_timed");
}

TEST(SummaryTable, TimesAreInReadableUnits) {
    const std::string table = summary_table(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(table, "Latency"),
              "Latency per sample 500 us (min 300 us, median 400 us, max 700 us)");
    EXPECT_EQ(line_of(table, "Modelled"), "Modelled time 2.00 ms for 40 timesteps; 50.0 us each");
}

TEST(SummaryTable, CountsAreGrouped) {
    const std::string table = summary_table(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(table, "Synaptic"), "Synaptic operations 4,000");
    EXPECT_EQ(line_of(table, "Packets"), "Packets 80; 200 hops, 2.50 each");
}

TEST(SummaryTable, GradesAreOfEnergyConstantsBesideWhatCostsNothing) {
    EnergyLedger ledger({"core 0"},
                        {{"synapse", "operation", 1e-12, {"a paper", Grade::measured}},
                         {"axon", "read", 0, {"none", Grade::assumed}},
                         {"soma", "spike", 0, {"none", Grade::assumed}}},
                        {});
    ledger.add(0, 0, 10);
    ledger.add(0, 1, 10);
    const std::string table = summary_table(sample_run(), ledger);
    EXPECT_EQ(line_of(table, "  energy constants"),
              "energy constants: measured 100.0 %, simulated 0.0 %, derived 0.0 %, assumed");
    EXPECT_THAT(table, HasSubstr("0.0 %; 1 kind of event counted at no cost\n"));
}

TEST(SummaryTable, StartsWithTheFactThatARunWasInterrupted) {
    RunResult run = sample_run();
    EXPECT_THAT(summary_table(run, sample_ledger()), Not(HasSubstr("INTERRUPTED")));
    run.interrupted = true;
    EXPECT_THAT(summary_table(run, sample_ledger()), testing::StartsWith("INTERRUPTED"));
}

TEST(SummaryTable, OfAnEmptyRunHasDashesForWhatIsUnknown) {
    const EnergyLedger ledger({}, {}, {});
    const std::string table = summary_table(RunResult{}, ledger);
    EXPECT_EQ(line_of(table, "  all-in"), "all-in - - - - -");
    EXPECT_EQ(line_of(table, "Latency"), "Latency per sample - (no samples)");
}

EnergyLedger free_ledger() {
    EnergyLedger ledger({"core 0"}, {{"mac", "operation", 0, {"none", Grade::assumed}}},
                        {{"chip", "static", 0, {"none", Grade::assumed}}});
    ledger.add(0, 0, 10);
    return ledger;
}

TEST(SummaryTable, SaysThatAChipWithoutEnergyConstantsHasNoEnergyToReport) {
    const std::string table = summary_table(sample_run(), free_ledger());
    EXPECT_EQ(line_of(table, "  dynamic"), "dynamic - - - - -");
    EXPECT_EQ(line_of(table, "  static"), "static - - - - -");
    EXPECT_EQ(line_of(table, "  energy constants"),
              "energy constants: none above zero, so that there is no energy to report; 1");
    EXPECT_THAT(table, Not(HasSubstr("nan")));
}

TEST(SummaryTable, SaysThatAChipWithoutTimingConstantsHasNoTimeToReport) {
    RunResult run = sample_run();
    run.modelled_time = 0;
    for (SampleResult& sample : run.samples) {
        sample.latency = 0;
    }
    const std::string table = summary_table(run, sample_ledger());
    EXPECT_EQ(line_of(table, "Latency"),
              "Latency per sample - (no timing constant of this chip is above zero)");
    EXPECT_EQ(line_of(table, "Modelled"),
              "Modelled time - (no timing constant of this chip is above zero)");
}

TEST(SummaryTable, TellsSpikesThatCarryValues) {
    RunResult run = sample_run();
    EXPECT_EQ(line_of(summary_table(run, sample_ledger()), "Neuron spikes"), "Neuron spikes 100");
    run.layers[0].graded = true;
    run.layers.push_back({"input", 784, 0, 50, 0.1, true, true});
    EXPECT_EQ(line_of(summary_table(run, sample_ledger()), "Neuron spikes"),
              "Neuron spikes 100; 80 of them carry values");
    EXPECT_EQ(line_of(summary_table(run, sample_ledger()), "Input spikes"),
              "Input spikes 50; they carry values");
}

TEST(EnergySection, SaysThatAChipWithoutEnergyConstantsHasNoEnergyToReport) {
    const std::string text = energy_section(sample_run(), free_ledger());
    EXPECT_THAT(text, HasSubstr("there is no energy to report"));
    EXPECT_THAT(text, HasSubstr("it could run\n           in real time"));
    EXPECT_THAT(text, HasSubstr("mac operation: 0 J x 10\n"));
    EXPECT_THAT(text, Not(HasSubstr("of all-in")));
    EXPECT_THAT(energy_limits_section(free_ledger()), HasSubstr("- static power"));
}

TEST(BottleneckSection, SaysThatAChipWithoutTimingConstantsTakesNoTime) {
    RunResult run = sample_run();
    run.modelled_time = 0;
    const std::string text = bottleneck_section(run);
    EXPECT_EQ(line_of(text, "Modelled time"),
              "Modelled time: none: no timing constant of this chip is above zero");
    EXPECT_EQ(line_of(text, "Critical core"), "Critical core: none");
    EXPECT_THAT(energy_section(run, sample_ledger()), Not(HasSubstr("in 0 s")));
}

TEST(TextReport, StartsWithTheSummaryTable) {
    EXPECT_THAT(text_report(sample_run(), sample_ledger()),
                testing::StartsWith(summary_table(sample_run(), sample_ledger())));
}

TEST(TextReport, SaysUnderTheTableAloneWhatIsDividedForEnergyPerSpike) {
    EXPECT_THAT(text_report(sample_run(), sample_ledger()),
                HasSubstr("Per spike and per syn. op.:"));
    EXPECT_THAT(summary_table(sample_run(), sample_ledger()), Not(HasSubstr("Per spike")));
}

TEST(TextReport, HoldsNothingThatDiffersBetweenEqualRuns) {
    RunResult other = sample_run();
    other.wall_load_seconds = 9;
    other.wall_run_seconds = 0.1;
    other.peak_rss_bytes = 5;
    other.threads = 1;
    other.command = "another";
    EXPECT_EQ(text_report(sample_run(), sample_ledger()), text_report(other, sample_ledger()));
}

TEST(TextReport, HoldsTheTablesAndWarnings) {
    const std::string report = text_report(sample_run(), sample_ledger());
    EXPECT_THAT(report, HasSubstr("Quantisation\n------------\nlayer  bits\nfc1    8\n"));
    EXPECT_THAT(report, HasSubstr("Mapping\n-------\ncore 0: fc1\n"));
    EXPECT_THAT(report, HasSubstr("Warnings\n--------\n- fc2: 3 weights saturate\n"));
}

TEST(TextReport, SaysSoWhenThereAreNoWarnings) {
    RunResult run = sample_run();
    run.warnings.clear();
    EXPECT_THAT(text_report(run, sample_ledger()), HasSubstr("Warnings\n--------\nnone\n"));
}

TEST(TextReport, FitsATerminalOf80Columns) {
    EXPECT_LE(widest_line(text_report(sample_run(), sample_ledger())), 80u);
}

TEST(BottleneckSection, NamesCoreLinkAndPhases) {
    const std::string text = bottleneck_section(sample_run());
    EXPECT_EQ(line_of(text, "Modelled time"),
              "Modelled time: barrier 25.0 %, spike generation 15.0 %, host injection 10.0 %,");
    EXPECT_THAT(text, HasSubstr("transport and reception 50.0 %"));
    EXPECT_EQ(line_of(text, "Critical core"),
              "Critical core: core 3 on tile (1, 2) finished last in 28 of 40 timesteps");
    EXPECT_EQ(line_of(text, "Busiest link"),
              "Busiest link: tile (0, 0) local: 50 packets, which waited 7.50 ns in sum");
}

TEST(BottleneckSection, ShowsTheHostPortWhenItInjected) {
    RunResult run = sample_run();
    EXPECT_EQ(line_of(bottleneck_section(run), "Host port"),
              "Host port: 65 packets, injected in 260 us in sum, of which 200 us after the");
    EXPECT_THAT(bottleneck_section(run), HasSubstr("cores receive meanwhile"));
    run.host_packets = 0;
    EXPECT_THAT(bottleneck_section(run), Not(HasSubstr("Host port")));
}

TEST(TimingSection, CitesEveryConstant) {
    const std::string text = timing_section(sample_run());
    EXPECT_THAT(text,
                HasSubstr("  core.timing.axon_out: 7 ns\n    assumed: command line\n"
                          "  noc.hop_x: 4.1 ns\n    simulated: Davies et al. 2018, table 2\n"));
}

TEST(BottleneckSection, ShowsTimeThatNoPhaseAccountsFor) {
    RunResult run = sample_run();
    EXPECT_THAT(bottleneck_section(run), Not(HasSubstr("other")));
    run.barrier_time -= 100'000'000;
    EXPECT_THAT(bottleneck_section(run), HasSubstr("other 5.0 %"));
}

TEST(BottleneckSection, ListsTheFiveMostCriticalCoresAndCountsTheRest) {
    RunResult run = sample_run();
    run.cores.clear();
    for (std::uint32_t core = 0; core < 7; ++core) {
        CoreResult result;
        result.core = core;
        result.populations = "p" + std::to_string(core);
        result.critical_timesteps = core + 1;
        run.cores.push_back(result);
    }
    const std::string text = bottleneck_section(run);
    EXPECT_THAT(text, testing::ContainsRegex("p6\n.*p5\n.*p4\n.*p3\n.*p2\nand 2 more"));
    EXPECT_THAT(text, Not(HasSubstr("p1\n")));
}

TEST(EnergySection, SplitsByComponentWithDynamicAndAllInApart) {
    const std::string text = energy_section(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(text, "synapse"), "synapse 94.4 nJ 0 J 94.4 nJ <0.1 %");
    EXPECT_EQ(line_of(text, "chip"), "chip 0 J 500 uJ 500 uJ 100.0 %");
    EXPECT_EQ(line_of(text, "sum"), "sum 136 nJ 500 uJ 500 uJ 100.0 %");
}

TEST(EnergySection, GivesEveryComponentPerSampleToo) {
    const std::string text = energy_section(sample_run(), sample_ledger());
    const std::string per_sample = text.substr(text.find("\nper sample ") + 1);
    EXPECT_EQ(line_of(per_sample, "synapse"), "synapse 23.6 nJ 0 J 23.6 nJ <0.1 %");
    EXPECT_EQ(line_of(per_sample, "sum"), "sum 33.9 nJ 125 uJ 125 uJ 100.0 %");
}

TEST(EnergySection, HasNoTablePerSampleWithoutSamples) {
    RunResult run = sample_run();
    run.samples.clear();
    EXPECT_THAT(energy_section(run, sample_ledger()), Not(HasSubstr("per sample")));
}

TEST(EnergySection, SaysWhatStaticEnergyWouldBeInRealTime) {
    // 40 timesteps of 1 ms at 0.25 W.
    const std::string text = energy_section(sample_run(), sample_ledger());
    EXPECT_THAT(text, HasSubstr("40.0 ms of network time (1.00 ms a timestep) in 2.00 ms"));
    EXPECT_THAT(text, HasSubstr("250 mW x 40.0 ms = 10.0 mJ"));
}

TEST(EnergySection, SaysWhenTheChipIsTooSlowForRealTime) {
    RunResult run = sample_run();
    run.network_time_step = 49'000'000;  // 40 of them are shorter than the run's 2 ms
    EXPECT_THAT(energy_section(run, sample_ledger()), HasSubstr("cannot run in real time"));
}

TEST(EnergySection, GradesAreSharesOfDynamicAndOfAllInApart) {
    const std::string text = energy_section(sample_run(), sample_ledger());
    EXPECT_EQ(line_of(text, "measured"), "measured 0.0 % 100.0 %");
    EXPECT_EQ(line_of(text, "simulated"), "simulated 99.5 % <0.1 %");
    EXPECT_EQ(line_of(text, "assumed"), "assumed 0.5 % <0.1 %");
}

TEST(EnergySection, CitesEveryConstant) {
    const std::string text = energy_section(sample_run(), sample_ledger());
    EXPECT_THAT(text, HasSubstr("synapse synaptic_operation: 23.6 pJ x 4,000\n"
                                "    simulated: Davies et al. 2018, table 1\n"));
    EXPECT_THAT(text, HasSubstr("chip leakage: 250 mW for 2.00 ms\n    measured: a measurement\n"));
}

TEST(EnergyLimitsSection, TellsPartsWithoutEventsFromWhatIsNotModelled) {
    const std::string text = energy_limits_section(sample_ledger());
    EXPECT_THAT(text, HasSubstr("- not modelled: learning\n"));
    EXPECT_THAT(text, HasSubstr("- no event of its own is counted: axon\n"));
    EXPECT_THAT(text, Not(HasSubstr("synapse")));
}

TEST(EnergyLimitsSection, NamesEventsThatAreCountedAtNoCost) {
    EnergyLedger ledger({"core 0"}, {{"axon", "read", 0, {"none", Grade::assumed}}}, {});
    EXPECT_THAT(energy_limits_section(ledger), Not(HasSubstr("counted 0 times")));
    EXPECT_THAT(energy_limits_section(ledger), Not(HasSubstr("axon")));
    ledger.add(0, 0, 1500);
    EXPECT_THAT(energy_limits_section(ledger),
                HasSubstr("- axon read: counted 1,500 times, at no cost"));
}

TEST(EnergyLimitsSection, SaysWhenThereIsNoStaticPower) {
    EXPECT_THAT(energy_limits_section(sample_ledger()), Not(HasSubstr("- static power")));
    EXPECT_THAT(energy_limits_section(EnergyLedger({}, {}, {})), HasSubstr("- static power"));
}

}  // namespace
}  // namespace cortile::report
