// SPDX-License-Identifier: Apache-2.0
// Preset ideal, whole program: published traces, a recurrent network against a plain reference, and
// what must not change a bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
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

// ---- A recurrent network, and the same network written down plainly.

constexpr std::size_t kInputs = 6, kHidden = 20, kOutputs = 4, kSteps = 120;
constexpr std::size_t kIn = kHidden * kInputs, kRec = kHidden * kHidden, kOut = kOutputs * kHidden;
constexpr double kTimeStep = 1e-4;

// Uniform in [-1, 1), kept to 24 bits as the file does.
double draw(std::uint64_t seed, std::size_t i) {
    return static_cast<double>(
        static_cast<float>(static_cast<double>(philox({seed}, i, 0)[0]) / 2147483648.0 - 1));
}

std::vector<double> draws(std::uint64_t seed, std::size_t count, double scale) {
    std::vector<double> result(count);
    for (std::size_t i = 0; i < count; ++i) {
        result[i] = static_cast<double>(static_cast<float>(scale * draw(seed, i)));
    }
    return result;
}

struct RecurrentNetwork {
    std::vector<double> w1 = draws(1, kIn, 1.5), b1 = draws(2, kHidden, 0.1);
    std::vector<double> wr = draws(3, kRec, 0.2), br = draws(4, kHidden, 0.3);
    std::vector<double> w2 = draws(5, kOut, 2.0), b2 = draws(6, kOutputs, 0.1);
    double tau_syn = 3e-4, tau_mem = 8e-4, r = 2, w_in = 1.5, threshold = 0.25;
};

bool input_spike(std::size_t t, std::size_t i) {
    return philox({9}, t, i)[0] % 5 == 0;
}

struct Variant {
    std::string dynamics, reset;
};

void PrintTo(const Variant& variant, std::ostream* out) {
    *out << variant.dynamics << ", reset " << variant.reset;
}

using Raster = std::vector<std::vector<std::int32_t>>;
struct Rasters {
    Raster hidden, output;
    std::vector<double> hidden_v;  // of the last step
};

// One population's state, advanced as each simulator's own formulas say.
class PlainLayer {
  public:
    PlainLayer(const RecurrentNetwork& n, std::size_t size, const Variant& variant)
        : n_(n), variant_(variant), i_(size), v_(size) {}

    std::vector<std::int32_t> step(const std::vector<double>& x) {
        const double ks = kTimeStep / n_.tau_syn, km = kTimeStep / n_.tau_mem;
        std::vector<std::int32_t> z(x.size());
        for (std::size_t k = 0; k < x.size(); ++k) {
            double& i = i_[k];
            double& v = v_[k];
            const double before = v;
            if (variant_.dynamics == "sinabs") {
                i = std::exp(-ks) * i + ks * n_.w_in * x[k];
                v = std::max(std::exp(-km) * v + km * n_.r * i, -1.0);
                z[k] = v > 0 ? static_cast<std::int32_t>(v / n_.threshold) : 0;
                v = variant_.reset == "zero" && z[k] > 0 ? 0 : v - z[k] * n_.threshold;
                continue;
            }
            i = i + ks * (-i + n_.w_in * x[k]);
            v = v + km * (-v + n_.r * i);
            if (variant_.reset == "zero") {
                z[k] = v > n_.threshold;
                v = z[k] ? 0 : v;
            } else if (variant_.dynamics == "snntorch") {
                const int d = before > n_.threshold;
                v -= d * n_.threshold;
                z[k] = v > n_.threshold;
                v -= (z[k] - d) * n_.threshold;
            } else {
                z[k] = v > n_.threshold;
                v -= z[k] * n_.threshold;
            }
        }
        return z;
    }
    const std::vector<double>& v() const { return v_; }

  private:
    const RecurrentNetwork& n_;
    const Variant& variant_;
    std::vector<double> i_, v_;
};

template <typename Spikes>
void add_product(const std::vector<double>& weight, const Spikes& z, std::vector<double>& x) {
    for (std::size_t o = 0; o < x.size(); ++o) {
        for (std::size_t i = 0; i < z.size(); ++i) {
            x[o] += weight[o * z.size() + i] * z[i];
        }
    }
}

// All layers in one step, as simulators without a chip do.
Rasters plain_reference(const RecurrentNetwork& n, const Variant& variant) {
    PlainLayer hidden(n, kHidden, variant), output(n, kOutputs, variant);
    std::vector<std::int32_t> z(kHidden, 0);
    Rasters result;
    for (std::size_t t = 0; t < kSteps; ++t) {
        std::vector<double> x = n.b1;
        std::vector<std::int32_t> s(kInputs);
        for (std::size_t i = 0; i < kInputs; ++i) {
            s[i] = input_spike(t, i);
        }
        add_product(n.w1, s, x);
        add_product(n.wr, z, x);
        for (std::size_t h = 0; h < kHidden && (t > 0 || variant.dynamics != "norse"); ++h) {
            x[h] += n.br[h];
        }
        z = hidden.step(x);
        std::vector<double> y = n.b2;
        add_product(n.w2, z, y);
        result.hidden.push_back(z);
        result.output.push_back(output.step(y));
    }
    result.hidden_v = hidden.v();
    return result;
}

