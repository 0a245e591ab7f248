// SPDX-License-Identifier: Apache-2.0
// Preset ideal, whole program: published traces, counted events, and reports without a cost model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/report/result_folder.h"
#include "hw_model/report/summary_json.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const ProbeRecord& record_of(const RunResult& result, const std::string& population,
                             const std::string& quantity) {
    for (const ProbeRecord& record : result.probes) {
        if (record.population == population && record.quantity == quantity) {
            return record;
        }
    }
    throw ContractViolation("no probe " + population + ":" + quantity);
}

// ---- The LIF experiment of Pedersen et al., Nature Communications 15:8122, 2024: repository
// neuromorphs/NIR (BSD-3), paper/01_lif. tau = 2.5 ms, r = 1, threshold 0.1, weight 1, time step
// 0.1 ms, 1000 steps with these input spikes:
constexpr std::uint32_t kInputSteps[] = {60,  220, 270, 310, 320, 350, 370, 400, 410, 430, 440, 450,
                                         460, 470, 480, 490, 500, 510, 520, 530, 670, 680, 690, 700,
                                         710, 720, 730, 740, 750, 760, 770, 780, 840, 850};

struct PublishedTrace {
    std::string dynamics, file;
    std::vector<std::size_t> spikes;
    std::map<std::size_t, double> v;  // of the file's second column, in the network's unit
};

// snnTorch gives v in units of dt / tau = 0.04, Nengo of the threshold, 0.1.
const PublishedTrace kPublished[] = {
    {"norse",
     "lif_norse.csv",
     {460, 510, 710, 760},
     {{60, 0.04},
      {100, 0.007814645},
      {310, 0.048831135},
      {450, 0.09984423},
      {460, 0},
      {500, 0.09602771},
      {509, 0.06650245},
      {700, 0.09609221},
      {900, 0.009146089}}},
    {"sinabs",
     "lif_sinabs.csv",
     {450, 500, 710, 760},
     {{60, 0.03999999910593033},
      {100, 0.008075862191617489},
      {310, 0.04917062819004059},
      {450, 0.001040823757648468},
      {460, 0.04069768264889717},
      {500, 0.005050450563430786},
      {511, 0.04168425127863884},
      {760, 0.005582742393016815},
      {900, 0.009612626396119595}}},
    {"snntorch",
     "lif_snntorch.csv",
     {460, 510, 710, 760},
     {{60, 0.04 * 1.0},
      {310, 0.04 * 1.220778226852417},
      {450, 0.04 * 2.496105432510376},
      {460, 0},
      {700, 0.04 * 2.4023046493530273},
      {900, 0.04 * 0.2286519855260849}}},
    {"exact",
     "lif_nengo.csv",
     {460, 510, 710, 760},
     {{60, 0.1 * 0.3921056112240662},
      {310, 0.1 * 0.482001951577463},
      {450, 0.1 * 0.9904669463681894},
      {460, 0},
      {700, 0.1 * 0.9499556604537577},
      {900, 0.1 * 0.09402674346012516}}},
};

void PrintTo(const PublishedTrace& trace, std::ostream* out) {
    *out << trace.file;
}

class PublishedLif : public testing::TestWithParam<PublishedTrace> {};

