// SPDX-License-Identifier: Apache-2.0
// Recorded learning runs of Lava's bit-approximate model, through the whole program: every trace,
// weight, delay and tag after every timestep. A second input makes the neurons fire as recorded.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using Matrix = std::vector<std::vector<std::int32_t>>;

const char* const kTraces[] = {"x1", "x2", "y1", "y2", "y3"};

// Lava's GradedSpikeCfg and ours.
const std::map<std::string, std::string> kGraded{{"USE_REGULAR_IMPULSE", "spike"},
                                                 {"OVERWRITE", "overwrite"},
                                                 {"ADD_WITH_SATURATION", "add"},
                                                 {"ADD_WITHOUT_SATURATION", "add_overflow"}};
const std::map<std::string, double> kSignModes{{"mixed", 1}, {"excitatory", 2}, {"inhibitory", 3}};

nlohmann::json recorded(const std::string& name) {
    std::ifstream file(fmt::format("{}/learning_{}.json", CORTILE_GOLDEN_DIR, name));
    return nlohmann::json::parse(file);
}

std::string graded_spikes(const nlohmann::json& run) {
    return kGraded.at(run.value("graded_spike_cfg", "USE_REGULAR_IMPULSE"));
}

std::vector<double> delays_in_seconds(const nlohmann::json& run) {
    std::vector<double> delays;
    for (const double timesteps : run.value("delays_of_axons", std::vector<double>{})) {
        delays.push_back(timesteps * 1e-3);
    }
    return delays;
}

// The projection that learns.
std::string learning_one(const nlohmann::json& run) {
    const auto delays = delays_in_seconds(run);
    return std::all_of(delays.begin(), delays.end(), [](double d) { return d == 0; }) ? "fc"
                                                                                      : "delay+fc";
}

void write_network(const std::filesystem::path& path, const nlohmann::json& run) {
    const auto weights = run["weights0"].get<Matrix>();
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
    if (learning_one(run) == "fc") {
        net.chain({"pre", "fc", "lif", "output"});
    } else {
        net.delay("delay", delays_in_seconds(run));
        net.chain({"pre", "delay", "fc", "lif", "output"});
    }
    net.chain({"teacher", "teach", "lif"});
    net.metadata("fc", "loihi/sign_mode", {kSignModes.at(run["sign_mode"])});
    net.metadata("fc", "loihi/num_weight_bits", {run.value("num_weight_bits", 8.0)});
    // Payloads of 255 stay below the threshold, too.
    net.metadata("fc", "loihi/weight_exponent", {graded_spikes(run) == "spike" ? 0.0 : -8.0});
    net.metadata("teach", "loihi/weight_exponent", {7});
    net.metadata("lif", "loihi/du", {4095});
    net.metadata("lif", "loihi/dv", {4095});
    net.metadata("lif", "loihi/vth_mantissa", {20000});  // between all of fc and the teacher
    writer.close();
}

// What inputs send. The teacher acts one timestep later, so that pre spikes are shown one later.
std::string input(const nlohmann::json& run) {
    const auto pre = run["pre_spikes"].get<Matrix>(), post = run["post_spikes"].get<Matrix>();
    std::vector<std::int32_t> values;
    for (std::size_t row = 0; row <= post.size(); ++row) {
        for (std::size_t i = 0; i < pre[0].size(); ++i) {
            values.push_back(row == 0 ? 0 : pre[row - 1][i]);
        }
        for (std::size_t i = 0; i < post[0].size(); ++i) {
            values.push_back(row == post.size() ? 0 : post[row][i]);
        }
    }
    return npy(values, {1, post.size() + 1, pre[0].size() + post[0].size()});
}

