// SPDX-License-Identifier: Apache-2.0
// Recorded learning runs of Lava's bit-approximate model, through the whole program: every trace
// and every weight after every timestep. A second input makes the neurons fire as recorded.
#include <gtest/gtest.h>

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using Matrix = std::vector<std::vector<std::int32_t>>;

const char* const kTraces[] = {"x1", "x2", "y1", "y2", "y3"};

void write_network(const std::filesystem::path& path, const Matrix& weights) {
    const std::size_t neurons = weights.size(), axons = weights[0].size();
    NirWriter writer(path);
    NirGraph net = writer.root();
    std::vector<double> flat, diagonal(neurons * neurons, 0);
    for (std::size_t n = 0; n < neurons; ++n) {
        flat.insert(flat.end(), weights[n].begin(), weights[n].end());
        diagonal[n * neurons + n] = 255;
    }
    net.input("pre", {axons});
    net.input("teacher", {neurons});
    net.linear("fc", neurons, axons, flat);
    net.linear("teach", neurons, neurons, diagonal);
    net.cuba_lif("lif", {neurons});
    net.output("output", {neurons});
    net.chain({"pre", "fc", "lif", "output"});
    net.chain({"teacher", "teach", "lif"});
    net.metadata("teach", "loihi/weight_exponent", {7});
    net.metadata("lif", "loihi/du", {4095});
    net.metadata("lif", "loihi/dv", {4095});
    net.metadata("lif", "loihi/vth_mantissa", {20000});  // between all of fc and the teacher
    writer.close();
}

// The teacher acts one timestep later, so that pre spikes are shown one later.
std::string raster(const Matrix& pre, const Matrix& post) {
    std::string text;
    for (std::size_t row = 0; row <= post.size(); ++row) {
        std::string line;
        for (std::size_t i = 0; i < pre[0].size(); ++i) {
            line += fmt::format("{},", row == 0 ? 0 : pre[row - 1][i]);
        }
        for (std::size_t i = 0; i < post[0].size(); ++i) {
            line += fmt::format("{},", row == post.size() ? 0 : post[row][i]);
        }
        line.pop_back();
        text += line + "\n";
    }
    return text;
}

std::string experiment(const nlohmann::json& run, const std::string& randoms, int cores) {
    std::string text = fmt::format(
        "preset: tiny_2x2\n"
        "network: {{file: network.nir}}\n"
        "stimulus: {{kind: raster, files: [input.csv]}}\n"
        "mapping: {{cores: {}}}\n"
        "run: {{drain: 0, probes: [\"fc:w,x1,x2,y1,y2,y3\"]}}\n"
        "core:\n"
        "  learning:\n"
        "    projections: [fc]\n"
        "    dw: \"{}\"\n"
        "    epoch: {}\n"
        "    first_timestep: 1\n"
        "    randoms: {}\n",
        cores, run["rule"]["dw"].get<std::string>(), run["t_epoch"].get<int>(), randoms);
    for (std::size_t k = 0; k < 5; ++k) {
        text += fmt::format("    {0}_impulse: {1}\n    {0}_tau: {2}\n", kTraces[k],
                            run["impulses_x1x2y1y2y3"][k].get<double>(),
                            run["taus_x1x2y1y2y3"][k].get<double>());
    }
    return text;
}

class Learning : public testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(Learning, TracesAndWeightsAreEqual) {
    const auto [name, cores] = GetParam();
    const std::string path = fmt::format("{}/learning_{}.json", CORTILE_GOLDEN_DIR, name);
    std::ifstream file(path);
    const nlohmann::json run = nlohmann::json::parse(file);
    const auto post = run["post_spikes"].get<Matrix>();
    TestFolder folder;
    write_network(folder.path() / "network.nir", run["weights0"].get<Matrix>());
    folder.write("input.csv", raster(run["pre_spikes"].get<Matrix>(), post));
    const FinishedRun finished =
        run_experiment(folder.write("experiment.yaml", experiment(run, path, cores)));
    EXPECT_EQ(finished.result.cores_used, static_cast<std::uint32_t>(cores));
    std::size_t values = 0;
    for (const char* quantity : {"x1", "x2", "y1", "y2", "y3", "w"}) {
        const auto got = probe(finished.result, "fc", quantity);
        ASSERT_EQ(got.size(), post.size() + 1);
        for (std::size_t t = 0; t < post.size(); ++t) {
            std::vector<std::int32_t> expected;
            const nlohmann::json& recorded = run["after_step"][t][quantity];
            for (const nlohmann::json& entry : recorded) {
                if (entry.is_array()) {
                    expected.insert(expected.end(), entry.begin(), entry.end());
                } else {
                    expected.push_back(entry);
                }
            }
            ASSERT_EQ(got[t + 1], expected) << quantity << " after step " << t;
            values += expected.size();
        }
    }
    EXPECT_EQ(values, 48u * (6 + 6 + 5 + 5 + 5 + 30));
}

// Each update is charged, in time and energy.
TEST_P(Learning, UpdatesAreCharged) {
    const auto [name, cores] = GetParam();
    const std::string path = fmt::format("{}/learning_{}.json", CORTILE_GOLDEN_DIR, name);
    std::ifstream file(path);
    const nlohmann::json run = nlohmann::json::parse(file);
    TestFolder folder;
    write_network(folder.path() / "network.nir", run["weights0"].get<Matrix>());
    folder.write("input.csv",
                 raster(run["pre_spikes"].get<Matrix>(), run["post_spikes"].get<Matrix>()));
    const FinishedRun finished =
        run_experiment(folder.write("experiment.yaml", experiment(run, path, cores)));
    const auto& events = finished.ledger.events();
    const auto found = std::find_if(events.begin(), events.end(), [](const EnergyEvent& e) {
        return e.event == "synaptic_update";
    });
    ASSERT_NE(found, events.end());
    EXPECT_EQ(found->component, "learning");
    EXPECT_DOUBLE_EQ(found->joules, 120e-12);
    // Synapses of each epoch whose axon or neuron spiked in it, counted from the recording.
    std::uint64_t updates = 0;
    const int epoch = run["t_epoch"];
    for (int begin = 0; begin < 48; begin += epoch) {
        for (int a = 0; a < 6; ++a) {
            for (int n = 0; n < 5; ++n) {
                bool spiked = false;
                for (int t = begin; t < begin + epoch; ++t) {
                    spiked |= run["pre_spikes"][t][a] != 0 || run["post_spikes"][t][n] != 0;
                }
                updates += spiked;
            }
        }
    }
    EXPECT_EQ(finished.ledger.total_count(static_cast<std::size_t>(found - events.begin())),
              updates);
}

INSTANTIATE_TEST_SUITE_P(Runs, Learning,
                         testing::Combine(testing::Values("stdp_pair", "stdp_epoch4"),
                                          testing::Values(1, 2)),
                         [](const auto& param) {
                             return fmt::format("{}_cores{}", std::get<0>(param.param),
                                                std::get<1>(param.param));
                         });

}  // namespace
}  // namespace cortile::test
