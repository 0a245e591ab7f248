// SPDX-License-Identifier: Apache-2.0
// A small recurrent network in ODIN's register contents, from a NIR file through the whole chip,
// against the same network simulated here event by event in plain integers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "hw_model/base/error.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kInputs = 5, kHidden = 6, kOutputs = 3, kTimesteps = 60;
using Matrix = std::vector<std::vector<int>>;  // [target][source]

struct Layer {
    std::vector<int> threshold, leak, bias;
};

struct Circuit {
    Matrix in_hidden, hidden_hidden, hidden_out;
    Layer hidden, out;
    Matrix raster;  // [timestep][input]
};

Circuit random_circuit(unsigned seed) {
    std::mt19937 random(seed);
    const auto uniform = [&](int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random);
    };
    const auto matrix = [&](int rows, int columns, int low, int high) {
        Matrix m(static_cast<std::size_t>(rows),
                 std::vector<int>(static_cast<std::size_t>(columns)));
        for (auto& row : m) {
            std::generate(row.begin(), row.end(), [&] { return uniform(low, high); });
        }
        return m;
    };
    const auto layer = [&](int size, int most_bias) {
        Layer l;
        for (int n = 0; n < size; ++n) {
            l.threshold.push_back(uniform(5, 30));
            l.leak.push_back(uniform(0, 2));
            l.bias.push_back(uniform(-2, most_bias));
        }
        return l;
    };
    return {matrix(kHidden, kInputs, -4, 7),
            matrix(kHidden, kHidden, -7, 3),
            matrix(kOutputs, kHidden, -3, 7),
            layer(kHidden, 9),
            layer(kOutputs, 0),
            matrix(kTimesteps, kInputs, 0, 1)};
}

// The chip in plain integers. A source spikes first through its excitatory synapses, then through
// its inhibitory ones; sources in the order input, hidden; the neuron that is visited first is
// hidden neuron 0. What fires in a timestep acts in the next.
struct PlainChip {
    explicit PlainChip(const Circuit& s) : circuit(s) {}

    const Circuit& circuit;
    std::array<int, kHidden + kOutputs> v{}, spikes{};
    std::vector<int> input_events, hidden_events;  // sources whose events are due
    int operations = 0, cycles = 0;

    int threshold(int n) const {
        return n < kHidden ? circuit.hidden.threshold[static_cast<std::size_t>(n)]
                           : circuit.out.threshold[static_cast<std::size_t>(n - kHidden)];
    }
    int leak(int n) const {
        return n < kHidden ? circuit.hidden.leak[static_cast<std::size_t>(n)]
                           : circuit.out.leak[static_cast<std::size_t>(n - kHidden)];
    }
    int bias(int n) const {
        return n < kHidden ? circuit.hidden.bias[static_cast<std::size_t>(n)]
                           : circuit.out.bias[static_cast<std::size_t>(n - kHidden)];
    }
    void add(int n, int w) {
        int& x = v[static_cast<std::size_t>(n)];
        x = std::min(std::max(x + w, 0), 255);
        if (x >= threshold(n)) {
            x = 0;
            ++spikes[static_cast<std::size_t>(n)];
        }
    }
    void event(const std::vector<int>& weights) {
        for (const int sign : {1, -1}) {
            bool any = false;
            for (std::size_t n = 0; n < weights.size(); ++n) {
                if (weights[n] * sign > 0) {
                    add(static_cast<int>(n), weights[n]);
                    any = true;
                }
            }
            operations += any ? 256 : 0;
            cycles += any ? 1 + 512 : 0;
        }
    }
    void step(int timestep, const std::vector<int>* next_input) {
        spikes.fill(0);
        cycles += 512;
        for (int n = 0; n < kHidden + kOutputs; ++n) {
            int& x = v[static_cast<std::size_t>(n)];
            x = std::max(x - leak(n), 0);
        }
        for (int n = 0; n < kHidden + kOutputs; ++n) {
            if (timestep < (n < kHidden ? 1 : 2)) {
                continue;
            }
            for (int left = std::abs(bias(n)); left > 0; left -= 7) {
                add(n, bias(n) > 0 ? std::min(left, 7) : -std::min(left, 7));
                cycles += 3;
            }
        }
        for (const int source : input_events) {
            std::vector<int> weights(kHidden + kOutputs);
            for (std::size_t n = 0; n < kHidden; ++n) {
                weights[n] = circuit.in_hidden[n][static_cast<std::size_t>(source)];
            }
            event(weights);
        }
        // Spikes of one source in one timestep are equal events: excitatory ones first.
        for (const int source : unique(hidden_events)) {
            const auto times = std::count(hidden_events.begin(), hidden_events.end(), source);
            for (const int sign : {1, -1}) {
                for (int k = 0; k < times; ++k) {
                    event(weights_of_hidden(source, sign));
                }
            }
        }
        input_events.clear();
        hidden_events.clear();
        for (int i = 0; next_input != nullptr && i < kInputs; ++i) {
            if ((*next_input)[static_cast<std::size_t>(i)] != 0) {
                input_events.push_back(i);
            }
        }
        for (int n = 0; n < kHidden; ++n) {
            for (int k = 0; k < spikes[static_cast<std::size_t>(n)]; ++k) {
                hidden_events.push_back(n);
            }
        }
    }
    static std::vector<int> unique(std::vector<int> values) {
        values.erase(std::unique(values.begin(), values.end()), values.end());
        return values;
    }
    std::vector<int> weights_of_hidden(int source, int sign) const {
        std::vector<int> weights(kHidden + kOutputs);
        for (std::size_t n = 0; n < kHidden + kOutputs; ++n) {
            const int w = n < kHidden
                              ? circuit.hidden_hidden[n][static_cast<std::size_t>(source)]
                              : circuit.hidden_out[n - kHidden][static_cast<std::size_t>(source)];
            weights[n] = w * sign > 0 ? w : 0;
        }
        return weights;
    }
};

