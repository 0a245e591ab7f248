// SPDX-License-Identifier: Apache-2.0
// The preset odin at the two operating points that the chip's makers measured (Frenkel et al.,
// IEEE TBioCAS 13(1), 2019, section IV-A): a load that never lets the core rest, through the whole
// chip model. The load fixes neither rate nor power: both come out of cycles, clock and counts.
#include <gtest/gtest.h>

#include <string>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

constexpr std::uint64_t kInputs = 256, kNeurons = 256;
constexpr int kTimesteps = 40;

// All inputs spike in each timestep, each through one row of the crossbar, into neurons without
// leak: nothing but neuron spike events.
void write_full_load(const TestFolder& folder) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {kInputs});
    net.linear("fc", kNeurons, kInputs, std::vector<double>(kNeurons * kInputs, 1));
    net.if_("if", {kNeurons}, {.v_threshold = {100}});
    net.output("output", {kNeurons});
    net.chain({"input", "fc", "if", "output"});
    writer.close();
    std::string row = "1";
    for (std::uint64_t i = 1; i < kInputs; ++i) {
        row += ",1";
    }
    std::string raster;
    for (int t = 0; t < kTimesteps; ++t) {
        raster += row + "\n";
    }
    folder.write("input.csv", raster);
}

FinishedRun run_full_load(const std::string& clock) {
    TestFolder folder;
    write_full_load(folder);
    const auto experiment = folder.write("experiment.yaml",
                                         "preset: odin\n"
                                         "network: {file: network.nir}\n"
                                         "stimulus: {kind: raster, files: [input.csv]}\n"
                                         "run: {drain: 1}\n");
    return run_experiment(experiment, {"core.clock=" + clock});
}

double seconds(const FinishedRun& run) {
    return static_cast<double>(run.result.modelled_time) * 1e-12;
}

double operations_per_second(const FinishedRun& run) {
    return static_cast<double>(run.result.synaptic_operations) / seconds(run);
}

double watts(const FinishedRun& run) {
    return run.ledger.total_joules() / seconds(run);
}

TEST(OdinPower, At75MHzAndFullLoadIs477MicrowattsFor37And5MillionOperations) {
    const FinishedRun run = run_full_load("75 MHz");
    EXPECT_NEAR(operations_per_second(run), 37.5e6, 0.01 * 37.5e6);
    EXPECT_NEAR(watts(run), 477e-6, 0.01 * 477e-6);
}

// The paper's load of 256 neurons at 10 Hz is, at this clock, all that the core can do.
TEST(OdinPower, At1And3MHzAndFullLoadIs35MicrowattsFor650ThousandOperations) {
    const FinishedRun run = run_full_load("1.3 MHz");
    EXPECT_NEAR(operations_per_second(run), 650e3, 0.01 * 650e3);
    EXPECT_NEAR(watts(run), 35e-6, 0.01 * 35e-6);
}

// 12.7 pJ is all power over all operations.
TEST(OdinPower, AllInEnergyOfAnOperationIsThePublishedOne) {
    const FinishedRun run = run_full_load("75 MHz");
    const double operations = static_cast<double>(run.result.synaptic_operations);
    EXPECT_NEAR(run.ledger.total_joules() / operations, 12.7e-12, 0.01 * 12.7e-12);
}

// What the load takes, added up by hand: 40 * 256 events of 1 + 512 cycles.
TEST(OdinPower, ABusyCoreTakesTheCyclesOfItsEvents) {
    const FinishedRun run = run_full_load("1 MHz");
    const std::uint64_t events = kTimesteps * kInputs;
    EXPECT_EQ(run.result.synaptic_operations, events * 256);
    EXPECT_EQ(run.result.modelled_time, static_cast<Picoseconds>(events * (1 + 512)) * 1'000'000);
}

TEST(OdinPower, AnIdleChipDrawsLeakageAndClock) {
    TestFolder folder;
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {1});
    net.linear("fc", 1, 1, {1});
    net.lif("lif", {1});
    net.output("output", {1});
    net.chain({"input", "fc", "lif", "output"});
    writer.close();
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml",
                                    "preset: odin\n"
                                    "network: {file: network.nir}\n"
                                    "stimulus: {kind: silent, timesteps: 10}\n"),
                       {"core.clock=10 MHz"});
    EXPECT_GT(seconds(run), 0);
    EXPECT_NEAR(run.ledger.static_joules() / seconds(run), 27.3e-6 + 10 * 1.78e-6, 1e-12);
}

// One event of 256 operations each millisecond, and rest in between.
TEST(OdinPower, InRealTimeOperationsComeOnTopOfLeakageAndClock) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {1});
        net.linear("fc", 1, 1, {1});
        net.if_("if", {1}, {.v_threshold = {100}});
        net.output("output", {1});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    std::string raster;
    for (int t = 0; t < 100; ++t) {
        raster += "1\n";
    }
    folder.write("input.csv", raster);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml",
                                    "preset: odin\n"
                                    "network: {file: network.nir}\n"
                                    "stimulus: {kind: raster, files: [input.csv]}\n"
                                    "chip: {sync: tick, tick: 1 ms}\n"
                                    "run: {drain: 1}\n"),
                       {"core.clock=10 MHz"});
    EXPECT_NEAR(seconds(run), 0.101, 1e-12);
    EXPECT_EQ(run.result.overrun_timesteps, 0u);
    EXPECT_NEAR(watts(run), 27.3e-6 + 10 * 1.78e-6 + 8.43e-12 * 100 * 256 / 0.101, 1e-10);
}

}  // namespace
}  // namespace cortile::test
