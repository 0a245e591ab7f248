// SPDX-License-Identifier: Apache-2.0
// One core by itself: what it computes of values and spikes, what it counts, when it is done.
#include "cores/fcore/fcore_core.h"

#include <gmock/gmock.h>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

using testing::ElementsAre;

using Matrix = std::vector<std::vector<std::int32_t>>;  // [target][source]

// Addresses of the rows of `weights`, one per source.
std::vector<std::uint32_t> add_rows(SynapseMemory& memory, const Matrix& weights) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t s = 0; s < weights[0].size(); ++s) {
        std::vector<std::uint32_t> words;
        for (std::uint32_t t = 0; t < weights.size(); ++t) {
            if (weights[t][s] != 0) {
                words.push_back(SynapseWord::pack(t, 0, weights[t][s]));
            }
        }
        rows.push_back(memory.add_row(words));
    }
    return rows;
}

struct Layer {
    CoreProgram program;
    std::vector<std::uint32_t> rows;
};

// All registers 0 but for what `set` gives; each neuron sends to (9, its number).
Layer layer(const Matrix& weights, const std::map<std::string, std::int32_t>& set) {
    Layer result;
    CoreProgram& p = result.program;
    p.neurons = static_cast<std::uint32_t>(weights.size());
    for (const char* name :
         {"mode",       "onset",           "bias",        "shift",     "lut",         "values",
          "vth0",       "v_floor",         "v_init",      "v_reset",   "dv",          "beta_v",
          "theta_beta", "theta_increment", "random_mask", "alpha_v",   "theta_alpha", "window",
          "refractory", "reset_mode",      "leak_mode",   "theta_mode"}) {
        const auto found = set.find(name);
        const std::int32_t otherwise = std::string(name) == "v_floor" ? kSomaMin : 0;
        p.parameters[name].assign(p.neurons, found == set.end() ? otherwise : found->second);
    }
    p.spikes.assign(p.neurons, 1);
    std::vector<std::uint32_t> ones(p.neurons, 1);
    p.axons = AxonTable(ones);
    for (std::uint32_t n = 0; n < p.neurons; ++n) {
        p.axons.add(n, SpikePacket::pack(9, n));
    }
    p.axons.finish();
    result.rows = add_rows(p.synapses.emplace<SynapseMemory>(), weights);
    return result;
}

FcoreCoreParameters timed(Picoseconds phase = 0) {
    FcoreCoreParameters parameters;
    parameters.cycle = 1000;
    parameters.soma_cycles = 3;
    parameters.overhead_cycles = 10;
    parameters.phase = phase;
    parameters.axon_out = 5;
    parameters.relay = 70;
    return parameters;
}

std::vector<SpikePacket> packets(const Layer& from, const std::vector<std::uint16_t>& values) {
    std::vector<SpikePacket> result;
    for (std::size_t s = 0; s < values.size(); ++s) {
        if (values[s] != 0) {
            result.push_back({0, SpikePacket::pack(0, from.rows[s]), 1, values[s]});
        }
    }
    return result;
}

Matrix random_matrix(std::uint32_t targets, std::uint32_t sources, std::uint64_t seed) {
    Matrix weights(targets, std::vector<std::int32_t>(sources));
    const RandomKey key{seed, RandomUse::stimulus};
    for (std::uint32_t t = 0; t < targets; ++t) {
        for (std::uint32_t s = 0; s < sources; ++s) {
            weights[t][s] = static_cast<std::int32_t>(philox(key, t, s)[0] % 255) - 127;
        }
        weights[t][t % sources] |= 1;  // no row is empty
    }
    return weights;
}

constexpr auto kValues = "values";

TEST(FcoreCore, AShiftToTheLeftSaturatesHoweverFarItGoes) {
    for (const std::int32_t shift : {-8, -31, -64, -300}) {
        Layer net = layer({{127}, {-127}, {0}}, {{"shift", shift}, {kValues, 1}});
        const auto arriving = packets(net, {100});
        FcoreCore core(timed(), std::move(net.program));
        core.begin_sample(2);
        core.receive(arriving);
        core.step();
        EXPECT_EQ(core.read(StateVariable::v, 0), 127) << shift;
        EXPECT_EQ(core.read(StateVariable::v, 1), 0) << shift;
        EXPECT_EQ(core.read(StateVariable::v, 2), 0) << shift;
    }
}

