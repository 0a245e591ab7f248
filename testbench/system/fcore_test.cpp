// SPDX-License-Identifier: Apache-2.0
// Networks of activations and spikes through the whole program, against their integers computed
// here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Matrix = std::vector<std::vector<long>>;  // [target][source]
using Trace = std::vector<std::vector<std::int32_t>>;

constexpr std::size_t kPixels = 16, kA = 60, kB = 40, kC = 24, kD = 3;
constexpr long kTimesteps = 5;

// Integers from -15 to 15, 31 values, which fit into a table.
Matrix integers(std::size_t targets, std::size_t sources, std::uint64_t seed) {
    Matrix m(targets, std::vector<long>(sources));
    for (std::size_t t = 0; t < targets; ++t) {
        for (std::size_t s = 0; s < sources; ++s) {
            m[t][s] = static_cast<long>(philox({seed, RandomUse::stimulus}, t, s)[0] % 31) - 15;
        }
    }
    m[0][0] = 15;
    return m;
}

std::vector<double> flat(const Matrix& m, double unit) {
    std::vector<double> result;
    for (const auto& row : m) {
        for (const long w : row) {
            result.push_back(static_cast<double>(w) * unit);
        }
    }
    return result;
}

// What a population sends and where its membrane is, timestep by timestep.
struct Recorded {
    Trace sent, v;
};

struct Reference {
    Matrix a = integers(kA, kPixels, 1), b = integers(kB, kA, 2), c = integers(kC, kB, 3),
           d = integers(kD, kC, 4);
    std::vector<long> pixels;
    Recorded relu1, if2, relu3, readout;

    Reference() {
        for (std::size_t i = 0; i < kPixels; ++i) {
            pixels.push_back(static_cast<long>(philox({5, RandomUse::stimulus}, 0, i)[0] % 256));
        }
        run();
    }

    static std::vector<long> product(const Matrix& m, const std::vector<long>& x) {
        std::vector<long> result;
        for (const auto& row : m) {
            long sum = 0;
            for (std::size_t s = 0; s < x.size(); ++s) {
                sum += row[s] * x[s];
            }
            result.push_back(sum);
        }
        return result;
    }

    static long level(double acc, double step) {
        return static_cast<long>(std::clamp(std::floor(acc / step), 0.0, 127.0));
    }

    void run() {
        std::vector<long> image;
        for (const long p : pixels) {
            image.push_back(std::lround(127.0 * static_cast<double>(p) / 255));
        }
        std::vector<long> from_input(kPixels), from_a(kA), from_b(kB), from_c(kC);
        std::vector<long> last_a(kA), last_c(kC), v_b(kB), v_d(kD);
        for (long t = 0; t < kTimesteps + 4; ++t) {
            std::vector<long> a_out(kA), b_out(kB), c_out(kC);
            // Weights / 64 with threshold 1: 2^9 / 64 = 8 units a weight, and 9 bits are cut.
            const auto xa = product(a, from_input);
            for (std::size_t n = 0; n < kA && t >= 1 && t < 1 + kTimesteps; ++n) {
                last_a[n] = a_out[n] =
                    level(8.0 * static_cast<double>(xa[n]) + 0.0625 * 512 * 127, 512);
            }
            // Integer weights up to 15: 120 / 15 = 8 units a weight, 127 times finer for values.
            const auto xb = product(b, from_a);
            for (std::size_t n = 0; n < kB && t >= 2; ++n) {
                v_b[n] += 8 * xb[n] + 1524;
                b_out[n] = v_b[n] > 20320 ? 1 : 0;
                v_b[n] -= 20320 * b_out[n];
            }
            // A spike of weight / 32 is 127 / 32 levels; twice that fits 8 bits.
            for (std::size_t n = 0; n < kC && t >= 3 && t < 3 + kTimesteps; ++n) {
                double sum = 0;
                for (std::size_t s = 0; s < kB; ++s) {
                    sum += std::nearbyint(254.0 * static_cast<double>(c[n][s]) / 32) *
                           static_cast<double>(from_b[s]);
                }
                last_c[n] = c_out[n] = level(sum, 2);
            }
            const auto xd = product(d, from_c);
            for (std::size_t n = 0; n < kD && t >= 4; ++n) {
                v_d[n] += 8 * xd[n];
            }
            record(relu1, a_out, last_a);
            record(if2, b_out, v_b);
            record(relu3, c_out, last_c);
            record(readout, std::vector<long>(kD), v_d);
            from_input = t < kTimesteps ? image : std::vector<long>(kPixels);
            from_a = a_out;
            from_b = b_out;
            from_c = c_out;
        }
    }