TEST_P(PublishedLif, TraceAndSpikesAreThoseOfTheSimulator) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "lif.nir");
        NirGraph net = writer.root();
        net.input("input", {1});
        net.affine("0", 1, 1, {1}, {0});
        net.lif("1", {1}, {.tau = {2.5e-3}, .v_threshold = {0.1}});
        net.output("output", {1});
        net.chain({"input", "0", "1", "output"});
        writer.close();
    }
    std::string raster;
    for (std::uint32_t t = 0; t < 1000; ++t) {
        raster +=
            std::binary_search(std::begin(kInputSteps), std::end(kInputSteps), t) ? "1\n" : "0\n";
    }
    folder.write("input.csv", raster);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml",
                                    "preset: ideal\n"
                                    "network: {file: lif.nir, time_step: 0.1 ms}\n"
                                    "stimulus: {kind: raster, files: [input.csv]}\n"
                                    "run: {probes: [\"1:spikes,v\"]}\n"),
                       {"core.dynamics=" + GetParam().dynamics});
    // The neuron is one layer behind the input: published step t is timestep t + 1.
    const auto spikes = probe(run.result, "1", "spikes");
    std::vector<std::size_t> fired;
    for (std::size_t t = 1; t < spikes.size(); ++t) {
        if (spikes[t][0] != 0) {
            fired.push_back(t - 1);
        }
    }
    EXPECT_EQ(fired, GetParam().spikes);
    const ProbeRecord& v = record_of(run.result, "1", "v");
    EXPECT_TRUE(v.real);
    for (const auto& [step, published] : GetParam().v) {
        EXPECT_NEAR(v.reals.at(step + 1), published, 1e-7) << step;
    }
}

INSTANTIATE_TEST_SUITE_P(Nir, PublishedLif, testing::ValuesIn(kPublished),
                         [](const auto& param) { return param.param.dynamics; });

// ---- Counts of events, and reports without a cost model.

// x, y, polarity and 23 bits of microseconds.
std::string event(int x, int y, int microseconds) {
    std::string bytes{static_cast<char>(x), static_cast<char>(y)};
    for (const int shift : {16, 8, 0}) {
        bytes += static_cast<char>(microseconds >> shift & 0xFF);
    }
    return bytes;
}

void write_summing(const TestFolder& folder) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {1, 1, 2});
    net.integrator("sum", {1, 1, 2});
    net.output("output", {1, 1, 2});
    net.chain({"input", "sum", "output"});
    writer.close();
    folder.write("a.bs2", event(0, 0, 0) + event(0, 0, 1) + event(1, 0, 2) + event(0, 0, 999) +
                              event(1, 0, 1500));
}

std::string summing_experiment(const TestFolder& folder, const std::string& preset, bool counts) {
    return folder
        .write("experiment.yaml",
               fmt::format("preset: {}\n"
                           "network: {{file: network.nir}}\n"
                           "stimulus: {{kind: events, files: [a.bs2], shape: 1 1 2, "
                           "counts: {}}}\n"
                           "run: {{probes: [\"sum:v\"]}}\n",
                           preset, counts))
        .string();
}

TEST(IdealCounts, EveryEventOfATimestepCounts) {
    TestFolder folder;
    write_summing(folder);
    const FinishedRun run = run_experiment(summing_experiment(folder, "ideal", true));
    EXPECT_EQ(record_of(run.result, "sum", "v").reals, (std::vector<double>{0, 0, 3, 1, 3, 2}));
}

TEST(IdealCounts, OrTheyAreMergedIntoOneSpike) {
    TestFolder folder;
    write_summing(folder);
    const FinishedRun run = run_experiment(summing_experiment(folder, "ideal", false));
    EXPECT_EQ(record_of(run.result, "sum", "v").reals, (std::vector<double>{0, 0, 1, 1, 1, 2}));
}

TEST(IdealCounts, CoresThatTakeSpikesOnlyRefuseThem) {
    TestFolder folder;
    write_summing(folder);
    try {
        run_experiment(summing_experiment(folder, "odin", true));
        FAIL() << "ran";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("core type odin takes spikes only"));
    }
}

TEST(IdealReports, SayThatThereIsNoCostModel) {
    TestFolder folder;
    write_summing(folder);
    const FinishedRun run = run_experiment(summing_experiment(folder, "ideal", true));
    const std::string table = summary_table(run.result, run.ledger);
    EXPECT_THAT(table, HasSubstr("there is no energy to report"));
    EXPECT_THAT(table, Not(HasSubstr("0 J")));
    const std::string json = report::summary_json(run.result, run.ledger);
    EXPECT_THAT(json, HasSubstr("\"per_spike_total\": null"));
    EXPECT_THAT(json, HasSubstr("\"dynamic\": null"));
    EXPECT_THAT(json, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace cortile::test
