// SPDX-License-Identifier: Apache-2.0
// Recordings of Loihi 2, through the whole program: a .net file is imported, mapped and run on the
// chip, and its layers are compared with what was recorded.
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiment/expectations.h"
#include "hw_model/base/error.h"
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

// One neuron that fires in each timestep but the first, and recordings that say otherwise.
TEST(Expectations, DifferencesAreCountedAndTheFirstIsNamed) {
    TestFolder folder;
    {
        NetWriter net(folder.path() / "one.net");
        net.layer("input");
        net.field("shape", {2}, {1});
        net.layer("dense");
        net.field("weight", {100, 0, 0, 100}, {2, 2});
        net.neuron("LOIHI", {{"iDecay", 4096}, {"vDecay", 0}, {"vThMant", 50}});
        net.close();
    }
    folder.write("in.npy", npy({1, 1, 1, 1, 1, 1}, {3, 2}));
    folder.write("out.npy", npy({0, 0, 1, 1, 1, 0, 0, 1}, {4, 2}));
    folder.write("later.npy", npy({1, 1}, {1, 2}));
    const auto path = folder.write(
        "experiment.yaml",
        "network: {file: one.net}\n"
        "stimulus: {kind: raster, files: [in.npy]}\n"
        "run:\n"
        "  drain: 0\n"
        "  recordings: [out.npy, later.npy]\n"
        "  expect: [\"layer1:spikes=out.npy\", \"layer1:spikes = out.npy[:2]\",\n"
        "           \"layer1:u@1 = 6400 * later.npy\", \"layer1:v@7 = later.npy TX\"]\n");
    const auto expectations = run_experiment(path).result.expectations;
    ASSERT_EQ(expectations.size(), 4u);
    EXPECT_EQ(expectations[0].differences, 1u);
    EXPECT_EQ(expectations[0].values, 6u);
    EXPECT_EQ(expectations[0].timesteps_compared, 3u);
    EXPECT_EQ(expectations[0].timesteps_recorded, 4u) << "one is behind the sample's end";
    EXPECT_EQ(expectations[0].first_difference,
              "sample 0, timestep 2, neuron 1: expected 0, got 1");
    EXPECT_TRUE(expectations[1].met());
    EXPECT_TRUE(expectations[2].met()) << expectations[2].first_difference;
    EXPECT_EQ(expectations[3].values, 0u);
    EXPECT_FALSE(expectations[3].met()) << "nothing was compared";
}

// Three neurons, of which two were recorded, in a file of text.
TEST(Expectations, SomeNeuronsOfAPopulation) {
    TestFolder folder;
    {
        NetWriter net(folder.path() / "three.net");
        net.layer("dense");
        net.field("weight", {10, 20, 30}, {3, 1});
        net.neuron("LOIHI", {{"iDecay", 4096}, {"vDecay", 0}, {"vThMant", 50}});
        net.close();
    }
    folder.write("in.npy", npy({1, 0, 1, 0}, {4, 1}));
    folder.write("u.txt", "# neurons 2 and 0\n0 0\n30 10\n0 0\n30 11\n");
    folder.write("u0.txt", "0 10 0 10\n");
    const auto path = folder.write(
        "experiment.yaml",
        "network: {file: three.net}\n"
        "stimulus: {kind: raster, files: [in.npy]}\n"
        "run:\n"
        "  drain: 0\n"
        "  recordings: [u.txt, u0.txt]\n"
        "  expect: [\"layer0[2, 0]:u = 64 * u.txt\", \"layer0[0]:u = 64*u0.txt XT\"]\n");
    const auto expectations = run_experiment(path).result.expectations;
    ASSERT_EQ(expectations.size(), 2u);
    EXPECT_EQ(expectations[0].values, 8u);
    EXPECT_EQ(expectations[0].differences, 1u);
    EXPECT_EQ(expectations[0].first_difference,
              "sample 0, timestep 3, neuron 0: expected 704, got 640");
    EXPECT_TRUE(expectations[1].met()) << expectations[1].first_difference;
}

TEST(Expectations, NeuronsThatDoNotFitAreRefused) {
    Network network;
    network.populations.resize(1);
    network.populations[0].name = "layer0";
    network.populations[0].shape = {3};
    TestFolder folder;
    folder.write("two.txt", "0 0\n1 1\n");
    const auto refusal = [&](const std::string& neurons) -> std::string {
        const auto path = folder.write("experiment.yaml",
                                       "stimulus: {kind: silent}\n"
                                       "run:\n"
                                       "  recordings: [two.txt]\n"
                                       "  expect: [\"layer0[" +
                                           neurons + "]:u = two.txt\"]\n");
        try {
            Expectations(load_experiment(path, {}).parameters, network,
                         [](const Population&) { return true; });
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "none";
    };
    EXPECT_EQ(refusal("2,0"), "none");
    EXPECT_NE(refusal("0").find("is about 2 neurons, and 1 of 'layer0'"), std::string::npos);
    EXPECT_NE(refusal("2:4").find("neuron 3 of 'layer0', which has 3"), std::string::npos);
}

TEST(Expectations, WhatTheTextSays) {
    const ExpectationRequest full =
        parse_expectation(" conv/1:u @2 = 64 * a-b.npz:layer/x[1:9] NCHWT ", "here");
    EXPECT_EQ(full.population, "conv/1");
    EXPECT_EQ(full.quantity, "u");
    EXPECT_EQ(full.first, 2u);
    EXPECT_EQ(full.factor, 64);
    EXPECT_EQ(full.file, "a-b.npz");
    EXPECT_EQ(full.dataset, "layer/x");
    EXPECT_EQ(full.begin, 1u);
    EXPECT_EQ(full.end, 9u);
    EXPECT_EQ(full.axes, "NCHWT");
    const ExpectationRequest some = parse_expectation("a:b [7, 0:2 ]:v=a.txt XT", "here");
    EXPECT_EQ(some.population, "a:b");
    EXPECT_EQ(some.neurons, (std::vector<std::uint32_t>{7, 0, 1}));
    EXPECT_EQ(some.quantity, "v");
    EXPECT_TRUE(full.neurons.empty());
    for (const char* text :
         {"p[]:v=a.npy", "p[x]:v=a.npy", "p[3:3]:v=a.npy", "p[1:]:v=a.npy",
          "p[0:4294967295]:v=a.npy", "p[0,0:16777216]:v=a.npy", "[1]:v=a.npy", "p[1,]:v=a.npy",
          "p[-1]:v=a.npy", "p:w=a.npy", "p=a.npy", "p:u", "p:u=", "p:u@x=a.npy", "p:u=y*a.npy",
          "p:u=a.npy[1]", "p:u=a.npy[3:2]", "p:u=a.npy[1:2"}) {
        EXPECT_THROW(parse_expectation(text, "here"), ConfigError) << text;
    }
}

}  // namespace
}  // namespace cortile::test