    static void record(Recorded& to, const std::vector<long>& sent, const std::vector<long>& v) {
        to.sent.emplace_back(sent.begin(), sent.end());
        to.v.emplace_back(v.begin(), v.end());
    }

    void write(const TestFolder& folder) const {
        std::string idx("\0\0\x08\x03\0\0\0\x01\0\0\0\x04\0\0\0\x04", 16);
        for (const long p : pixels) {
            idx += static_cast<char>(p);
        }
        folder.write("images", idx);
        NirWriter writer(folder.path() / "network.nir");
        writer.storage.number = NumberType::f64;
        NirGraph net = writer.root();
        net.input("input", {kPixels});
        net.affine("fc1", kA, kPixels, flat(a, 1.0 / 64), std::vector<double>(kA, 0.0625));
        net.if_("relu1", {kA}, {.r = {1000}});
        net.affine("fc2", kB, kA, flat(b, 1), std::vector<double>(kB, 1.5));
        net.if_("if2", {kB}, {.v_threshold = {20}});
        net.linear("fc3", kC, kB, flat(c, 1.0 / 32));
        net.if_("relu3", {kC}, {.r = {1000}});
        net.linear("fc4", kD, kC, flat(d, 1));
        net.integrator("readout", {kD});
        net.output("output", {kD});
        net.chain(
            {"input", "fc1", "relu1", "fc2", "if2", "fc3", "relu3", "fc4", "readout", "output"});
        for (const char* relu : {"relu1", "relu3"}) {
            writer.text(net.node_path(relu) + "/metadata/cortile/activation", "relu");
        }
        writer.close();
    }
};

constexpr const char* kExperiment =
    "preset: tianjic\n"
    "network: {file: network.nir, reset: subtract}\n"
    "stimulus: {kind: images, images: images, encoder: value, timesteps: 5}\n"
    "run: {probes: ['relu1:spikes,v', 'if2:spikes,v', 'relu3:spikes,v', 'readout:v']}\n";

struct Variant {
    const char* name;
    std::vector<std::string> assignments;
};

class Hybrid : public testing::TestWithParam<Variant> {};

TEST_P(Hybrid, ComputesWhatItsIntegersSay) {
    TestFolder folder;
    const Reference reference;
    reference.write(folder);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kExperiment), GetParam().assignments, 2);
    EXPECT_EQ(run.result.timesteps, static_cast<std::uint64_t>(kTimesteps + 4));
    const auto same = [&](const char* population, const Recorded& wanted) {
        EXPECT_EQ(probe(run.result, population, "spikes"), wanted.sent) << population;
        EXPECT_EQ(probe(run.result, population, "v"), wanted.v) << population;
    };
    same("relu1", reference.relu1);
    same("if2", reference.if2);
    same("relu3", reference.relu3);
    EXPECT_EQ(probe(run.result, "readout", "v"), reference.readout.v);
    // All of it is really there: levels between the ends, spikes in some timesteps and neurons.
    const auto between = [](const Trace& trace) {
        std::size_t found = 0;
        for (const auto& row : trace) {
            found += static_cast<std::size_t>(
                std::count_if(row.begin(), row.end(), [](auto x) { return x > 0 && x < 127; }));
        }
        return found;
    };
    EXPECT_GT(between(reference.relu1.sent), 50u);
    EXPECT_GT(between(reference.if2.sent), 30u);
    EXPECT_LT(between(reference.if2.sent), 250u);
    EXPECT_GT(between(reference.relu3.sent), 20u);
}