TEST(FcoreCore, ActivationsAreTheClampedShiftedProduct) {
    constexpr std::uint32_t kTargets = 200, kSources = 256;
    const Matrix weights = random_matrix(kTargets, kSources, 7);
    Layer net = layer(weights, {{"shift", 9}, {"bias", 1234}, {kValues, 1}});
    std::vector<std::uint16_t> x;
    for (std::uint32_t s = 0; s < kSources; ++s) {
        x.push_back(static_cast<std::uint16_t>(philox({3, RandomUse::stimulus}, 0, s)[0] % 128));
    }
    const auto arriving = packets(net, x);
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(2);
    core.step();
    core.receive(arriving);
    core.step();
    std::uint32_t clamped = 0, between = 0;
    for (std::uint32_t t = 0; t < kTargets; ++t) {
        long sum = 1234;
        for (std::uint32_t s = 0; s < kSources; ++s) {
            sum += static_cast<long>(weights[t][s]) * x[s];
        }
        long level = sum >= 0 ? sum / 512 : -1;
        level = level < 0 ? 0 : level > 127 ? 127 : level;
        EXPECT_EQ(core.read(StateVariable::v, t), level) << t;
        EXPECT_EQ(core.read(StateVariable::u, t), sum) << t;
        clamped += level == 0 || level == 127;
        between += level != 0 && level != 127;
    }
    EXPECT_GT(clamped, 10u);
    EXPECT_GT(between, 10u);
}

TEST(FcoreCore, ActivationsThatAreNotZeroLeaveAsValues) {
    Layer net = layer({{1}, {-1}, {2}}, {{kValues, 1}});
    const auto arriving = packets(net, {40});
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(2);
    core.step();
    core.receive(arriving);
    core.step();
    std::vector<SpikePacket> out;
    core.packetise(4, out);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].target(), SpikePacket::pack(9, 0));
    EXPECT_EQ(out[0].value(), 40);
    EXPECT_EQ(out[1].target(), SpikePacket::pack(9, 2));
    EXPECT_EQ(out[1].value(), 80);
    EXPECT_EQ(out[1].source(), 4);
    EXPECT_EQ(core.spike_count(0), 1u);
    EXPECT_EQ(core.spike_count(1), 0u);
}

TEST(FcoreCore, ActivationsAreComputedOnlyWhileInputPasses) {
    Layer net = layer({{1}}, {{"bias", 5}, {"onset", 1}});
    FcoreCore core(timed(), std::move(net.program));
    for (int sample = 0; sample < 2; ++sample) {
        core.begin_sample(2);
        std::vector<double> sent;
        for (int t = 0; t < 5; ++t) {
            core.step();
            sent.push_back(core.read(StateVariable::spikes, 0));
        }
        EXPECT_THAT(sent, ElementsAre(0, 5, 5, 0, 0));
        EXPECT_EQ(core.read(StateVariable::v, 0), 5) << "the last result stays readable";
    }
}

TEST(FcoreCore, BiasesOfMembranesActFromTheOnsetToTheEnd) {
    Layer net = layer({{1}}, {{"mode", 2}, {"bias", 5}, {"onset", 2}, {"vth0", 1000}});
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(1);
    std::vector<double> v;
    for (int t = 0; t < 5; ++t) {
        core.step();
        v.push_back(core.read(StateVariable::v, 0));
    }
    EXPECT_THAT(v, ElementsAre(0, 0, 5, 10, 15));
}

TEST(FcoreCore, ATableMapsEachOf256Results) {
    Layer net = layer({{1}, {-1}}, {{"mode", 1}, {"lut", 3}, {"shift", 1}, {kValues, 1}});
    std::vector<std::int32_t> table(256);
    for (std::int32_t i = 0; i < 256; ++i) {
        table[static_cast<std::size_t>(i)] = i / 2;
    }
    net.program.tables[3] = table;
    const auto arriving = packets(net, {100});
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(2);
    core.step();
    core.receive(arriving);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), (50 + 128) / 2);
    EXPECT_EQ(core.read(StateVariable::v, 1), (-50 + 128) / 2);
}

TEST(FcoreCore, SpikesMakeActivationsAndActivationsMakeSpikes) {
    Layer to_value = layer({{64}}, {{"shift", 0}});
    const auto spike = packets(to_value, {1});
    FcoreCore activation(timed(), std::move(to_value.program));
    activation.begin_sample(2);
    activation.step();
    activation.receive(spike);
    activation.step();
    std::vector<SpikePacket> out;
    activation.packetise(0, out);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].value(), 64);

    Layer to_spike = layer({{2}}, {{"mode", 2}, {"vth0", 127}, {kValues, 1}});
    const std::uint32_t row = to_spike.rows[0];
    FcoreCore spiking(timed(), std::move(to_spike.program));
    spiking.begin_sample(2);
    spiking.step();
    const std::vector<SpikePacket> value{{0, SpikePacket::pack(0, row), 0, out[0].value()}};
    spiking.receive(value);
    spiking.step();
    out.clear();
    spiking.packetise(0, out);
    ASSERT_EQ(out.size(), 1u) << "64 x 2 > 127";
    EXPECT_EQ(out[0].value(), 1);
}

