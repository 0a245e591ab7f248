// SPDX-License-Identifier: Apache-2.0
// Every preset that ships can be built, loaded and run.
#include <gtest/gtest.h>

#include <algorithm>

#include "hw_model/config/chip_schema.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

class Presets : public testing::TestWithParam<std::string> {};

void expect_a_bill(const FinishedRun& run) {
    EXPECT_GT(run.result.modelled_time, 0);
    // A preset without any constant stands for no chip.
    const bool costs = std::any_of(run.ledger.events().begin(), run.ledger.events().end(),
                                   [](const EnergyEvent& event) { return event.joules > 0; });
    EXPECT_EQ(run.ledger.dynamic_joules() > 0, costs);
    EXPECT_EQ(run.ledger.static_joules() > 0, costs);
}

// 8 neurons without leak, each of which one input spike makes fire: what every chip can do.
TEST_P(Presets, RunsANetworkAndBillsIt) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {4});
        net.linear("fc", 8, 4, std::vector<double>(8 * 4, 1));
        net.if_("if", {8}, {.v_threshold = {0.5}});
        net.output("output", {8});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    folder.write("input.csv", "1,0,0,0\n0,0,0,0\n0,0,1,0\n");
    const auto experiment = folder.write("experiment.yaml", "preset: " + GetParam() +
                                                                "\n"
                                                                "network: {file: network.nir}\n"
                                                                "stimulus: {kind: raster, files: "
                                                                "[input.csv]}\n"
                                                                "run: {drain: 1}\n");
    const FinishedRun run = run_experiment(experiment, {}, 2);
    EXPECT_EQ(run.result.timesteps, 4u);
    EXPECT_EQ(run.result.input_spikes, 2u);
    EXPECT_EQ(run.result.neuron_spikes, 2u * 8);
    expect_a_bill(run);
}

class LoihiPresets : public testing::TestWithParam<std::string> {};

// Generated networks are driven by exact Loihi integers.
TEST_P(LoihiPresets, RunAGeneratedNetworkOnSeveralCores) {
    TestFolder folder;
    const auto experiment = folder.write(
        "experiment.yaml",
        "preset: " + GetParam() +
            "\n"
            "network: {generate: {neurons: 40, synapses_per_neuron: 5, firing_rate: 0.2}}\n"
            "stimulus: {kind: silent, timesteps: 50}\n"
            "mapping: {cores: 4}\n");
    const FinishedRun run = run_experiment(experiment, {}, 2);
    const double updates = 40.0 * static_cast<double>(run.result.timesteps);
    EXPECT_GE(run.result.timesteps, 50u);
    EXPECT_NEAR(static_cast<double>(run.result.neuron_spikes) / updates, 0.2, 0.05);
    EXPECT_EQ(run.result.cores_used, 4u);
    expect_a_bill(run);
}

std::vector<std::string> loihi_presets() {
    std::vector<std::string> names;
    for (const std::string& name : preset_names()) {
        if (load_preset(name, ".").text_at("chip.core_type") == "loihi") {
            names.push_back(name);
        }
    }
    return names;
}

INSTANTIATE_TEST_SUITE_P(Shipped, LoihiPresets, testing::ValuesIn(loihi_presets()),
                         [](const auto& param) { return param.param; });
INSTANTIATE_TEST_SUITE_P(Shipped, Presets, testing::ValuesIn(preset_names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace cortile::test
