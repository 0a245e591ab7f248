// SPDX-License-Identifier: Apache-2.0
// A recording of Loihi 1: the voltage of one neuron that spikes once and is refractory for several
// timesteps. The figures are those of line 1 of test/test_files/Loihi/LoihiData/LoihiVth05.txt of
// github bamsumit/slayerPytorch @ 01beeeb.
#include <gtest/gtest.h>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"

namespace cortile::test {
namespace {

// The neuron fires in timestep 4; 640 = 5 << 7 is what a read-out gives of a refractory period
// of 5.
const std::vector<std::int32_t> kVoltage = {0,  128, 220, 285, 640, 641, 642, 643, 644, 12, 20, 25,
                                            28, 30,  31,  31,  30,  29,  28,  27,  26,  25, 24, 23,
                                            22, 21,  20,  19,  18,  17,  16,  15,  14,  13, 12, 11,
                                            10, 9,   8,   7,   6,   5,   4,   3,   2,   1};

TEST(Loihi1Silicon, VoltageOverARefractoryPeriodOfFive) {
    TestFolder folder;
    {
        NetWriter net(folder.path() / "one.net");
        net.layer("dense");
        net.field("weight", {2}, {1, 1});
        net.neuron(
            "LOIHI",
            {{"iDecay", 1024}, {"vDecay", 128}, {"vThMant", 5}, {"refDelay", 5}, {"wgtExp", 0}});
        net.close();
    }
    folder.write("in.csv", "timestep,neuron\n0,0\n");
    folder.write("voltage.npy", npy(kVoltage, {kVoltage.size()}));
    const auto path = folder.write(
        "experiment.yaml",
        "network: {file: one.net}\n"
        "core: {voltage_readout: refractory_marker}\n"
        "stimulus: {kind: raster, files: [in.csv], timesteps: 46}\n"
        "run: {drain: 0, recordings: [voltage.npy], expect: [\"layer0:v = voltage.npy T\"]}\n");
    const FinishedRun run = run_experiment(path);
    ASSERT_EQ(run.result.expectations.size(), 1u);
    const ExpectationResult& result = run.result.expectations[0];
    EXPECT_EQ(result.values, kVoltage.size());
    EXPECT_EQ(result.differences, 0u) << result.first_difference;
}

}  // namespace
}  // namespace cortile::test
