// SPDX-License-Identifier: Apache-2.0
// What the integers make of a network: the same numbers where they fit, near ones elsewhere, and
// errors that name a remedy.
#include "cores/fcore/fcore_quantizer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "cores/fcore/fcore_core.h"
#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Weights = std::vector<std::vector<float>>;

constexpr double kStep = 1e-3;

std::shared_ptr<const Connectivity> dense(const Weights& weight) {
    std::vector<float> flat;
    for (const auto& row : weight) {
        flat.insert(flat.end(), row.begin(), row.end());
    }
    return make_dense(static_cast<std::uint32_t>(weight.size()),
                      static_cast<std::uint32_t>(weight[0].size()), std::move(flat));
}

// "in" -> "fc" -> "out", with `neurons` as the population "out".
Network one_layer(Population neurons, const Weights& weight) {
    Network network;
    network.name = "test";
    network.time_step = kStep;
    Population input;
    input.name = "in";
    input.kind = NeuronKind::input;
    input.size = static_cast<std::uint32_t>(weight[0].size());
    input.shape = {input.size};
    neurons.name = "out";
    neurons.size = static_cast<std::uint32_t>(weight.size());
    neurons.shape = {neurons.size};
    network.populations = {input, neurons};
    Projection projection;
    projection.name = "fc";
    projection.source = PopulationId{0u};
    projection.target = PopulationId{1u};
    projection.connectivity = dense(weight);
    network.projections = {projection};
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{1u}};
    return network;
}

Network layer(NeuronKind kind, const Weights& weight, double value_unit = 1) {
    Population neurons;
    neurons.kind = kind;
    if (kind == NeuronKind::relu) {
        neurons.r = 1 / kStep;
    }
    Network network = one_layer(neurons, weight);
    network.populations[0].value_unit = value_unit;
    return network;
}

std::int32_t get(const QuantizedNetwork& network, const char* name, std::size_t neuron = 0) {
    return network.populations[1].parameters.at(name)[neuron];
}