void write_recurrent(const TestFolder& folder, const RecurrentNetwork& n) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    const NeuronFields fields{.tau_syn = {n.tau_syn},
                              .tau_mem = {n.tau_mem},
                              .r = {n.r},
                              .v_threshold = {n.threshold},
                              .w_in = std::vector<double>{n.w_in}};
    writer.storage.number = NumberType::f64;
    net.input("input", {kInputs});
    net.affine("fc1", kHidden, kInputs, n.w1, n.b1);
    net.cuba_lif("hidden", {kHidden}, fields);
    net.affine("rec", kHidden, kHidden, n.wr, n.br);
    net.affine("fc2", kOutputs, kHidden, n.w2, n.b2);
    net.cuba_lif("out", {kOutputs}, fields);
    net.output("output", {kOutputs});
    net.chain({"input", "fc1", "hidden", "fc2", "out", "output"});
    net.chain({"hidden", "rec", "hidden"});
    writer.close();
    std::string raster;
    for (std::size_t t = 0; t < kSteps; ++t) {
        for (std::size_t i = 0; i < kInputs; ++i) {
            raster += fmt::format("{}{}", i == 0 ? "" : ",", input_spike(t, i) ? 1 : 0);
        }
        raster += "\n";
    }
    folder.write("input.csv", raster);
    folder.write("experiment.yaml",
                 "preset: ideal\n"
                 "network: {file: network.nir, time_step: 0.1 ms}\n"
                 "stimulus: {kind: raster, files: [input.csv]}\n"
                 "run: {probes: [\"hidden:spikes,u,v\", \"out:spikes,u,v\"]}\n");
}

class Recurrent : public testing::TestWithParam<Variant> {};

TEST_P(Recurrent, EveryRasterIsThatOfThePlainReference) {
    TestFolder folder;
    const RecurrentNetwork network;
    write_recurrent(folder, network);
    const FinishedRun run = run_experiment(
        folder.path() / "experiment.yaml",
        {"core.dynamics=" + GetParam().dynamics, "network.reset=" + GetParam().reset});
    const Rasters expected = plain_reference(network, GetParam());
    // A population is as many timesteps behind as it is layers deep.
    const Raster hidden = probe(run.result, "hidden", "spikes");
    const Raster output = probe(run.result, "out", "spikes");
    ASSERT_EQ(output.size(), kSteps + 2);
    EXPECT_EQ(Raster(hidden.begin() + 1, hidden.begin() + 1 + kSteps), expected.hidden);
    EXPECT_EQ(Raster(output.begin() + 2, output.end()), expected.output);
    const ProbeRecord& v = record_of(run.result, "hidden", "v");
    for (std::size_t h = 0; h < kHidden; ++h) {
        EXPECT_NEAR(v.reals.at(kSteps * kHidden + h), expected.hidden_v[h], 1e-10) << h;
    }
    std::int64_t total = 0;
    for (const auto& row : expected.output) {
        total += std::accumulate(row.begin(), row.end(), 0);
    }
    EXPECT_GT(total, 20) << "a silent network would prove nothing";
}

INSTANTIATE_TEST_SUITE_P(Dynamics, Recurrent,
                         testing::Values(Variant{"norse", "zero"}, Variant{"norse", "subtract"},
                                         Variant{"snntorch", "zero"},
                                         Variant{"snntorch", "subtract"},
                                         Variant{"network", "zero"}, Variant{"sinabs", "subtract"},
                                         Variant{"sinabs", "zero"}),
                         [](const auto& param) {
                             return param.param.dynamics + "_" + param.param.reset;
                         });

// ---- What must not change a bit.

// SystemC elaborates once per process, so each run has its own.
std::string states_of_child(const TestFolder& folder, const std::string& name,
                            const std::vector<std::string>& assignments, unsigned threads) {
    const auto file = folder.path() / (name + ".txt");
    const pid_t child = fork();
    if (child == 0) {
        int code = 1;
        try {
            const FinishedRun run =
                run_experiment(folder.path() / "experiment.yaml", assignments, threads);
            std::ofstream out(file);
            out << run.result.cores_used << " cores\n";
            for (const ProbeRecord& record : run.result.probes) {
                for (const std::int32_t value : record.values) {
                    out << value << "\n";
                }
                for (const double value : record.reals) {
                    out << std::bit_cast<std::uint64_t>(value) << "\n";
                }
            }
            code = 0;
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        _exit(code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << name;
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

TEST(IdealInvariance, CoresAndThreadsChangeNoBit) {
    TestFolder folder;
    write_recurrent(folder, {});
    const auto states = [&](int cores, unsigned threads) {
        // Populations share a core only where the mapper is left to choose their number.
        const std::string asked = cores == 1 ? "0" : std::to_string(cores);
        const std::string text = states_of_child(
            folder, fmt::format("{}_{}", cores, threads),
            {"core.dynamics=sinabs", "mapping.share_cores=true", "mapping.cores=" + asked},
            threads);
        const std::size_t line = text.find('\n') + 1;
        EXPECT_EQ(text.substr(0, line), fmt::format("{} cores\n", cores));
        return text.substr(line);
    };
    const std::string one = states(1, 1);
    EXPECT_GT(one.size(), 1000u);
    EXPECT_TRUE(states(4, 1) == one);
    EXPECT_TRUE(states(16, 1) == one);
    EXPECT_TRUE(states(16, 2) == one);
}

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
        run_experiment(summing_experiment(folder, "tiny_2x2", true));
        FAIL() << "ran";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("core type loihi takes spikes only"));
    }
}

TEST(IdealReports, SayThatThereIsNoCostModel) {
    TestFolder folder;
    write_summing(folder);
    const FinishedRun run = run_experiment(summing_experiment(folder, "ideal", true));
    const std::string table = summary_table(run.result, run.ledger);
    EXPECT_THAT(table, HasSubstr("no cost model"));
    EXPECT_THAT(table, Not(HasSubstr("0 J")));
    const std::string json = report::summary_json(run.result, run.ledger);
    EXPECT_THAT(json, HasSubstr("\"per_spike_total\": null"));
    EXPECT_THAT(json, HasSubstr("\"dynamic\": null"));
    EXPECT_THAT(json, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace cortile::test
