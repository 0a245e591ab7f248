// SPDX-License-Identifier: Apache-2.0
// The behaviours of Izhikevich ("Which model to use for cortical spiking neurons?", IEEE Trans.
// Neural Networks 15(5), 2004, Fig. 1) that one neuron of TrueNorth shows, each told from its spike
// train. Input is spikes alone: a step is a spike in every tick, a ramp counts up in binary over
// four axon types. What cannot be shown, and why: docs/reference/truenorth.md.
//
// With CORTILE_GALLERY naming a folder each test writes its trace there, for
// scripts/truenorth_gallery.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

constexpr int kTicks = 200;
using Times = std::vector<int>;
using Inputs = std::array<std::vector<bool>, 4>;  // per axon type and tick

struct Trace {
    Times spikes;
    std::vector<int> v;

    // Spikes in [from, to).
    Times within(int from, int to) const {
        Times result;
        std::copy_if(spikes.begin(), spikes.end(), std::back_inserter(result),
                     [&](int t) { return t >= from && t < to; });
        return result;
    }
};

Times intervals(const Times& spikes) {
    Times result;
    for (std::size_t i = 1; i < spikes.size(); ++i) {
        result.push_back(spikes[i] - spikes[i - 1]);
    }
    return result;
}

// Groups of spikes at most `gap` ticks apart.
std::vector<Times> bursts(const Times& spikes, int gap) {
    std::vector<Times> result;
    for (const int t : spikes) {
        if (result.empty() || t - result.back().back() > gap) {
            result.emplace_back();
        }
        result.back().push_back(t);
    }
    return result;
}

Inputs nothing() {
    Inputs inputs;
    inputs.fill(std::vector<bool>(kTicks));
    return inputs;
}
Inputs step(int from, int to) {
    Inputs inputs = nothing();
    std::fill(inputs[0].begin() + from, inputs[0].begin() + to, true);
    return inputs;
}
Inputs pulses(const std::vector<std::pair<int, std::size_t>>& at) {  // tick, axon type
    Inputs inputs = nothing();
    for (const auto& [tick, type] : at) {
        inputs[type][static_cast<std::size_t>(tick)] = true;
    }
    return inputs;
}
// From 0 to 15 over [10, 190), the bits over the four types.
int ramp_height(int tick) {
    return tick < 10 || tick >= 190 ? 0 : (tick - 10) * 16 / 180;
}
Inputs ramp() {
    Inputs inputs = nothing();
    for (int tick = 0; tick < kTicks; ++tick) {
        for (std::size_t type = 0; type < 4; ++type) {
            inputs[type][static_cast<std::size_t>(tick)] = (ramp_height(tick) >> type & 1) != 0;
        }
    }
    return inputs;
}

struct Behaviour {
    const char* name;
    std::array<double, 4> weights;
    std::map<std::string, double> parameters;
    Inputs inputs;
    int self_type = -1, self_delay = 0;  // where its own axon leads back to, if it does
    std::function<void(const Trace&)> check;

    friend std::ostream& operator<<(std::ostream& out, const Behaviour& b) { return out << b.name; }
};

void expect_silent_outside(const Trace& trace, int from, int to) {
    EXPECT_THAT(trace.within(0, from), testing::IsEmpty());
    EXPECT_THAT(trace.within(to, kTicks), testing::IsEmpty());
}

