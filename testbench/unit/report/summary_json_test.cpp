// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/summary_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "testbench/unit/report/sample_run.h"

namespace cortile::report {
namespace {

using Json = nlohmann::ordered_json;
using test::sample_ledger;
using test::sample_run;

Json summary_of(const RunResult& run) {
    return Json::parse(summary_json(run, sample_ledger()));
}

TEST(SummaryJson, HoldsEveryPromisedKeyInOrder) {
    const Json json = summary_of(sample_run());
    std::vector<std::string> keys;
    for (const auto& [key, value] : json.items()) {
        keys.push_back(key);
    }
    EXPECT_THAT(
        keys,
        testing::ElementsAre(
            "network", "chip", "core_type", "operating_point", "noc_timing", "noc_load",
            "noc_error_percent", "stimulus", "version", "interrupted", "accuracy",
            "accuracy_interval_95", "correct_samples", "labelled_samples", "samples", "timesteps",
            "neurons", "synapses", "cores_used", "cores_total", "tiles_used", "neuron_spikes",
            "input_spikes", "synaptic_operations", "neuron_updates", "packets", "packets_injected",
            "hops", "modelled_seconds", "modelled_seconds_by_phase", "host_packets",
            "host_busy_seconds", "latency_seconds_per_sample", "latency_seconds_spread",
            "timing_constants_by_grade", "energy_joules", "average_power_watts",
            "energy_by_component", "energy_by_component_dynamic", "energy_by_grade_share",
            "energy_by_grade_share_dynamic", "energy_boundary", "warnings", "wall_seconds",
            "peak_rss_bytes", "threads", "command"));
}

TEST(SummaryJson, TakesItsCountsFromTheRun) {
    const Json json = summary_of(sample_run());
    EXPECT_EQ(json["samples"], 4);
    EXPECT_EQ(json["timesteps"], 40);
    EXPECT_EQ(json["neurons"], 30);
    EXPECT_EQ(json["synapses"], 1234);
    EXPECT_EQ(json["cores_used"], 2);
    EXPECT_EQ(json["cores_total"], 128);
    EXPECT_EQ(json["tiles_used"], 1);
    EXPECT_EQ(json["neuron_spikes"], 100);
    EXPECT_EQ(json["input_spikes"], 50);
    EXPECT_EQ(json["synaptic_operations"], 4000);
    EXPECT_EQ(json["neuron_updates"], 1200);
    EXPECT_EQ(json["packets"], 80);
    EXPECT_EQ(json["hops"], 200);
    EXPECT_EQ(json["host_packets"], 65);
}

TEST(SummaryJson, TakesItsNamesFromTheRun) {
    const Json json = summary_of(sample_run());
    EXPECT_EQ(json["network"], "digits");
    EXPECT_EQ(json["chip"], "loihi");
    EXPECT_EQ(json["operating_point"], "0.75 V, 25 C");
    EXPECT_EQ(json["noc_timing"], "approximately_timed");
    EXPECT_EQ(json["stimulus"], "rate-coded images, 4 of 10,000");
    EXPECT_EQ(json["warnings"], Json::array({"fc2: 3 weights saturate"}));
}

TEST(SummaryJson, AccuracyIsOverLabelledSamples) {
    const Json json = summary_of(sample_run());
    EXPECT_DOUBLE_EQ(json["accuracy"].get<double>(), 2.0 / 3.0);
    EXPECT_EQ(json["correct_samples"], 2);
    EXPECT_EQ(json["labelled_samples"], 3);
}

TEST(SummaryJson, AccuracyIsNullWithoutLabels) {
    RunResult run = sample_run();
    for (SampleResult& sample : run.samples) {
        sample.label.reset();
    }
    EXPECT_TRUE(summary_of(run)["accuracy"].is_null());
    EXPECT_TRUE(summary_of(run)["accuracy_interval_95"].is_null());
}

TEST(SummaryJson, AccuracyIsNullWithoutReadOut) {
    RunResult run = sample_run();
    for (SampleResult& sample : run.samples) {
        sample.prediction = -1;
    }
    EXPECT_TRUE(summary_of(run)["accuracy"].is_null());
}

TEST(SummaryJson, TimesAreSecondsWithoutRoundingNoise) {
    const Json json = summary_of(sample_run());
    EXPECT_EQ(json["modelled_seconds"].get<double>(), 2e-3);
    EXPECT_EQ(json["modelled_seconds_by_phase"]["barrier"].get<double>(), 5e-4);
    EXPECT_EQ(json["modelled_seconds_by_phase"]["generation"].get<double>(), 3e-4);
    EXPECT_EQ(json["modelled_seconds_by_phase"]["host_injection"].get<double>(), 2e-4);
    EXPECT_EQ(json["modelled_seconds_by_phase"]["receive"].get<double>(), 1e-3);
    EXPECT_EQ(json["host_busy_seconds"].get<double>(), 2.6e-4);
    EXPECT_EQ(json["latency_seconds_per_sample"].get<double>(), 5e-4);
    EXPECT_EQ(json["latency_seconds_spread"]["min"].get<double>(), 3e-4);
    EXPECT_EQ(json["latency_seconds_spread"]["p50"].get<double>(), 4e-4);
    EXPECT_EQ(json["latency_seconds_spread"]["max"].get<double>(), 7e-4);
}

// 4,000 x 23.6 pJ + 500 x 81 pJ + 200 x 3.5 pJ = 135.6 nJ; 0.25 W x 2 ms = 500 uJ.
constexpr double kDynamic = 135.6e-9;
constexpr double kStatic = 500e-6;

TEST(SummaryJson, DynamicStaticAndAllInEnergyStandApart) {
    const Json energy = summary_of(sample_run())["energy_joules"];
    EXPECT_DOUBLE_EQ(energy["dynamic"].get<double>(), kDynamic);
    EXPECT_DOUBLE_EQ(energy["static"].get<double>(), kStatic);
    EXPECT_DOUBLE_EQ(energy["total"].get<double>(), kDynamic + kStatic);
}

TEST(SummaryJson, EnergyPerSampleIsOverAllSamples) {
    const Json energy = summary_of(sample_run())["energy_joules"];
    EXPECT_DOUBLE_EQ(energy["per_sample"].get<double>(), (kDynamic + kStatic) / 4);
    EXPECT_DOUBLE_EQ(energy["per_sample_dynamic"].get<double>(), kDynamic / 4);
    EXPECT_DOUBLE_EQ(energy["per_sample_static"].get<double>(), kStatic / 4);
}

TEST(SummaryJson, EnergyPerSpikeIsOverSpikesOfNeuronsAlone) {
    const Json energy = summary_of(sample_run())["energy_joules"];
    EXPECT_DOUBLE_EQ(energy["per_spike_dynamic"].get<double>(), kDynamic / 100);
    EXPECT_DOUBLE_EQ(energy["per_spike_total"].get<double>(), (kDynamic + kStatic) / 100);
}

TEST(SummaryJson, EnergyPerSynapticOperationIsOverAllEnergyOfItsKind) {
    const Json energy = summary_of(sample_run())["energy_joules"];
    EXPECT_DOUBLE_EQ(energy["per_synaptic_operation_dynamic"].get<double>(), kDynamic / 4000);
    EXPECT_DOUBLE_EQ(energy["per_synaptic_operation_total"].get<double>(),
                     (kDynamic + kStatic) / 4000);
}

TEST(SummaryJson, PowerIsAveragedOverModelledTime) {
    const Json power = summary_of(sample_run())["average_power_watts"];
    EXPECT_DOUBLE_EQ(power["dynamic"].get<double>(), kDynamic / 2e-3);
    EXPECT_DOUBLE_EQ(power["static"].get<double>(), 0.25);
    EXPECT_DOUBLE_EQ(power["total"].get<double>(), kDynamic / 2e-3 + 0.25);
}

TEST(SummaryJson, DivisionByZeroIsNull) {
    RunResult run = sample_run();
    run.samples.clear();
    run.neuron_spikes = 0;
    run.synaptic_operations = 0;
    run.modelled_time = 0;
    const Json json = summary_of(run);
    for (const char* key :
         {"per_sample", "per_sample_dynamic", "per_sample_static", "per_spike_dynamic",
          "per_spike_total", "per_synaptic_operation_dynamic", "per_synaptic_operation_total"}) {
        EXPECT_TRUE(json["energy_joules"][key].is_null()) << key;
    }
    EXPECT_TRUE(json["average_power_watts"]["total"].is_null());
    EXPECT_TRUE(json["latency_seconds_per_sample"].is_null());
    EXPECT_TRUE(json["latency_seconds_spread"]["p50"].is_null());
}

TEST(SummaryJson, ComponentsHoldAllInAndDynamicEnergy) {
    const Json json = summary_of(sample_run());
    const Json all_in = json["energy_by_component"];
    ASSERT_EQ(all_in.size(), 4u);
    EXPECT_DOUBLE_EQ(all_in["synapse"].get<double>(), 94.4e-9);
    EXPECT_DOUBLE_EQ(all_in["soma"].get<double>(), 40.5e-9);
    EXPECT_DOUBLE_EQ(all_in["router"].get<double>(), 0.7e-9);
    EXPECT_DOUBLE_EQ(all_in["chip"].get<double>(), 500e-6);
    EXPECT_EQ(json["energy_by_component_dynamic"]["chip"].get<double>(), 0);
    EXPECT_DOUBLE_EQ(json["energy_by_component_dynamic"]["soma"].get<double>(), 40.5e-9);
}

TEST(SummaryJson, GradeSharesAreOfTheTotalAndCompleteToOne) {
    const Json shares = summary_of(sample_run())["energy_by_grade_share"];
    const double total = kDynamic + kStatic;
    EXPECT_DOUBLE_EQ(shares["measured"].get<double>(), kStatic / total);
    EXPECT_DOUBLE_EQ(shares["simulated"].get<double>(), 134.9e-9 / total);
    EXPECT_EQ(shares["derived"].get<double>(), 0);
    EXPECT_DOUBLE_EQ(shares["assumed"].get<double>(), 0.7e-9 / total);
}

TEST(SummaryJson, GradeSharesOfNoEnergyAreNull) {
    const EnergyLedger empty({"core 0"}, {}, {});
    const Json shares = Json::parse(summary_json(sample_run(), empty))["energy_by_grade_share"];
    for (const char* grade : {"measured", "simulated", "derived", "assumed"}) {
        EXPECT_TRUE(shares[grade].is_null()) << grade;
    }
}

// A chip description without energy constants says nothing of energy; 0 J would be a claim.
TEST(SummaryJson, EnergyWithoutConstantsIsNull) {
    EnergyLedger free({"core 0"}, {{"synapse", "operation", 0, {"none", Grade::assumed}}},
                      {{"chip", "static", 0, {"none", Grade::assumed}}});
    free.add(0, 0, 5);
    const Json json = Json::parse(summary_json(sample_run(), free));
    for (const auto& [key, value] : json["energy_joules"].items()) {
        EXPECT_TRUE(value.is_null()) << key;
    }
    for (const auto& [key, value] : json["average_power_watts"].items()) {
        EXPECT_TRUE(value.is_null()) << key;
    }
    EXPECT_TRUE(json["energy_boundary"]["dynamic"].empty());
    EXPECT_TRUE(json["energy_boundary"]["static"].empty());
    EXPECT_EQ(json["energy_boundary"]["free_events"], Json::array({"synapse operation"}));
}

TEST(SummaryJson, EnergyWithoutStaticPowerIsDynamicAlone) {
    EnergyLedger ledger({"core 0"}, {{"synapse", "operation", 1e-12, {"x", Grade::measured}}}, {});
    ledger.add(0, 0, 8);
    const Json energy = Json::parse(summary_json(sample_run(), ledger))["energy_joules"];
    EXPECT_DOUBLE_EQ(energy["total"].get<double>(), 8e-12);
    EXPECT_DOUBLE_EQ(energy["dynamic"].get<double>(), 8e-12);
    EXPECT_TRUE(energy["static"].is_null());
}

TEST(SummaryJson, BoundaryNamesWhatTheEnergyIsTheSumOf) {
    const Json boundary = summary_of(sample_run())["energy_boundary"];
    EXPECT_EQ(boundary["dynamic"], Json::array({"synapse", "soma", "router"}));
    EXPECT_EQ(boundary["static"], Json::array({"chip leakage"}));
    EXPECT_EQ(boundary["free_events"], Json::array());
}

TEST(SummaryJson, TimingConstantsAreCountedByGradeUnlessTheyAreZero) {
    RunResult run = sample_run();
    run.timing_constants.push_back({"core.timing.axon_in", "0 ns", {"x", Grade::assumed}, true});
    const Json grades = summary_of(run)["timing_constants_by_grade"];
    EXPECT_EQ(grades["measured"], 0);
    EXPECT_EQ(grades["simulated"], 1);
    EXPECT_EQ(grades["derived"], 0);
    EXPECT_EQ(grades["assumed"], 1);
}

TEST(SummaryJson, EndsWithOneLinePerKeyThatMayDifferBetweenRuns) {
    std::istringstream in(summary_json(sample_run(), sample_ledger()));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    ASSERT_GE(lines.size(), 5u);
    EXPECT_EQ(lines[lines.size() - 5], R"(  "wall_seconds": {"load":0.5,"run":1.25},)");
    EXPECT_EQ(lines[lines.size() - 4], R"(  "peak_rss_bytes": 123456789,)");
    EXPECT_EQ(lines[lines.size() - 3], R"(  "threads": 2,)");
    EXPECT_EQ(lines[lines.size() - 2], R"(  "command": "cortile run digits.yaml")");
    EXPECT_EQ(lines[lines.size() - 1], "}");
}

TEST(SummaryJson, IsTheSameApartFromTheseLinesForEqualRuns) {
    RunResult other = sample_run();
    other.wall_load_seconds = 9;
    other.wall_run_seconds = 0.1;
    other.peak_rss_bytes = 5;
    other.threads = 1;
    other.command = "cortile run digits.yaml --threads 1";
    const std::string first = summary_json(sample_run(), sample_ledger());
    const std::string second = summary_json(other, sample_ledger());
    EXPECT_NE(first, second);
    EXPECT_EQ(test::without_execution_lines(first), test::without_execution_lines(second));
}

TEST(SummaryJson, DoublesSurviveTheRoundTrip) {
    RunResult run = sample_run();
    run.wall_run_seconds = 0.1 + 0.2;
    EXPECT_EQ(summary_of(run)["wall_seconds"]["run"].get<double>(), 0.1 + 0.2);
}

TEST(SummaryJson, NamesThatAreNotUtf8StillGiveValidJson) {
    RunResult run = sample_run();
    run.network_name = "caf\xe9";
    EXPECT_EQ(summary_of(run)["network"], "caf\xef\xbf\xbd");
}

TEST(SummaryJson, MarksAnInterruptedRun) {
    RunResult run = sample_run();
    EXPECT_EQ(summary_of(run)["interrupted"], false);
    run.interrupted = true;
    EXPECT_EQ(summary_of(run)["interrupted"], true);
}

}  // namespace
}  // namespace cortile::report
