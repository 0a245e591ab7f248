// SPDX-License-Identifier: Apache-2.0
// Recorded runs of Loihi's arithmetic, through the whole program: a NIR file with exact hardware
// integers is imported, mapped on one core or split over four, and run on the chip.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using Matrix = std::vector<std::vector<std::int32_t>>;

std::ifstream open_golden(const std::string& name) {
    std::ifstream file(std::string(CORTILE_GOLDEN_DIR) + "/" + name);
    EXPECT_TRUE(file.is_open()) << name;
    return file;
}

// A raster as stimulus CSV: a row per timestep, a column per neuron.
std::string raster_csv(const Matrix& raster) {
    std::string text;
    for (const auto& row : raster) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += (i == 0 ? "" : ",") + std::to_string(row[i]);
        }
        text += "\n";
    }
    return text;
}

std::string experiment(const std::string& more) {
    return "preset: tiny_2x2\n"
           "network: {file: network.nir}\n"
           "stimulus: {kind: raster, files: [input.csv]}\n"
           "run: {drain: 0, probes: [\"lif:spikes,u,v\"]}\n"
           "core: {neurons: 1024, input_axons: 4096, synapse_memory: 128 KiB}\n" +
           more;
}

void expect_equal(const Matrix& got, const Matrix& expected, const char* what) {
    ASSERT_EQ(got.size(), expected.size());
    std::size_t differences = 0;
    for (std::size_t t = 0; t < got.size(); ++t) {
        ASSERT_EQ(got[t].size(), expected[t].size());
        for (std::size_t n = 0; n < got[t].size(); ++n) {
            differences += got[t][n] != expected[t][n];
        }
    }
    EXPECT_EQ(differences, 0u) << what;
}

// Lava's bit-accurate Dense and LIF processes; parameter: which run, over how many cores.
class LavaDense : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(LavaDense, CurrentVoltageAndSpikesAreEqual) {
    const auto [index, cores] = GetParam();
    auto file = open_golden(fmt::format("lif_dense_{}.json", index));
    const nlohmann::json run = nlohmann::json::parse(file);
    const auto weights = run["weights"].get<Matrix>();
    const auto bias = run["bias_mant"].get<std::vector<double>>();
    const std::size_t neurons = weights.size(), inputs = weights[0].size();

    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        std::vector<double> flat;
        for (const auto& row : weights) {
            flat.insert(flat.end(), row.begin(), row.end());
        }
        net.input("input", {inputs});
        net.linear("fc", neurons, inputs, flat);
        net.cuba_lif("lif", {neurons});
        net.output("output", {neurons});
        net.chain({"input", "fc", "lif", "output"});
        net.metadata("fc", "loihi/weight_exponent", {run["weight_exp"].get<double>()});
        net.metadata("fc", "loihi/num_weight_bits", {run["num_weight_bits"].get<double>()});
        net.metadata("lif", "loihi/du", {run["du"].get<double>()});
        net.metadata("lif", "loihi/dv", {run["dv"].get<double>()});
        net.metadata("lif", "loihi/vth_mantissa", {run["vth"].get<double>()});
        net.metadata("lif", "loihi/bias_mantissa", bias);
        net.metadata("lif", "loihi/bias_exponent", {run["bias_exp"].get<double>()});
        writer.close();
    }
    folder.write("input.csv", raster_csv(run["input_spikes"].get<Matrix>()));
    const auto path =
        folder.write("experiment.yaml", experiment(fmt::format("mapping: {{cores: {}}}\n", cores)));

    const FinishedRun finished = run_experiment(path);
    EXPECT_EQ(finished.result.cores_used, static_cast<std::uint32_t>(cores));
    expect_equal(probe(finished.result, "lif", "spikes"), run["spikes"].get<Matrix>(), "spikes");
    expect_equal(probe(finished.result, "lif", "u"), run["u"].get<Matrix>(), "u");
    expect_equal(probe(finished.result, "lif", "v"), run["v"].get<Matrix>(), "v");
}

INSTANTIATE_TEST_SUITE_P(Runs, LavaDense,
                         testing::Combine(testing::Values(0, 1, 2), testing::Values(1, 4)),
                         [](const auto& param) {
                             return fmt::format("run{}_cores{}", std::get<0>(param.param),
                                                std::get<1>(param.param));
                         });

// Copies of the recorded neuron, so that four cores have something to hold.
constexpr std::size_t kCopies = 4;

// Loihi 2 silicon: a neuron with du 4095, dv 163, vth 25 behind one synapse of weight 10.
class SiliconTrace : public testing::TestWithParam<int> {};

TEST_P(SiliconTrace, VoltageAndSpikesAreEqual) {
    Matrix input, voltage, spikes;
    auto file = open_golden("loihi2_lif_trace.csv");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        int in = 0, v = 0, out = 0;
        char comma = 0;
        std::istringstream(line) >> in >> comma >> v >> comma >> out;
        input.push_back({in});
        voltage.push_back(std::vector<std::int32_t>(kCopies, v));
        spikes.push_back(std::vector<std::int32_t>(kCopies, out));
    }
    ASSERT_EQ(input.size(), 1000u);

    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {1});
        net.linear("fc", kCopies, 1, std::vector<double>(kCopies, 10));
        net.lif("lif", {kCopies});
        net.output("output", {kCopies});
        net.chain({"input", "fc", "lif", "output"});
        net.metadata("lif", "loihi/du", {4095});
        net.metadata("lif", "loihi/dv", {163});
        net.metadata("lif", "loihi/vth_mantissa", {25});
        writer.close();
    }
    folder.write("input.csv", raster_csv(input));
    const auto path = folder.write("experiment.yaml",
                                   experiment(fmt::format("mapping: {{cores: {}}}\n", GetParam())));

    const FinishedRun finished = run_experiment(path, {"core.voltage_readout=refractory_marker"});
    EXPECT_EQ(finished.result.cores_used, static_cast<std::uint32_t>(GetParam()));
    expect_equal(probe(finished.result, "lif", "v"), voltage, "v");
    expect_equal(probe(finished.result, "lif", "spikes"), spikes, "spikes");
}

INSTANTIATE_TEST_SUITE_P(Cores, SiliconTrace, testing::Values(1, 4));

}  // namespace
}  // namespace cortile::test