std::vector<Behaviour> behaviours() {
    std::vector<Behaviour> all;
    all.push_back({"tonic_spiking",
                   {5},
                   {{"threshold", 50}, {"leak", -1}},
                   step(20, 120),
                   -1,
                   0,
                   [](const Trace& trace) {
                       const Times gaps = intervals(trace.spikes);
                       ASSERT_GE(gaps.size(), 5u);
                       EXPECT_THAT(gaps, testing::Each(gaps[0]));
                       expect_silent_outside(trace, 20, 122);
                   }});
    // Above 0 the leak drives upwards, below it down, so that a reset below 0 is final; the end of
    // the step is told by a spike on axon type 1, which lifts v back to 0.
    all.push_back({"phasic_spiking",
                   {4, 60},
                   {{"threshold", 30},
                    {"leak", 6},
                    {"leak_reversal", 1},
                    {"reset_voltage", -15},
                    {"floor", 60}},
                   [] {
                       Inputs inputs = step(20, 80);
                       std::fill(inputs[0].begin() + 120, inputs[0].begin() + 180, true);
                       inputs[1][90] = true;
                       return inputs;
                   }(),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_EQ(trace.within(20, 30).size(), 1u) << "at the first step";
                       EXPECT_EQ(trace.within(120, 130).size(), 1u) << "at the second";
                       EXPECT_EQ(trace.spikes.size(), 2u);
                   }});
    all.push_back({"tonic_bursting",
                   {10, -40},
                   {{"threshold", 25}, {"leak", -1}, {"floor", 200}},
                   step(10, 150),
                   1,
                   15,
                   [](const Trace& trace) {
                       const auto groups = bursts(trace.spikes, 4);
                       ASSERT_GE(groups.size(), 4u);
                       for (const Times& group : groups) {
                           EXPECT_GE(group.size(), 4u);
                       }
                       EXPECT_GT(groups[1][0] - groups[0].back(), 20);
                       expect_silent_outside(trace, 10, 152);
                   }});
    all.push_back({"phasic_bursting",
                   {6, -100},
                   {{"threshold", 24}, {"leak", 8}, {"leak_reversal", 1}, {"floor", 100}},
                   step(10, 150),
                   1,
                   12,
                   [](const Trace& trace) {
                       EXPECT_GE(trace.spikes.size(), 4u);
                       EXPECT_LT(trace.spikes.back(), 30);
                       EXPECT_THAT(intervals(trace.spikes), testing::Each(testing::Le(2)));
                   }});
    all.push_back({"frequency_adaptation",
                   {10, -6},
                   {{"threshold", 25}, {"floor", 100}},
                   step(10, 150),
                   1,
                   15,
                   [](const Trace& trace) {
                       const Times gaps = intervals(trace.within(0, 152));
                       ASSERT_GE(gaps.size(), 10u);
                       EXPECT_TRUE(std::is_sorted(gaps.begin(), gaps.end()));
                       EXPECT_GT(gaps.back(), gaps.front());
                   }});
    // With a floor at 0 what leaks is lost, so that spikes come ever faster along the ramp.
    all.push_back({"class_1",
                   {1, 2, 4, 8},
                   {{"threshold", 60}, {"leak", -2}},
                   ramp(),
                   -1,
                   0,
                   [](const Trace& trace) {
                       const Times gaps = intervals(trace.spikes);
                       ASSERT_GE(gaps.size(), 10u);
                       EXPECT_GE(gaps.front(), 3 * gaps.back());
                       EXPECT_TRUE(std::is_sorted(gaps.rbegin(), gaps.rend()));
                   }});
    // The leak drives away from 0: below it v stays at the floor until the input outweighs the
    // leak, above it input and leak add up.
    all.push_back({"class_2",
                   {1, 2, 4, 8},
                   {{"threshold", 60},
                    {"leak", 8},
                    {"leak_reversal", 1},
                    {"reset_voltage", 1},
                    {"floor", 40},
                    {"initial", -40}},
                   ramp(),
                   -1,
                   0,
                   [](const Trace& trace) {
                       const Times ramped = trace.within(0, 190);
                       const Times gaps = intervals(ramped);
                       ASSERT_GE(gaps.size(), 10u);
                       EXPECT_GT(ramped.front(), 100);
                       EXPECT_LE(gaps.front(), 4) << "fast at once";
                       EXPECT_GE(gaps.back(), 3);
                   }});
    all.push_back({"spike_latency",
                   {5, 25},
                   {{"threshold", 60}, {"leak", 1}, {"leak_reversal", 1}, {"floor", 10}},
                   pulses({{10, 0}, {100, 1}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       ASSERT_EQ(trace.spikes.size(), 2u);
                       EXPECT_GT(trace.spikes[0] - 10, 40) << "after a weak pulse";
                       EXPECT_GT(trace.spikes[1] - 100, 20) << "after a strong one";
                       EXPECT_LT(trace.spikes[1] - 100, trace.spikes[0] - 10);
                   }});
    // A saw tooth: leak down to the floor, whose reset is to -R above 0. A pulse fires near its
    // top.
    all.push_back({"subthreshold_oscillations",
                   {70},
                   {{"threshold", 60},
                    {"leak", -2},
                    {"reset_voltage", -15},
                    {"floor", 15},
                    {"floor_saturates", 0}},
                   pulses({{70, 0}, {107, 0}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_THAT(trace.spikes, testing::ElementsAre(108));
                       Times tops;  // after the spike
                       for (std::size_t t = 112; t + 1 < trace.v.size(); ++t) {
                           if (trace.v[t] > trace.v[t - 1] && trace.v[t] >= trace.v[t + 1]) {
                               tops.push_back(static_cast<int>(t));
                           }
                       }
                       ASSERT_GE(tops.size(), 4u);
                       EXPECT_THAT(intervals(tops), testing::Each(tops[1] - tops[0]));
                   }});
    all.push_back({"integrator",
                   {30},
                   {{"threshold", 50}, {"leak", -2}, {"leak_reversal", 1}},
                   pulses({{10, 0}, {30, 0}, {80, 0}, {84, 0}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_THAT(trace.spikes, testing::ElementsAre(85))
                           << "two close pulses fire, two distant ones do not";
                   }});
    // The floor's reset to -R, above the threshold.
    all.push_back({"rebound_spike",
                   {-70},
                   {{"threshold", 50},
                    {"leak", -3},
                    {"leak_reversal", 1},
                    {"reset_voltage", -63},
                    {"floor", 63},
                    {"floor_saturates", 0}},
                   pulses({{20, 0}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       ASSERT_EQ(trace.spikes.size(), 1u);
                       EXPECT_GT(trace.spikes[0], 21) << "after the inhibition";
                   }});
    // The reset of a spike is below the floor, which resets to above the threshold, and so on,
    // until the spikes that come back lift v above the floor.
    all.push_back({"rebound_burst",
                   {-140, 20},
                   {{"threshold", 100},
                    {"leak", -5},
                    {"leak_reversal", 1},
                    {"reset_voltage", -127},
                    {"floor", 120},
                    {"floor_saturates", 0}},
                   pulses({{20, 0}}),
                   1,
                   11,
                   [](const Trace& trace) {
                       EXPECT_GE(trace.spikes.size(), 3u);
                       EXPECT_GT(trace.spikes.front(), 21);
                       EXPECT_LT(trace.spikes.back(), 45);
                   }});
    all.push_back({"threshold_variability",
                   {40, -40},
                   {{"threshold", 60},
                    {"leak", -1},
                    {"leak_reversal", 1},
                    {"reset_voltage", -31},
                    {"floor", 35},
                    {"floor_saturates", 0}},
                   pulses({{10, 0}, {80, 1}, {84, 0}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_THAT(trace.spikes, testing::ElementsAre(85))
                           << "the pulse fires only after an inhibitory one";
                   }});
    all.push_back({"bistability",
                   {10, -80},
                   {{"threshold", 50},
                    {"leak", 4},
                    {"leak_reversal", 1},
                    {"reset_voltage", 1},
                    {"floor", 20}},
                   pulses({{20, 0}, {110, 1}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_GE(trace.within(21, 111).size(), 6u) << "on by one pulse";
                       expect_silent_outside(trace, 21, 111);  // and off by another
                   }});
    all.push_back({"depolarising_after_potential",
                   {70, 40},
                   {{"threshold", 60}, {"leak", -1}, {"leak_reversal", 1}, {"reset_voltage", 31}},
                   pulses({{10, 1}, {60, 0}, {66, 1}}),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_THAT(trace.spikes, testing::ElementsAre(61, 67))
                           << "a pulse that is too weak at rest fires shortly after a spike";
                   }});
    all.push_back({"inhibition_induced_spiking",
                   {-8},
                   {{"threshold", 50},
                    {"leak", -1},
                    {"leak_reversal", 1},
                    {"reset_voltage", -63},
                    {"floor", 120},
                    {"floor_saturates", 0}},
                   step(20, 140),
                   -1,
                   0,
                   [](const Trace& trace) {
                       EXPECT_GE(trace.spikes.size(), 5u);
                       expect_silent_outside(trace, 21, 142);
                   }});
    all.push_back({"inhibition_induced_bursting",
                   {-27, 85},
                   {{"threshold", 56},
                    {"leak", -1},
                    {"leak_reversal", 1},
                    {"reset_voltage", -127},
                    {"floor", 167},
                    {"floor_saturates", 0}},
                   step(20, 150),
                   1,
                   14,
                   [](const Trace& trace) {
                       const auto groups = bursts(trace.spikes, 3);
                       ASSERT_GE(groups.size(), 4u);
                       for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
                           EXPECT_GE(groups[g].size(), 4u);
                           EXPECT_GE(groups[g + 1][0] - groups[g].back(), 15);
                       }
                       expect_silent_outside(trace, 21, 152);
                   }});
    return all;
}

void write_network(const TestFolder& folder, const Behaviour& behaviour) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {4});
    net.linear("synapses", 1, 4, {behaviour.weights.begin(), behaviour.weights.end()});
    net.if_("neuron", {1});
    net.output("output", {1});
    net.chain({"input", "synapses", "neuron", "output"});
    std::map<std::string, double> values{{"floor", 0}, {"floor_saturates", 1}};
    for (const auto& [key, value] : behaviour.parameters) {
        values[key] = value;
    }
    for (std::size_t type = 0; type < 4; ++type) {
        values["weight" + std::to_string(type)] = behaviour.weights[type];
    }
    for (const auto& [key, value] : values) {
        net.metadata("neuron", "truenorth/" + key, {value});
    }
    if (behaviour.self_type >= 0) {
        const auto type = static_cast<std::size_t>(behaviour.self_type);
        net.linear("self", 1, 1, {behaviour.weights[type]});
        net.metadata("self", "truenorth/delay", {static_cast<double>(behaviour.self_delay)});
        net.edge("neuron", "self");
        net.edge("self", "neuron");
    }
    writer.close();
}

Trace run(const TestFolder& folder, const Behaviour& behaviour) {
    write_network(folder, behaviour);
    std::string raster;
    for (std::size_t tick = 0; tick < kTicks; ++tick) {
        for (std::size_t type = 0; type < 4; ++type) {
            raster += behaviour.inputs[type][tick] ? "1" : "0";
            raster += type < 3 ? "," : "\n";
        }
    }
    folder.write("input.csv", raster);
    const auto experiment = folder.write("experiment.yaml",
                                         "preset: truenorth\n"
                                         "network: {file: network.nir}\n"
                                         "stimulus: {kind: raster, files: [input.csv]}\n"
                                         "chip: {mesh: {width: 1, height: 1}}\n"
                                         "run: {drain: 0, probes: ['neuron:spikes,v']}\n");
    const FinishedRun finished = run_experiment(experiment);
    Trace trace;
    const auto spikes = probe(finished.result, "neuron", "spikes");
    const auto v = probe(finished.result, "neuron", "v");
    for (std::size_t t = 0; t < spikes.size(); ++t) {
        trace.v.push_back(v[t][0]);
        if (spikes[t][0] != 0) {
            trace.spikes.push_back(static_cast<int>(t));
        }
    }
    return trace;
}

// tick, signed sum of the weights of the input spikes that act in it, v, spike
void write_trace(const Behaviour& behaviour, const Trace& trace, const std::string& folder) {
    std::ofstream file(folder + "/" + behaviour.name + ".csv");
    file << "tick,input,v,spike\n";
    for (int t = 0; t < kTicks; ++t) {
        double input = 0;
        for (std::size_t type = 0; t > 0 && type < 4; ++type) {
            input += behaviour.inputs[type][static_cast<std::size_t>(t - 1)]
                         ? behaviour.weights[type]
                         : 0;
        }
        const bool spike =
            std::find(trace.spikes.begin(), trace.spikes.end(), t) != trace.spikes.end();
        file << t << ',' << input << ',' << trace.v[static_cast<std::size_t>(t)] << ',' << spike
             << '\n';
    }
}

class TrueNorthGallery : public testing::TestWithParam<Behaviour> {};

TEST_P(TrueNorthGallery, IsShownByOneNeuron) {
    TestFolder folder;
    const Trace trace = run(folder, GetParam());
    ASSERT_EQ(trace.v.size(), static_cast<std::size_t>(kTicks));
    GetParam().check(trace);
    if (const char* out = std::getenv("CORTILE_GALLERY")) {
        write_trace(GetParam(), trace, out);
    }
}

INSTANTIATE_TEST_SUITE_P(Izhikevich, TrueNorthGallery, testing::ValuesIn(behaviours()),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace cortile::test