INSTANTIATE_TEST_SUITE_P(
    However, Hybrid,
    testing::Values(Variant{"OneCorePerPopulation", {}},
                    Variant{"SpreadOver13Cores", {"mapping.cores=13"}},
                    Variant{"SpreadOver50Cores", {"mapping.cores=50", "mapping.placement=linear"}},
                    Variant{"AdaptivePhases", {"mapping.cores=9", "core.phase=adaptive"}},
                    Variant{"CoresOf7Neurons", {"core.neurons=7"}},
                    Variant{"TablesOf31AndFewAxons", {"core.input_axons=60"}}),
    [](const auto& param) { return param.param.name; });

TEST(Fcore, AMulticastReachesEachCoreOnceByRelay) {
    TestFolder folder;
    const Reference reference;
    reference.write(folder);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kExperiment), {"mapping.cores=40"});
    std::uint64_t relays = 0, received = 0, sent = 0;
    for (std::size_t e = 0; e < run.ledger.events().size(); ++e) {
        relays += run.ledger.events()[e].event == "relay" ? run.ledger.total_count(e) : 0;
        received += run.ledger.events()[e].event == "axon_in" ? run.ledger.total_count(e) : 0;
        sent += run.ledger.events()[e].event == "axon_out" ? run.ledger.total_count(e) : 0;
    }
    EXPECT_GT(relays, 1000u);
    EXPECT_EQ(received, run.result.host_packets + sent + relays);
    // Whatever sends has its targets somewhere, so each output is one packet of its own.
    std::uint64_t outputs = 0;
    for (const LayerResult& layer : run.result.layers) {
        outputs += layer.name == "relu1" || layer.name == "if2" || layer.name == "relu3"
                       ? layer.spikes
                       : 0;
    }
    EXPECT_EQ(sent, outputs);
    EXPECT_EQ(run.result.packets, received);
}

TEST(Fcore, AFixedPhaseIsTheLengthOfATimestep) {
    TestFolder folder;
    Reference().write(folder);
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment));
    const auto rounds = static_cast<double>(run.result.modelled_time) / 1e6 / (5050 / 300.0);
    EXPECT_NEAR(rounds, static_cast<double>(run.result.timesteps), 0.01);
}

TEST(Fcore, AnAdaptivePhaseIsShorter) {
    TestFolder folder;
    Reference().write(folder);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kExperiment), {"core.phase=adaptive"});
    const auto rounds = static_cast<double>(run.result.modelled_time) / 1e6 / (5050 / 300.0);
    EXPECT_LT(rounds, 0.2 * static_cast<double>(run.result.timesteps));
    EXPECT_GT(run.result.modelled_time, 0);
}

std::string error_of(const TestFolder& folder, const std::string& experiment,
                     const std::vector<std::string>& assignments = {}) {
    try {
        run_experiment(folder.write("experiment.yaml", experiment), assignments);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

// One IF node, metadata as given.
void write_one(const TestFolder& folder, std::uint64_t inputs,
               const std::function<void(NirWriter&, NirGraph&)>& more) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {inputs});
    net.linear("fc", 1, inputs, std::vector<double>(inputs, 1));
    net.if_("neuron", {1});
    net.output("output", {1});
    net.chain({"input", "fc", "neuron", "output"});
    more(writer, net);
    writer.close();
}

constexpr const char* kSilent =
    "preset: tianjic\n"
    "network: {file: network.nir}\n"
    "stimulus: {kind: silent, timesteps: 3}\n";

TEST(Fcore, AnUnknownActivationNamesTheChoices) {
    TestFolder folder;
    write_one(folder, 1, [](NirWriter& writer, NirGraph& net) {
        writer.text(net.node_path("neuron") + "/metadata/cortile/activation", "sigmoid");
    });
    EXPECT_THAT(error_of(folder, kSilent), AllOf(HasSubstr("neuron/metadata/cortile/activation"),
                                                 HasSubstr("unknown activation 'sigmoid'"),
                                                 HasSubstr("known activations: relu")));
}

