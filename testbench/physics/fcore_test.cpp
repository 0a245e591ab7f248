// SPDX-License-Identifier: Apache-2.0
// A fully busy Tianjic chip, through the whole model: 156 cores of 256 neurons with 256 inputs each,
// nothing zero. Published: 1.28 TOPS/W computing activations at 0.85 V and 300 MHz, more than 610
// GB/s of internal memory bandwidth, 649 GSOPS/W computing spikes (Pei et al., Nature 572, 2019; Deng
// et al., IEEE JSSC 55(8), 2020).
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

// Each group of 256 neurons projects densely onto itself; a bias sets it going. With `next`, each
// neuron's input is large enough that all give the largest activation, or a spike, each timestep.
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
    net.input("input", {all, 1, 1});
    net.convolution("conv", conv);
    net.if_("neurons", {all, 1, 1}, {.r = {activations ? 1000.0 : 1.0}, .v_threshold = {0.5}});
    net.output("output", {all, 1, 1});
    net.edge("input", "neurons");
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
        folder.write("experiment.yaml", fmt::format("preset: tianjic\n"
                                                    "network: {{file: network.nir}}\n"
                                                    "stimulus: {{kind: silent, timesteps: {}}}\n"
                                                    "mapping: {{placement: linear}}\n"
                                                    "run: {{drain: 0}}\n",
                                                    kTimesteps)),
        assignments, 2);
}

}  // namespace
}  // namespace cortile::test
