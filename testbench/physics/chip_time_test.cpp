// SPDX-License-Identifier: Apache-2.0
// The modelled time of runs that are small enough to be added up by hand, on the published
// constants (preset tiny_2x2: Davies et al., IEEE Micro 2018, table 2).
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

// One input spike into one neuron that it makes fire: input at step 0, spike at step 1.
void write_chain(const TestFolder& folder, std::uint64_t neurons) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {1});
    net.linear("fc", neurons, 1, std::vector<double>(neurons, 100));
    net.lif("lif", {neurons});
    net.output("output", {neurons});
    net.chain({"input", "fc", "lif", "output"});
    net.metadata("lif", "loihi/du", {4095});
    net.metadata("lif", "loihi/dv", {4095});
    net.metadata("lif", "loihi/vth_mantissa", {50});
    writer.close();
}

constexpr const char* kExperiment =
    "preset: tiny_2x2\n"
    "network: {file: network.nir}\n"
    "stimulus: {kind: raster, files: [input.csv]}\n"
    "run: {drain: 1}\n"
    "mapping: {placement: linear, partition: contiguous}\n";

TEST(ChipTime, OneSpikeIntoOneNeuronIsTheSumOfItsParts) {
    TestFolder folder;
    write_chain(folder, 1);
    folder.write("input.csv", "1\n");
    const FinishedRun run = run_experiment(
        folder.write("experiment.yaml", kExperiment),
        {"host.injection_interval=10ns", "noc.local=2.1 ns", "core.timing.axon_in=1 ns",
         "core.timing.synaptic_operation=3.5 ns", "core.timing.neuron_update_active=8.4 ns",
         "core.timing.neuron_update_inactive=5.3 ns", "core.timing.neuron_spike=0.5 ns",
         "core.timing.axon_out=7 ns", "chip.barrier_latency=[[1, 113 ns]]"});
    // Step 0: an idle neuron beside 10 ns to inject, 2.1 ns to travel, 1 + 3.5 ns to receive.
    // Step 1: an active update and a spike that goes nowhere. A barrier after each.
    const Picoseconds step0 = 10'000 + 2'100 + 1'000 + 3'500;
    const Picoseconds step1 = 8'400 + 500;
    EXPECT_EQ(run.result.modelled_time, step0 + step1 + 2 * 113'000);
    EXPECT_EQ(run.result.neuron_spikes, 1u);
    EXPECT_EQ(run.result.barrier_time, 2 * 113'000);
}

// Each 10 ns of injection begin with the timestep, beside the updates of the core.
TEST(ChipTime, OfInjectionOnlyWhatOutlastsTheCoresIsTimeOfTheHost) {
    TestFolder folder;
    write_chain(folder, 1);
    folder.write("input.csv", "1\n");
    const FinishedRun run = run_experiment(
        folder.write("experiment.yaml", kExperiment),
        {"host.injection_interval=10ns", "noc.local=2.1 ns", "core.timing.axon_in=1 ns",
         "core.timing.synaptic_operation=3.5 ns", "core.timing.neuron_update_active=8.4 ns",
         "core.timing.neuron_update_inactive=5.3 ns", "core.timing.neuron_spike=0.5 ns",
         "core.timing.axon_out=7 ns", "chip.barrier_latency=[[1, 113 ns]]"});
    EXPECT_EQ(run.result.host_packets, 1u);
    EXPECT_EQ(run.result.host_busy, 10'000);
    EXPECT_EQ(run.result.generation_time, 5'300 + 8'400 + 500);
    EXPECT_EQ(run.result.host_time, 10'000 - 5'300);
    EXPECT_EQ(run.result.receive_time, 2'100 + 1'000 + 3'500);
}

TEST(ChipTime, AHostThatIsDoneBeforeTheCoresTakesNoTimeOfItsOwn) {
    TestFolder folder;
    write_chain(folder, 1);
    folder.write("input.csv", "1\n");
    const FinishedRun run = run_experiment(
        folder.write("experiment.yaml", kExperiment),
        {"host.injection_interval=3ns", "core.timing.neuron_update_inactive=5.3 ns"});
    EXPECT_EQ(run.result.host_busy, 3'000);
    EXPECT_EQ(run.result.host_time, 0);
    EXPECT_EQ(run.result.modelled_time,
              run.result.generation_time + run.result.receive_time + run.result.barrier_time);
}

TEST(ChipTime, AConstantFromTheCommandLineIsReportedAsAssumed) {
    TestFolder folder;
    write_chain(folder, 1);
    folder.write("input.csv", "1\n");
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kExperiment), {"core.timing.axon_out=7 ns"});
    std::map<std::string, TimingConstant> constants;
    for (const TimingConstant& constant : run.result.timing_constants) {
        constants[constant.name] = constant;
    }
    EXPECT_EQ(constants["core.timing.axon_out"].value, "7 ns");
    EXPECT_EQ(constants["core.timing.axon_out"].citation.source, "command line");
    EXPECT_EQ(constants["core.timing.axon_out"].citation.grade, Grade::assumed);
    for (const char* name : {"core.timing.synaptic_operation", "noc.hop_x", "noc.link_occupancy",
                             "host.injection_interval", "chip.barrier_latency"}) {
        EXPECT_EQ(constants.count(name), 1u) << name;
    }
    EXPECT_EQ(constants.count("network.time_step"), 0u);
}

TEST(ChipTime, TicksRestOnNoConstantOfABarrier) {
    TestFolder folder;
    write_chain(folder, 1);
    folder.write("input.csv", "1\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment),
                                           {"chip.sync=tick", "chip.tick=1 us"});
    ASSERT_GT(run.result.timing_constants.size(), 3u);
    for (const TimingConstant& constant : run.result.timing_constants) {
        EXPECT_FALSE(constant.name.ends_with("barrier_latency")) << constant.name;
    }
}

TEST(ChipTime, FartherCoresAreReachedLaterByTheirHops) {
    TestFolder folder;
    write_chain(folder, 4);
    folder.write("input.csv", "1\n");
    const FinishedRun run = run_experiment(
        folder.write("experiment.yaml", kExperiment),
        {"mapping.cores=4", "host.injection_interval=0 ns", "noc.local=2 ns", "noc.hop_x=40 ns",
         "noc.hop_y=600 ns", "core.timing.axon_in=0 ns", "core.timing.synaptic_operation=3 ns",
         "core.timing.neuron_update_active=0 ns", "core.timing.neuron_update_inactive=0 ns",
         "core.timing.neuron_spike=0 ns", "core.timing.axon_out=0 ns",
         "chip.barrier_latency=[[1, 100 ns]]", "noc.link_occupancy=1 ns"});
    // Four packets leave tile (0, 0) at once, for cores 0 to 3 in turn. Two of them share the link
    // to the east, where the one to (1, 1) waits for the one to (1, 0); it arrives last.
    EXPECT_EQ(run.result.packets, 4u);
    EXPECT_EQ(run.result.hops, 4u);
    EXPECT_EQ(run.result.receive_time, 1'000 + 40'000 + 600'000 + 2'000 + 3'000);
}

}  // namespace
}  // namespace cortile::test