std::string experiment(const nlohmann::json& run, const std::string& name, int cores) {
    const std::string projection = learning_one(run);
    std::string text = fmt::format(
        "preset: tiny_2x2\n"
        "network: {{file: network.nir}}\n"
        "stimulus: {{kind: raster, files: [input.npy], entries: values, axes: NTX}}\n"
        "mapping: {{cores: {}}}\n"
        "run: {{drain: 0, probes: [\"{}:w,d,t,x1,x2,y1,y2,y3\"]}}\n"
        "core:\n"
        "  learning:\n"
        "    projections: [\"{}\"]\n"
        "    epoch: {}\n"
        "    graded_spikes: {}\n"
        "    first_timestep: 1\n"
        "    randoms: {}/learning_{}.json\n",
        cores, projection, projection, run["t_epoch"].get<int>(), graded_spikes(run),
        CORTILE_GOLDEN_DIR, name);
    for (const auto& [target, rule] : run["rule"].items()) {
        if (!rule.is_null()) {
            text += fmt::format("    {}: \"{}\"\n", target, rule.get<std::string>());
        }
    }
    for (std::size_t k = 0; k < 5; ++k) {
        text += fmt::format("    {0}_impulse: {1}\n    {0}_tau: {2}\n", kTraces[k],
                            run["impulses_x1x2y1y2y3"][k].get<double>(),
                            run["taus_x1x2y1y2y3"][k].get<double>());
    }
    return text;
}

FinishedRun finish(const nlohmann::json& run, const std::string& name, int cores) {
    TestFolder folder;
    write_network(folder.path() / "network.nir", run);
    folder.write("input.npy", input(run));
    return run_experiment(folder.write("experiment.yaml", experiment(run, name, cores)));
}

std::vector<std::int32_t> flat(const nlohmann::json& recorded) {
    std::vector<std::int32_t> result;
    for (const nlohmann::json& entry : recorded) {
        if (entry.is_array()) {
            result.insert(result.end(), entry.begin(), entry.end());
        } else {
            result.push_back(entry);
        }
    }
    return result;
}

// Recording and cores.
using Case = std::tuple<const char*, int>;

std::string name_of(const testing::TestParamInfo<Case>& info) {
    return fmt::format("{}_cores{}", std::get<0>(info.param), std::get<1>(info.param));
}

class Learning : public testing::TestWithParam<Case> {};

TEST_P(Learning, AllThatIsLearntIsEqual) {
    const auto [name, cores] = GetParam();
    const nlohmann::json run = recorded(name);
    const FinishedRun finished = finish(run, name, cores);
    EXPECT_EQ(finished.result.cores_used, static_cast<std::uint32_t>(cores));
    const nlohmann::json& steps = run["after_step"];
    std::size_t values = 0;
    for (const auto& [quantity, first] : steps[0].items()) {
        // Some recordings have Lava's names of tag and delay.
        const auto got = probe(finished.result, learning_one(run),
                               quantity == "tag_1"   ? "t"
                               : quantity == "tag_2" ? "d"
                                                     : quantity);
        ASSERT_EQ(got.size(), steps.size() + 1);
        for (std::size_t t = 0; t < steps.size(); ++t) {
            const auto expected = flat(steps[t][quantity]);
            ASSERT_EQ(got[t + 1], expected) << quantity << " after step " << t;
            values += expected.size();
        }
    }
    const std::size_t axons = run["pre_spikes"][0].size(), neurons = run["weights0"].size();
    EXPECT_EQ(values,
              steps.size() * (2 * axons + 3 * neurons + axons * neurons * (steps[0].size() - 5)));
}

INSTANTIATE_TEST_SUITE_P(Runs, Learning,
                         testing::Combine(testing::Values("stdp_pair", "stdp_epoch4",
                                                          "tags_and_delays", "inhibitory",
                                                          "graded_overflow"),
                                          testing::Values(1, 2)),
                         name_of);

class LearningCharges : public testing::TestWithParam<Case> {};

// Each update is charged, in time and energy.
TEST_P(LearningCharges, EachUpdate) {
    const auto [name, cores] = GetParam();
    const nlohmann::json run = recorded(name);
    const FinishedRun finished = finish(run, name, cores);
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

INSTANTIATE_TEST_SUITE_P(Runs, LearningCharges,
                         testing::Combine(testing::Values("stdp_pair", "stdp_epoch4"),
                                          testing::Values(1, 2)),
                         name_of);

}  // namespace
}  // namespace cortile::test
