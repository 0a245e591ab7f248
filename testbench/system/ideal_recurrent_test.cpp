// SPDX-License-Identifier: Apache-2.0
// Preset ideal: a recurrent network against a plain reference, and what must not change a bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

const ProbeRecord& record_of(const RunResult& result, const std::string& population,
                             const std::string& quantity) {
    for (const ProbeRecord& record : result.probes) {
        if (record.population == population && record.quantity == quantity) {
            return record;
        }
    }
    throw ContractViolation("no probe " + population + ":" + quantity);
}

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

std::string states_of_child(const TestFolder& folder, const std::vector<std::string>& assignments,
                            unsigned threads) {
    const auto record = [](const FinishedRun& run, std::ostream& out) {
        out << run.result.cores_used << " cores\n";
        for (const ProbeRecord& probe : run.result.probes) {
            for (const std::int32_t value : probe.values) {
                out << value << "\n";
            }
            for (const double value : probe.reals) {
                out << std::bit_cast<std::uint64_t>(value) << "\n";
            }
        }
    };
    return record_of_child(folder.path() / "experiment.yaml", assignments, threads, record);
}

TEST(IdealInvariance, CoresAndThreadsChangeNoBit) {
    TestFolder folder;
    write_recurrent(folder, {});
    const auto states = [&](int cores, unsigned threads) {
        // Populations share a core only where the mapper is left to choose their number.
        const std::string asked = cores == 1 ? "0" : std::to_string(cores);
        const std::string text = states_of_child(
            folder, {"core.dynamics=sinabs", "mapping.share_cores=true", "mapping.cores=" + asked},
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

}  // namespace
}  // namespace cortile::test
