// SPDX-License-Identifier: Apache-2.0
// A fully busy Tianjic chip, through the whole model: 156 cores of 256 neurons with 256 inputs
// each, nothing zero. Published: 1.28 TOPS/W computing activations at 0.85 V and 300 MHz, more than
// 610 GB/s of internal memory bandwidth, 649 GSOPS/W computing spikes (Pei et al., Nature 572,
// 2019; Deng et al., IEEE JSSC 55(8), 2020).
//
// This is a consistency check: the published figures were in all likelihood computed from the same
// clocks and the same power of a core that the preset is made of.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

constexpr std::uint64_t kCores = 156, kNeurons = 256;
constexpr int kTimesteps = 60;

// Each group of 256 neurons projects densely onto itself; a bias sets it going. All give the
// largest activation, or a spike, in each timestep. There is no input: 256 inputs a neuron are all
// there are.
void write_dense_groups(const TestFolder& folder, bool activations) {
    NirWriter writer(folder.path() / "network.nir");
    writer.storage.layout = Layout::deflate;
    NirGraph net = writer.root();
    const std::uint64_t all = kCores * kNeurons;
    ConvolutionFields conv;
    conv.out_channels = all;
    conv.in_channels_per_group = kNeurons;
    conv.groups = static_cast<double>(kCores);
    conv.weight.assign(all * kNeurons, 1.0 / 128);
    conv.bias.assign(all, activations ? 0.5 : 1.0);
    conv.stride = {1, 1};
    conv.padding = {0, 0};
    conv.dilation = {1, 1};
    conv.input_shape = {{1, 1}};
    net.convolution("conv", conv);
    net.if_("neurons", {all, 1, 1}, {.r = {activations ? 1000.0 : 1.0}, .v_threshold = {0.5}});
    net.output("output", {all, 1, 1});
    net.edge("neurons", "conv");
    net.edge("conv", "neurons");
    net.edge("neurons", "output");
    if (activations) {
        writer.text(net.node_path("neurons") + "/metadata/cortile/activation", "relu");
    }
    writer.close();
}

FinishedRun run_dense(const TestFolder& folder, bool activations,
                      const std::vector<std::string>& assignments = {}) {
    write_dense_groups(folder, activations);
    return run_experiment(
        folder.write("experiment.yaml",
                     fmt::format("preset: tianjic\n"
                                 "network: {{file: network.nir}}\n"
                                 "stimulus: {{kind: silent, timesteps: {}}}\n"
                                 "mapping: {{placement: linear, partition: contiguous}}\n"
                                 "run: {{drain: 0}}\n",
                                 kTimesteps)),
        assignments, 2);
}

struct Efficiency {
    double operations_per_second = 0;  // a multiplication and its addition are one
    double operations_per_joule = 0;
};

Efficiency efficiency(const FinishedRun& run) {
    EXPECT_EQ(run.result.cores_used, kCores);
    EXPECT_EQ(run.result.synaptic_operations, kCores * kNeurons * kNeurons * kTimesteps);
    EXPECT_EQ(run.result.neuron_spikes, kCores * kNeurons * kTimesteps);
    const auto operations = static_cast<double>(run.result.synaptic_operations);
    return {operations / run.ledger.modelled_seconds(), operations / run.ledger.total_joules()};
}

TEST(Tianjic, ComputesActivationsAsEfficientlyAsPublished) {
    TestFolder folder;
    const Efficiency dense = efficiency(run_dense(folder, true));
    const double tops_per_watt = 2 * dense.operations_per_joule * 1e-12;
    // Each operation reads a weight of one byte.
    const double gigabytes_per_second = dense.operations_per_second * 1e-9;
    RecordProperty("tops_per_watt", fmt::format("{:.4f}", tops_per_watt));
    RecordProperty("gigabytes_per_second", fmt::format("{:.1f}", gigabytes_per_second));
    fmt::print(
        "dense activations: {:.4f} TOPS, {:.4f} TOPS/W (published 1.28), {:.1f} GB/s of "
        "weights (published: more than 610)\n",
        2 * dense.operations_per_second * 1e-12, tops_per_watt, gigabytes_per_second);
    EXPECT_NEAR(tops_per_watt, 1.28, 0.03 * 1.28);
    EXPECT_NEAR(gigabytes_per_second, 610, 0.03 * 610);
}

TEST(Tianjic, AFullyBusyChipIsNoFasterWithAdaptivePhases) {
    TestFolder folder;
    const Efficiency dense = efficiency(run_dense(folder, true, {"core.phase=adaptive"}));
    EXPECT_NEAR(dense.operations_per_second * 1e-9, 610, 0.03 * 610);
}

// 649 GSOPS/W are published, beside 5.5 mW a core and a round of 5,050 clocks, from which 708
// follow. The model has the power and the round; what it gives is told, not tuned.
TEST(Tianjic, SpikesGiveTheEfficiencyOfThePublishedPowerNotThePublishedEfficiency) {
    TestFolder folder;
    const Efficiency dense = efficiency(run_dense(folder, false));
    const double gsops_per_watt = dense.operations_per_joule * 1e-9;
    RecordProperty("gsops_per_watt", fmt::format("{:.1f}", gsops_per_watt));
    fmt::print(
        "dense spikes: {:.1f} GSOPS, {:.1f} GSOPS/W; published 649, which does not follow from "
        "the published 5.5 mW a core (708)\n",
        dense.operations_per_second * 1e-9, gsops_per_watt);
    EXPECT_NEAR(gsops_per_watt, 708, 0.03 * 708);
    EXPECT_GT(gsops_per_watt / 649, 1.05)
        << "the discrepancy is gone: mend docs/reference/fcore.md";
}

}  // namespace
}  // namespace cortile::test
