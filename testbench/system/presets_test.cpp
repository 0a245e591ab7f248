// SPDX-License-Identifier: Apache-2.0
// Every preset that ships can be built, loaded and run.
#include <gtest/gtest.h>

#include "hw_model/config/chip_schema.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

class Presets : public testing::TestWithParam<std::string> {};

TEST_P(Presets, RunsANetworkAndBillsIt) {
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
    EXPECT_GT(run.result.modelled_time, 0);
    if (GetParam() == "ideal") {  // no chip
        EXPECT_EQ(run.ledger.total_joules(), 0.0);
    } else {
        EXPECT_GT(run.ledger.dynamic_joules(), 0.0);
        EXPECT_GT(run.ledger.static_joules(), 0.0);
    }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Presets, testing::ValuesIn(preset_names()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace cortile::test