TEST(Fcore, AnUnknownRegisterNamesTheNearest) {
    TestFolder folder;
    write_one(folder, 1,
              [](NirWriter&, NirGraph& net) { net.metadata("neuron", "fcore/v_flor", {1}); });
    EXPECT_THAT(error_of(folder, kSilent),
                AllOf(HasSubstr("metadata/fcore/v_flor"), HasSubstr("did you mean 'fcore/v_floor'"),
                      HasSubstr("outside of fcore/")));
}

TEST(Fcore, ATableNeedsAllItsValues) {
    TestFolder folder;
    write_one(folder, 1, [](NirWriter& writer, NirGraph& net) {
        writer.text(net.node_path("neuron") + "/metadata/cortile/activation", "relu");
        net.metadata("neuron", "fcore/lut", std::vector<double>(255, 1));
    });
    EXPECT_THAT(error_of(folder, kSilent), HasSubstr("expected 256 values, found 255"));
}

TEST(Fcore, ALayerThatIsTooWideNamesTheNearestChange) {
    TestFolder folder;
    write_one(folder, 784, [](NirWriter&, NirGraph&) {});
    EXPECT_THAT(error_of(folder, kSilent),
                AllOf(HasSubstr("network.nir"), HasSubstr("784 inputs, a core has 256"),
                      HasSubstr("2 x 2 pooling")));
}

TEST(Fcore, ActivationsNeedACoreThatComputesThem) {
    TestFolder folder;
    Reference().write(folder);
    EXPECT_THAT(error_of(folder, kExperiment, {"preset=loihi"}), HasSubstr("core type loihi"));
}

TEST(Fcore, PopulationsThatShareACoreShareItsWeights) {
    TestFolder folder;
    Reference().write(folder);
    const std::string error =
        error_of(folder, kExperiment, {"mapping.share_cores=true", "core.neurons=200"});
    EXPECT_THAT(error, AllOf(HasSubstr("distinct weights of several populations"),
                             HasSubstr("mapping.share_cores: false")));
}

// table[i] = 255 - i over 2: an activation that falls with its input.
TEST(Fcore, ATableOfTheFileIsTheActivation) {
    TestFolder folder;
    write_one(folder, 1, [](NirWriter& writer, NirGraph& net) {
        writer.text(net.node_path("neuron") + "/metadata/cortile/activation", "relu");
        std::vector<double> table(256);
        for (std::size_t i = 0; i < table.size(); ++i) {
            table[i] = static_cast<double>((255 - i) / 2);
        }
        net.metadata("neuron", "fcore/lut", table);
        net.metadata("neuron", "fcore/shift", {0});
        net.metadata("neuron", "fcore/bias", {27});
    });
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kSilent), {"run.probes=['neuron:v']"});
    EXPECT_THAT(probe(run.result, "neuron", "v").back(),
                testing::ElementsAre((255 - (27 + 128)) / 2));
}

// r w (impulse) against r w dt (step): 1 in 1000.
TEST(Fcore, InputOfIfNodesMayLastATimestep) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {1});
        net.linear("fc", 1, 1, {0.5});
        net.if_("neuron", {1}, {.r = {1000}, .v_threshold = {100}});
        net.output("output", {1});
        net.chain({"input", "fc", "neuron", "output"});
        writer.close();
    }
    folder.write("input.csv", "1\n0\n");
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml",
                                    "preset: tianjic\n"
                                    "network: {file: network.nir, if_input: step}\n"
                                    "stimulus: {kind: raster, files: [input.csv]}\n"
                                    "run: {probes: ['neuron:spikes']}\n"));
    EXPECT_EQ(run.result.neuron_spikes, 0u) << "500 if it were an impulse";
}

}  // namespace
}  // namespace cortile::test