std::vector<double> flat(const Matrix& m) {
    std::vector<double> result;
    for (const auto& row : m) {
        result.insert(result.end(), row.begin(), row.end());
    }
    return result;
}

std::vector<double> reals(const std::vector<int>& values) {
    return {values.begin(), values.end()};
}

void write_network(const TestFolder& folder, const Circuit& circuit) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {kInputs});
    net.linear("fc1", kHidden, kInputs, flat(circuit.in_hidden));
    net.lif("hidden", {kHidden});
    net.linear("rec", kHidden, kHidden, flat(circuit.hidden_hidden));
    net.linear("fc2", kOutputs, kHidden, flat(circuit.hidden_out));
    net.lif("out", {kOutputs});
    net.output("output", {kOutputs});
    net.chain({"input", "fc1", "hidden", "fc2", "out", "output"});
    net.chain({"hidden", "rec", "hidden"});
    for (const auto& [name, layer] :
         {std::pair{"hidden", &circuit.hidden}, std::pair{"out", &circuit.out}}) {
        net.metadata(name, "odin/thr", reals(layer->threshold));
        net.metadata(name, "odin/leak_str", reals(layer->leak));
        net.metadata(name, "odin/bias", reals(layer->bias));
    }
    writer.close();
}

constexpr const char* kExperiment =
    "preset: odin\n"
    "network: {file: network.nir}\n"
    "stimulus: {kind: raster, files: [input.csv]}\n"
    "run: {drain: 2, probes: [\"hidden:spikes,v\", \"out:spikes,v\"]}\n"
    "core: {clock: 1 MHz}\n";

TEST(Odin, ARecurrentNetworkRunsAsItDoesEventByEvent) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Circuit circuit = random_circuit(seed);
    TestFolder folder;
    write_network(folder, circuit);
    std::string csv;
    for (const auto& row : circuit.raster) {
        for (std::size_t i = 0; i < kInputs; ++i) {
            csv += (i == 0 ? "" : ",") + std::to_string(row[i]);
        }
        csv += "\n";
    }
    folder.write("input.csv", csv);
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kExperiment), {}, 2);
    const auto hidden_v = probe(run.result, "hidden", "v"), out_v = probe(run.result, "out", "v");
    const auto hidden_s = probe(run.result, "hidden", "spikes");
    const auto out_s = probe(run.result, "out", "spikes");
    ASSERT_EQ(hidden_v.size(), kTimesteps + 2u);
    PlainChip plain(circuit);
    int spikes = 0;
    for (std::size_t t = 0; t < kTimesteps + 2; ++t) {
        plain.step(static_cast<int>(t), t < kTimesteps ? &circuit.raster[t] : nullptr);
        for (std::size_t n = 0; n < kHidden + kOutputs; ++n) {
            const bool hidden = n < kHidden;
            const std::size_t i = hidden ? n : n - kHidden;
            ASSERT_EQ((hidden ? hidden_v : out_v)[t][i], plain.v[n]) << "t " << t << " n " << n;
            ASSERT_EQ((hidden ? hidden_s : out_s)[t][i], plain.spikes[n])
                << "t " << t << " n " << n;
            spikes += plain.spikes[n];
        }
    }
    EXPECT_EQ(run.result.neuron_spikes, static_cast<std::uint64_t>(spikes));
    EXPECT_EQ(run.result.synaptic_operations, static_cast<std::uint64_t>(plain.operations));
    // Events that the last timestep queued took their cycle of pushing, and were never processed.
    const auto modelled = run.result.modelled_time / 1'000'000;
    EXPECT_GE(modelled, plain.cycles);
    EXPECT_LE(modelled, plain.cycles + 4 * kHidden);
}

TEST(Odin, ANetworkThatIsTooLargeIsRefusedWithTheReason) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {300});
        net.linear("fc", 2, 300, std::vector<double>(600, 1));
        net.if_("if", {2});
        net.output("output", {2});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    const auto experiment = folder.write("experiment.yaml",
                                         "preset: odin\n"
                                         "network: {file: network.nir}\n"
                                         "stimulus: {kind: silent}\n");
    try {
        run_experiment(experiment);
        FAIL() << "no ConfigError was thrown";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("needs 300 rows of the crossbar, which has 256"),
                                        HasSubstr("hint: take at least 44 inputs")));
    }
}

}  // namespace
}  // namespace cortile::test