std::string error_of(const Network& network, const FcoreQuantizerOptions& options = {}) {
    try {
        quantize_for_fcore(network, options);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

Weights gaussian(std::uint32_t targets, std::uint32_t sources, std::uint64_t seed) {
    Weights weight(targets, std::vector<float>(sources));
    const RandomKey key{seed, RandomUse::stimulus};
    for (std::uint32_t t = 0; t < targets; ++t) {
        for (std::uint32_t s = 0; s < sources; ++s) {
            double sum = -6;
            for (std::uint32_t k = 0; k < 12; ++k) {
                sum += uniform01(key, std::uint64_t{t} << 32 | s, k);
            }
            weight[t][s] = static_cast<float>(0.1 * sum);
        }
    }
    return weight;
}

std::set<std::int32_t> stored(const QuantizedNetwork& network, std::size_t projection = 0) {
    std::set<std::int32_t> result;
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> row;
    const QuantizedProjection& p = network.projections[projection];
    for (std::uint32_t s = 0; s < p.connectivity->source_size(); ++s) {
        p.row(s, scratch, row);
        for (const QuantizedConnection& c : row) {
            result.insert(c.weight);
        }
    }
    return result;
}

TEST(FcoreQuantizer, ManyWeightsBecome32Of8Bits) {
    for (const NeuronKind kind : {NeuronKind::relu, NeuronKind::if_, NeuronKind::li}) {
        Network network = layer(kind, gaussian(40, 60, 1));
        network.populations[1].tau_mem = 20e-3;
        const QuantizedNetwork quantized = quantize_for_fcore(network, {});
        const auto weights = stored(quantized);
        EXPECT_LE(weights.size(), 32u);
        EXPECT_GE(weights.size(), 28u);
        EXPECT_GE(*weights.begin(), -127);
        EXPECT_LE(*weights.rbegin(), 127);
        EXPECT_LT(quantized.report.layers[0].rms_error, 0.06) << to_string(kind);
        EXPECT_GT(quantized.report.layers[0].rms_error, 0.0);
    }
}

TEST(FcoreQuantizer, WeightsOnAGridAreKeptExactly) {
    Weights weight(8, std::vector<float>(10));
    for (std::size_t t = 0; t < 8; ++t) {
        for (std::size_t s = 0; s < 10; ++s) {
            weight[t][s] =
                0.013F * static_cast<float>(static_cast<int>((t * 10 + s) % 31 * 3) - 46);
        }
    }
    const QuantizedNetwork quantized = quantize_for_fcore(layer(NeuronKind::if_, weight), {});
    EXPECT_LT(quantized.report.layers[0].rms_error, 1e-6);
    const auto weights = stored(quantized);
    EXPECT_EQ(weights.size(), 31u);
}

TEST(FcoreQuantizer, AStepOfAnActivationIsAPowerOfTwoOfTheSum) {
    Network network = layer(NeuronKind::relu, {{0.5F, -0.25F, 0.3F}}, 1.0 / 127);
    network.populations[1].v_threshold = 2;
    network.populations[1].bias = 0.125;
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    // weight * 2^shift / threshold is at most 127: 0.25 * 2^8 = 64.
    EXPECT_EQ(get(quantized, "shift"), 8);
    EXPECT_THAT(stored(quantized), testing::ElementsAre(-32, 38, 64));
    EXPECT_EQ(get(quantized, "bias"), 0.125 / 2 * 256 * 127);
    EXPECT_EQ(get(quantized, "mode"), static_cast<int>(FcoreMode::relu));
    EXPECT_TRUE(quantized.populations[1].graded);
    EXPECT_DOUBLE_EQ(quantized.populations[1].volts_per_unit, 1.0 / 127);
}

TEST(FcoreQuantizer, ASpikeIntoAnActivationIsWorth127Levels) {
    Network network = layer(NeuronKind::relu, {{0.25F}});
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    // A spike gives y = 0.25: 31.75 levels.
    EXPECT_EQ(get(quantized, "shift"), 2);
    EXPECT_THAT(stored(quantized), testing::ElementsAre(127));
    EXPECT_EQ(get(quantized, "values"), 0);
}

TEST(FcoreQuantizer, WeightsBeyondOneNeedALeftShiftOnly) {
    Network network = layer(NeuronKind::relu, {{3.0F, -1.0F}});
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    EXPECT_EQ(get(quantized, "shift"), -2);
    EXPECT_THAT(stored(quantized), testing::ElementsAre(-32, 95));
    EXPECT_EQ(quantized.report.layers[0].saturated, 0u);
}

// Inputs of both kinds into one population: a spike is worth 127 levels.
TEST(FcoreQuantizer, SourcesOfSpikesAndOfValuesShareAUnit) {
    Network network = layer(NeuronKind::if_, {{0.01F}});
    Population second = network.populations[0];
    second.name = "values";
    second.value_unit = 1.0 / 127;
    network.populations.push_back(second);
    network.inputs.push_back(PopulationId{2u});
    Projection more = network.projections[0];
    more.name = "more";
    more.source = PopulationId{2u};
    more.connectivity = dense(Weights{{0.5F}});
    network.projections.push_back(more);
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    const double spike = *stored(quantized, 0).begin();
    const double value = *stored(quantized, 1).begin();
    EXPECT_NEAR(spike / value, 0.01 * 127 / 0.5, 0.01 * spike / value);
    EXPECT_EQ(get(quantized, "values"), 1);
}

// The float network step by step: v <- (1 - k) v + k (v_leak + r (x + b)), spike above the
// threshold.
struct FloatLif {
    const Population& p;
    double v = 0;

    bool step(double x) {
        const double k = p.kind == NeuronKind::lif ? kStep / p.tau_mem[0] : 1;
        const double keep = p.kind == NeuronKind::lif ? 1 - k : 1;
        const double rest = p.kind == NeuronKind::lif ? k * p.v_leak[0] : 0;
        v = keep * v + rest + k * p.r[0] * (x + p.bias[0]);
        const bool fired = v > p.v_threshold[0];
        if (fired) {
            v = p.reset == ResetMode::subtract ? v - p.v_threshold[0] : p.v_reset[0];
        }
        return fired;
    }
};

struct Trace {
    std::vector<int> spikes;
    std::vector<double> v;
};

// The one neuron of population 1, with single spikes at random timesteps.
Trace on_core(const Network& network, const std::vector<int>& input) {
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    const QuantizedPopulation& population = quantized.populations[1];
    CoreProgram program;
    program.neurons = 1;
    for (const auto& [name, values] : population.parameters) {
        program.parameters[name] = {values[0]};
    }
    program.spikes = {1};
    program.axons = AxonTable(std::vector<std::uint32_t>{0});
    auto& memory = program.synapses.emplace<SynapseMemory>();
    memory.add_row(std::vector<std::uint32_t>{SynapseWord::pack(0, 0, *stored(quantized).begin())});
    FcoreCore core({}, std::move(program));
    core.begin_sample(static_cast<std::uint32_t>(input.size()));
    core.step();
    Trace run;
    for (const int spike : input) {
        const std::vector<SpikePacket> packets(static_cast<std::size_t>(spike),
                                               SpikePacket(0, SpikePacket::pack(0, 0), 1));
        core.receive(packets);
        core.step();
        run.spikes.push_back(static_cast<int>(core.read(StateVariable::spikes, 0)));
        run.v.push_back(core.read(StateVariable::v, 0) * population.volts_per_unit);
    }
    return run;
}

std::vector<int> random_input(std::uint64_t seed) {
    std::vector<int> input(400);
    for (std::size_t t = 0; t < input.size(); ++t) {
        input[t] = uniform01({seed, RandomUse::stimulus}, 0, t) < 0.4 ? 1 : 0;
    }
    return input;
}

Trace in_floats(const Population& p, double weight, const std::vector<int>& input) {
    FloatLif neuron{p};
    Trace run;
    for (const int spike : input) {
        run.spikes.push_back(neuron.step(weight * spike));
        run.v.push_back(neuron.v);
    }
    return run;
}

// All in multiples of 1 / 128, which both hold exactly.
TEST(FcoreQuantizer, IntegrateAndFireIsExact) {
    for (const ResetMode reset : {ResetMode::to_value, ResetMode::subtract}) {
        Network network = layer(NeuronKind::if_, {{127.0F / 128}});
        Population& p = network.populations[1];
        p.v_threshold = 1.5;
        p.v_reset = 0.25;
        p.bias = 0.03125;
        p.reset = reset;
        const auto input = random_input(3);
        const Trace chip = on_core(network, input);
        const Trace floats = in_floats(p, 127.0 / 128, input);
        EXPECT_EQ(chip.spikes, floats.spikes);
        EXPECT_EQ(chip.v, floats.v);
        EXPECT_GT(std::count(floats.spikes.begin(), floats.spikes.end(), 1), 50);
    }
}

// A single weight takes 127 units; the leak rounds down by less than one unit a timestep.
TEST(FcoreQuantizer, ALeakingMembraneFollowsTheFloatOneToWithinItsRounding) {
    Network network = layer(NeuronKind::lif, {{1.0F}});
    Population& p = network.populations[1];
    p.tau_mem = 8e-3;  // keeps 224 / 256
    p.v_leak = 0.05;
    p.r = 2;
    p.v_threshold = 1e3;  // never reached
    const auto input = random_input(5);
    const Trace chip = on_core(network, input);
    const Trace floats = in_floats(p, 1, input);
    const double unit = 2.0 / 8 / 127;
    for (std::size_t t = 0; t < input.size(); ++t) {
        EXPECT_LT(chip.v[t], floats.v[t] + 5 * unit) << t;
        EXPECT_GT(chip.v[t], floats.v[t] - 8.5 * unit) << t;
    }
}

TEST(FcoreQuantizer, ALeakingMembraneStartsWhereTheFloatOneDoes) {
    Network network = layer(NeuronKind::lif, {{1.0F}});
    Population& p = network.populations[1];
    p.tau_mem = 2e-3;
    p.v_leak = 1;
    p.v_threshold = 10;
    const std::vector<int> nothing(4, 0);
    const Trace chip = on_core(network, nothing);
    const Trace floats = in_floats(p, 1, nothing);
    for (std::size_t t = 0; t < nothing.size(); ++t) {
        EXPECT_NEAR(chip.v[t], floats.v[t], 1.0 / 127) << t;
    }
}

TEST(FcoreQuantizer, ResetsToTheFilesValueAfterTheSpike) {
    Network network = layer(NeuronKind::lif, {{1.0F}});
    Population& p = network.populations[1];
    p.tau_mem = 2e-3;
    p.v_threshold = 0.4;
    p.v_reset = -0.5;
    const std::vector<int> input{1, 0, 0, 0};
    const Trace chip = on_core(network, input);
    const Trace floats = in_floats(p, 1, input);
    EXPECT_EQ(chip.spikes, floats.spikes);
    for (std::size_t t = 0; t < input.size(); ++t) {
        EXPECT_NEAR(chip.v[t], floats.v[t], 1.5 / 127) << t;
    }
}

TEST(FcoreQuantizer, NeuronsWithGainsOfTheirOwnShareTheirWeights) {
    Network network = layer(NeuronKind::if_, {{0.5F}, {0.5F}});
    network.populations[1].r.values = {1, 4};
    network.populations[1].v_threshold = 2;
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    EXPECT_EQ(stored(quantized).size(), 1u);
    EXPECT_EQ(get(quantized, "vth0", 0), 4 * get(quantized, "vth0", 1));
}

TEST(FcoreQuantizer, RegistersOfTheFileWin) {
    Network network = layer(NeuronKind::if_, {{1.0F}});
    network.populations[1].hardware = {{"fcore/refractory", {7}},
                                       {"fcore/window", {12}},
                                       {"fcore/theta_increment", {-3}},
                                       {"fcore/reset_mode", {2}},
                                       {"fcore/dv", {99}}};
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    EXPECT_EQ(get(quantized, "refractory"), 7);
    EXPECT_EQ(get(quantized, "window"), 12);
    EXPECT_EQ(get(quantized, "theta_increment"), -3);
    EXPECT_EQ(get(quantized, "reset_mode"), 2);
    EXPECT_EQ(get(quantized, "dv"), 99);
}

TEST(FcoreQuantizer, AThresholdInTheFileMakesAllOfItIntegers) {
    Network network = layer(NeuronKind::if_, {{-128.0F, 5.0F, 127.0F}});
    network.populations[1].hardware = {{"fcore/vth0", {300}}};
    network.populations[1].bias = 17;
    const QuantizedNetwork quantized = quantize_for_fcore(network, {});
    EXPECT_THAT(stored(quantized), testing::ElementsAre(-128, 5, 127));
    EXPECT_EQ(get(quantized, "vth0"), 300);
    EXPECT_EQ(get(quantized, "bias"), 17);
    network.projections[0].connectivity = dense(Weights{{0.5F, 0, 0}});
    EXPECT_THAT(error_of(network),
                AllOf(HasSubstr("projection 'fc'"), HasSubstr("fcore/vth0"), HasSubstr("0.5")));
    network.projections[0].connectivity = dense(Weights{{200.0F, 0, 0}});
    EXPECT_THAT(error_of(network), HasSubstr("expected weights from -128 to 127, found 0 to 200"));
}

TEST(FcoreQuantizer, ATooLargeFanInNamesTheNearestChange) {
    Network network = layer(NeuronKind::if_, Weights(2, std::vector<float>(784, 0.5F)));
    EXPECT_THAT(error_of(network),
                AllOf(HasSubstr("population 'out': neuron 0 has 784 inputs, a core has 256"),
                      HasSubstr("2 x 2 pooling in front of it (196 inputs)"),
                      HasSubstr("256 largest weights")));
}

TEST(FcoreQuantizer, WhatTheCoreLacksIsAnErrorWithARemedy) {
    Network current = layer(NeuronKind::cuba_lif, {{1.0F}});
    current.populations[1].tau_syn = 5e-3;
    current.populations[1].tau_mem = 20e-3;
    EXPECT_THAT(error_of(current),
                AllOf(HasSubstr("population 'out': tau_syn"), HasSubstr("use LIF nodes")));
    current.populations[1].tau_syn = 1e-3;
    EXPECT_EQ(error_of(current), "no error") << "a current of one timestep is none";

    Network delayed = layer(NeuronKind::if_, {{1.0F}});
    delayed.projections[0].connectivity = make_elementwise(1, {1.0F}, {3});
    EXPECT_THAT(error_of(delayed), AllOf(HasSubstr("projection 'fc'"), HasSubstr("3 timesteps"),
                                         HasSubstr("remove the Delay nodes")));

    Network counts = layer(NeuronKind::if_, {{1.0F}});
    counts.populations[0].largest_value = 128;
    EXPECT_THAT(error_of(counts), AllOf(HasSubstr("input 'in'"), HasSubstr("values up to 128")));
    counts.populations[0].largest_value = 127;
    EXPECT_EQ(get(quantize_for_fcore(counts, {}), "values"), 1);

    Network thirds = layer(NeuronKind::relu, {{1.0F}, {1.0F}});
    thirds.populations[1].v_threshold.values = {1, 3};
    EXPECT_THAT(error_of(thirds), HasSubstr("ratios must be powers of two"));

    Network membrane = layer(NeuronKind::relu, {{1.0F}});
    membrane.populations[1].hardware = {{"fcore/vth0", {3}}};
    EXPECT_THAT(error_of(membrane), HasSubstr("activations have no membrane"));

    Network readout = layer(NeuronKind::li, {{1.0F}, {1.0F}});
    readout.populations[1].tau_mem = 20e-3;
    readout.populations[1].r.values = {1, 2};
    EXPECT_THAT(error_of(readout), HasSubstr("cannot be compared"));

    Network range = layer(NeuronKind::if_, {{1.0F}});
    range.populations[1].hardware = {{"fcore/refractory", {16}}};
    EXPECT_THAT(error_of(range), HasSubstr("expected 0 to 15, found 16"));
}

TEST(FcoreQuantizer, ReportsTimeConstantsThatItMissesAndLeaksThatRound) {
    Network slow = layer(NeuronKind::lif, {{1.0F}});
    slow.populations[1].tau_mem = 0.15;
    slow.populations[1].v_threshold = 100;
    const QuantizedNetwork quantized = quantize_for_fcore(slow, {});
    EXPECT_DOUBLE_EQ(quantized.report.layers[0].tau_mem_asked, 0.15);
    EXPECT_NEAR(quantized.report.layers[0].tau_mem_got, 0.128, 1e-9) << "254 of 256 kept";
    EXPECT_THAT(quantized.report.warnings, testing::Contains(HasSubstr("multiple of 1/256")));

    Network coarse = layer(NeuronKind::lif, {{1.0F}});
    coarse.populations[1].tau_mem = 0.064;
    coarse.populations[1].r = 64;
    coarse.populations[1].v_threshold = 2;
    EXPECT_THAT(quantize_for_fcore(coarse, {}).report.warnings,
                testing::Contains(HasSubstr("the leak rounds down")));

    Network fine = layer(NeuronKind::lif, {{1.0F}});
    fine.populations[1].tau_mem = 0.008;
    fine.populations[1].v_threshold = 2;
    EXPECT_THAT(quantize_for_fcore(fine, {}).report.warnings, IsEmpty());
}

}  // namespace
}  // namespace cortile
