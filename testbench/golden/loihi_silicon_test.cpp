// SPDX-License-Identifier: Apache-2.0
// Recordings of Loihi 2, through the whole program: a .net file is imported, mapped and run on the
// chip, and its layers are compared with what was recorded.
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"

namespace cortile::test {
namespace {

using Events = std::vector<std::vector<std::size_t>>;
using Matrix = std::vector<std::vector<std::int32_t>>;

nlohmann::json recording(const char* name) {
    std::ifstream file(std::string(CORTILE_GOLDEN_DIR) + "/loihi2_layers.json");
    EXPECT_TRUE(file.is_open());
    return nlohmann::json::parse(file)[name];
}

std::vector<std::int32_t> flat(const Matrix& rows) {
    std::vector<std::int32_t> values;
    for (const auto& row : rows) {
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

// A row per timestep.
std::vector<std::int32_t> raster(const Events& events, std::size_t neurons) {
    std::vector<std::int32_t> values(events.size() * neurons, 0);
    for (std::size_t t = 0; t < events.size(); ++t) {
        for (const std::size_t n : events[t]) {
            values[t * neurons + n] = 1;
        }
    }
    return values;
}

void loihi_neurons(NetWriter& net, const nlohmann::json& layer) {
    net.neuron("LOIHI", {{"iDecay", layer["iDecay"].get<double>()},
                         {"vDecay", layer["vDecay"].get<double>()},
                         {"vThMant", layer["vThMant"].get<double>()},
                         {"refDelay", 1},
                         {"wgtExp", 0}});
}

void expect_met(const RunResult& result, std::size_t expectations) {
    ASSERT_EQ(result.expectations.size(), expectations);
    for (const ExpectationResult& e : result.expectations) {
        EXPECT_TRUE(e.met()) << e.text << ": " << e.differences << " differences in " << e.values
                             << " values; " << e.first_difference;
    }
}

// What the dense layer was shown, one timestep late as it was recorded.
TEST(Loihi2Silicon, DenseLayerSpikesAndCurrentsAreEqual) {
    const nlohmann::json dense = recording("dense");
    const auto weight = dense["weight"].get<Matrix>();
    const auto in = dense["in"].get<Events>();
    const std::size_t neurons = weight.size(), inputs = weight[0].size();
    TestFolder folder;
    {
        NetWriter net(folder.path() / "dense.net");
        net.layer("input");
        net.field("shape", {static_cast<double>(inputs)}, {1});
        net.layer("dense");
        const auto values = flat(weight);
        net.field("weight", {values.begin(), values.end()}, {neurons, inputs});
        loihi_neurons(net, dense);
        net.close();
    }
    folder.write("in.npy", npy(raster(in, inputs), {in.size(), inputs}));
    folder.write("out.npy", npy(raster(dense["out"].get<Events>(), neurons), {in.size(), neurons}));
    const auto current = dense["current"].get<Matrix>();
    folder.write("current.npy", npy(flat(current), {current.size(), neurons}));
    const auto path = folder.write("experiment.yaml",
                                   "network: {file: dense.net}\n"
                                   "stimulus: {kind: raster, files: [in.npy]}\n"
                                   "mapping: {cores: 2}\n"
                                   "run:\n"
                                   "  recordings: [out.npy, current.npy]\n"
                                   "  expect:\n"
                                   "    - \"layer1:spikes = out.npy\"\n"
                                   "    - \"layer1:u = 64 * current.npy\"\n");
    const FinishedRun run = run_experiment(path);
    EXPECT_EQ(run.result.cores_used, 2u);
    expect_met(run.result, 2);
    EXPECT_EQ(run.result.expectations[0].timesteps_compared, in.size());
}

// Input neurons that their biases drive, and a convolution behind them. Each layer was recorded
// from its reset on.
TEST(Loihi2Silicon, InputNeuronsAndConvolutionAreEqual) {
    const nlohmann::json tiny = recording("tinynet");
    const auto bias = tiny["layer1_bias"].get<std::vector<double>>();
    const auto input = tiny["input"].get<Events>();
    TestFolder folder;
    {
        NetWriter net(folder.path() / "tiny.net");
        net.layer("input");
        net.field("shape", {3, 16, 16}, {3});
        loihi_neurons(net, tiny);
        net.layer("conv");
        net.field("shape", {static_cast<double>(bias.size()), 6, 6}, {3});
        net.field("weight", tiny["kernel"].get<std::vector<double>>(), {bias.size(), 3, 5, 5, 1});
        net.field("stride", {2, 2}, {2});
        net.field("bias", bias, {bias.size()});
        loihi_neurons(net, tiny);
        net.close();
    }
    const std::size_t neurons = bias.size() * 36;
    folder.write("bias.npy", npy(tiny["input_bias"].get<std::vector<std::int32_t>>(), {3, 16, 16}));
    folder.write("input.npy", npy(raster(input, 768), {input.size(), 768}));
    folder.write("layer1.npy",
                 npy(raster(tiny["layer1"].get<Events>(), neurons), {input.size(), neurons}));
    folder.write("current.npy", npy(flat(tiny["current"].get<Matrix>()), {input.size(), neurons}));
    const auto path = folder.write(
        "experiment.yaml",
        "network: {file: tiny.net, reset_interval: 17}\n"
        "stimulus: {kind: raster, files: [bias.npy], axes: CHW, entries: currents, timesteps: 16}\n"
        "run:\n"
        "  recordings: \"*.npy\"\n"
        "  expect:\n"
        "    - \"layer0:spikes = input.npy[1:]\"\n"
        "    - \"layer1:spikes@1 = layer1.npy[1:]\"\n"
        "    - \"layer1:u@1 = 64*current.npy[1:]\"\n");
    const FinishedRun run = run_experiment(path);
    expect_met(run.result, 3);
    EXPECT_EQ(run.result.expectations[1].timesteps_compared, 15u);
}

}  // namespace
}  // namespace cortile::test
