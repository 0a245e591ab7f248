// SPDX-License-Identifier: Apache-2.0
// Whole runs: classification, counts, energy, and inputs that a current drives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

constexpr const char* kExperiment =
    "preset: tiny_2x2\n"
    "network: {file: network.nir}\n"
    "stimulus: {kind: raster, files: [a.csv, b.csv], labels: labels.txt}\n";

// Three outputs that copy three inputs, two steps after them when `layers` is 2.
void write_copies(const TestFolder& folder, int layers = 1) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {3});
    std::vector<std::string> names{"input"};
    for (int layer = 1; layer <= layers; ++layer) {
        const std::string index = std::to_string(layer);
        net.linear("fc" + index, 3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1});
        net.lif("lif" + index, {3}, {.tau = {1e-3}, .v_threshold = {0.5}});
        names.push_back("fc" + index);
        names.push_back("lif" + index);
    }
    net.output("output", {3});
    names.push_back("output");
    net.chain(names);
    writer.close();
}

TEST(Run, PredictsTheOutputThatSpikedMost) {
    TestFolder folder;
    write_copies(folder);
    folder.write("a.csv", "0,1,1\n0,0,1\n1,0,1\n");
    folder.write("b.csv", "1,0,0\n0,0,0\n0,0,0\n");
    folder.write("labels.txt", "2\n1\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    ASSERT_EQ(run.result.samples.size(), 2u);
    EXPECT_EQ(run.result.samples[0].prediction, 2);
    EXPECT_EQ(run.result.samples[0].label, 2u);
    EXPECT_EQ(run.result.samples[1].prediction, 0) << "nothing of the sample before is left";
}

// Each sample brings a neuron to 0.4 of a threshold of 0.5: two would make it fire.
TEST(Run, ChargeOfOneSampleIsGoneInTheNext) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {3});
        net.linear("fc", 3, 3, {0.4, 0, 0, 0, 0.4, 0, 0, 0, 0.4});
        net.if_("if", {3}, {.v_threshold = {0.5}});
        net.output("output", {3});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    folder.write("a.csv", "1,1,1\n");
    folder.write("b.csv", "1,1,1\n");
    folder.write("labels.txt", "0\n0\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    EXPECT_EQ(run.result.synaptic_operations, 6u);
    EXPECT_EQ(run.result.neuron_spikes, 0u);
}

TEST(Run, LowestIndexWinsATie) {
    TestFolder folder;
    write_copies(folder);
    folder.write("a.csv", "0,1,1\n");
    folder.write("b.csv", "0,0,0\n");
    folder.write("labels.txt", "1\n0\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    EXPECT_EQ(run.result.samples[0].prediction, 1);
    EXPECT_EQ(run.result.samples[1].prediction, 0);
}

TEST(Run, DrainsAsManyTimestepsAsTheNetworkIsDeep) {
    TestFolder folder;
    write_copies(folder, 2);
    folder.write("a.csv", "0,0,0\n0,0,1\n");
    folder.write("b.csv", "1,0,0\n1,0,0\n");
    folder.write("labels.txt", "2\n0\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    EXPECT_EQ(run.result.timesteps, 2u * (2 + 2));
    EXPECT_EQ(run.result.samples[0].prediction, 2) << "the last input still counts";
}

// 6 input spikes, each one synapse and one packet to layer 1; each fires once and sends on.
TEST(Run, CountsAndEnergyOfASmallRunAreAsAddedUpByHand) {
    TestFolder folder;
    write_copies(folder, 2);
    folder.write("a.csv", "1,1,1\n1,1,1\n");
    folder.write("b.csv", "0,0,0\n");
    folder.write("labels.txt", "0\n0\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    const RunResult& result = run.result;
    EXPECT_EQ(result.input_spikes, 6u);
    EXPECT_EQ(result.neuron_spikes, 12u);
    EXPECT_EQ(result.synaptic_operations, 12u);
    EXPECT_EQ(result.packets, 12u);
    EXPECT_EQ(result.timesteps, 4u + 3u);
    EXPECT_EQ(result.neuron_updates, 6u * 7u);
    // 23.6 pJ a synapse; 81 and 52 pJ an active and inactive update; 1.7 pJ a packet; each hop.
    std::uint64_t active = 0;
    for (const CoreResult& core : result.cores) {
        active += core.neuron_updates_active;
    }
    EXPECT_GE(active, 12u);
    const double hops = static_cast<double>(result.hops);
    const double pj = 12 * 23.6 + static_cast<double>(active) * 81 +
                      static_cast<double>(42 - active) * 52 + 12 * 1.7;
    EXPECT_GE(run.ledger.dynamic_joules() * 1e12, pj + 3.0 * hops - 1e-6);
    EXPECT_LE(run.ledger.dynamic_joules() * 1e12, pj + 4.0 * hops + 1e-6);
    EXPECT_GT(run.ledger.static_joules(), 0);
}

// An image and a raster input of 2 and 1 neurons: the stimulus has their neurons one after another.
TEST(Run, SeveralInputPopulationsTakeOneStimulus) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("a", {2});
        net.input("b", {1});
        net.linear("fc_a", 3, 2, {1, 0, 0, 1, 0, 0});
        net.linear("fc_b", 3, 1, {0, 0, 1});
        net.lif("lif", {3}, {.tau = {1e-3}, .v_threshold = {0.5}});
        net.output("output", {3});
        net.chain({"a", "fc_a", "lif", "output"});
        net.chain({"b", "fc_b", "lif"});
        writer.close();
    }
    folder.write("a.csv", "0,0,1\n");
    folder.write("b.csv", "0,1,0\n");
    folder.write("labels.txt", "2\n1\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    EXPECT_EQ(run.result.samples[0].prediction, 2);
    EXPECT_EQ(run.result.samples[1].prediction, 1);
}

TEST(Run, CurrentDrivenInputsFireAtTheirPixelsRate) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {1, 1, 2});
        net.flatten("flat", 0, -1);
        net.linear("fc", 2, 2, {1, 0, 0, 1});
        net.lif("lif", {2}, {.tau = {1e-3}, .v_threshold = {0.5}});
        net.output("output", {2});
        net.chain({"input", "flat", "fc", "lif", "output"});
        writer.close();
    }
    // idx3: one image of 1 x 2 pixels, 0 and 128.
    const char idx[] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, char(128)};
    folder.write("image.idx", std::string(idx, sizeof idx));
    const FinishedRun run = run_experiment(folder.write(
        "experiment.yaml",
        "preset: tiny_2x2\n"
        "network: {file: network.nir}\n"
        "stimulus: {kind: images, images: image.idx, encoder: current, timesteps: 100}\n"));
    ASSERT_EQ(run.result.layers.size(), 2u);
    EXPECT_EQ(run.result.input_spikes, 0u) << "the host injects nothing";
    // 128 / 255 of the threshold a step reaches it every second step; the drain is silent.
    EXPECT_EQ(run.result.layers[0].spikes, 50u);
    EXPECT_EQ(run.result.samples[0].prediction, 1);
}

}  // namespace
}  // namespace cortile::test