// 20 neurons in groups of 16 and 4: (3 active axons) x 2 groups + 20 x 3 + 10 cycles.
TEST(FcoreCore, APhaseTakesACyclePerActiveAxonAndGroup) {
    const Matrix weights(20, std::vector<std::int32_t>(5, 1));
    Layer net = layer(weights, {{kValues, 1}});
    const auto arriving = packets(net, {1, 0, 7, 0, 9});
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(3);
    core.step();
    EXPECT_EQ(core.update_finish(), 70'000) << "nothing arrived";
    core.receive(arriving);
    core.step();
    EXPECT_EQ(core.update_finish(), 76'000);
    std::vector<SpikePacket> out;
    core.packetise(0, out);
    EXPECT_EQ(out[0].time(), (10 + 3 + 3) * 1000 + 5);
    EXPECT_EQ(out[16].time(), (10 + 3 + 48 + 3 + 3) * 1000 + 5) << "the second group's turn";
}

TEST(FcoreCore, AFixedPhaseIsNeverShorter) {
    Layer net = layer({{1}}, {});
    FcoreCore core(timed(500'000), std::move(net.program));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 500'000);
    std::vector<SpikePacket> out;
    EXPECT_EQ(core.packetise(0, out), 500'000);
}

TEST(FcoreCore, AnAdaptivePhaseWithoutWorkTakesNoTime) {
    Layer net = layer({{1}}, {{"onset", 1}});
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 0);
}

std::uint64_t count(const FcoreCore& core, FcoreEvent event) {
    return core.energy_counts()[static_cast<std::size_t>(event)];
}

TEST(FcoreCore, ChargesValuesAsMultiplicationsAndSpikesAsAdditions) {
    const Matrix weights(8, std::vector<std::int32_t>(4, 3));
    for (const bool values : {true, false}) {
        Layer net = layer(weights, {{"mode", values ? 0 : 2}, {kValues, values}, {"vth0", 5}});
        const auto arriving = packets(net, {1, 1, 0, values ? std::uint16_t{9} : std::uint16_t{1}});
        FcoreCore core(timed(), std::move(net.program));
        core.begin_sample(2);
        core.step();
        core.receive(arriving);
        core.step();
        std::vector<SpikePacket> out;
        core.packetise(0, out);
        EXPECT_EQ(count(core, FcoreEvent::axon_in), 3u);
        EXPECT_EQ(count(core, FcoreEvent::multiplication), values ? 24u : 0u);
        EXPECT_EQ(count(core, FcoreEvent::addition), values ? 0u : 24u);
        EXPECT_EQ(count(core, FcoreEvent::soma_activation), values ? 16u : 0u);
        EXPECT_EQ(count(core, FcoreEvent::soma_spiking), values ? 0u : 16u);
        EXPECT_EQ(count(core, FcoreEvent::axon_out), 8u);
    }
}

TEST(FcoreCore, RelaysWhatItsTableNamesWithItsValueAndOnlyOnce) {
    Layer net = layer({{1, 1}}, {{kValues, 1}});
    net.program.relays = {{net.rows[1], SpikePacket::pack(5, 77)}};
    auto arriving = packets(net, {3, 6});
    arriving[1].set_time(1000);
    FcoreCore core(timed(), std::move(net.program));
    core.begin_sample(1);
    core.step();
    EXPECT_FALSE(core.has_relays());
    core.receive(arriving);
    ASSERT_TRUE(core.has_relays());
    std::vector<SpikePacket> out;
    EXPECT_EQ(core.relay(2, out), 1070);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].time(), 1070);
    EXPECT_EQ(out[0].target(), SpikePacket::pack(5, 77));
    EXPECT_EQ(out[0].value(), 6);
    EXPECT_EQ(out[0].source(), 2);
    EXPECT_FALSE(core.has_relays());
    EXPECT_EQ(count(core, FcoreEvent::relay), 1u);
}

TEST(FcoreCore, NoiseStartsAnewWithEachSample) {
    Layer net = layer({{1}}, {{"mode", 2}, {"bias", 8}, {"random_mask", 15}, {"reset_mode", 0}});
    FcoreCore core(timed(), std::move(net.program));
    std::vector<std::vector<double>> spikes(2);
    for (auto& sample : spikes) {
        core.begin_sample(1);
        for (int t = 0; t < 64; ++t) {
            core.step();
            sample.push_back(core.read(StateVariable::spikes, 0));
        }
    }
    EXPECT_EQ(spikes[0], spikes[1]);
    EXPECT_THAT(spikes[0], testing::AllOf(testing::Contains(0), testing::Contains(1)));
}

TEST(FcoreCore, ACurrentInputFiresEveryInverseOfItsCurrent) {
    Layer net = layer({{1}}, {{"mode", 3}, {"vth0", kFcoreInputUnit - 129}});
    FcoreCore core(timed(), std::move(net.program));
    for (const int period : {1, 2, 3, 5, 7, 51, 255}) {
        core.begin_sample(600);
        core.set_input(0, 1.0F / static_cast<float>(period));
        for (int t = 1; t <= 600; ++t) {
            core.step();
            EXPECT_EQ(core.read(StateVariable::spikes, 0), t % period == 0) << period << " " << t;
        }
    }
}

}  // namespace
}  // namespace cortile
