// SPDX-License-Identifier: Apache-2.0
// Ternary and sigma-delta neurons, resets at intervals and input neurons of a Loihi-style core.
#include "cores/loihi/other_neurons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/blocks/packet_value.h"
#include "cores/loihi/loihi_core.h"
#include "cores/loihi/loihi_quantizer.h"
#include "cores/loihi/membrane_resets.h"
#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Parameters_ = std::map<std::string, std::int32_t>;

constexpr auto kTernary = static_cast<std::int32_t>(LoihiDynamicsKind::ternary_lif);
constexpr auto kDelta = static_cast<std::int32_t>(LoihiDynamicsKind::delta);
constexpr auto kSigmaDelta = static_cast<std::int32_t>(LoihiDynamicsKind::sigma_delta);
constexpr auto kSigma = static_cast<std::int32_t>(LoihiDynamicsKind::sigma);

// A core without synapses; parameters of each neuron over those of a plain LIF.
CoreProgram program_of(const std::vector<Parameters_>& neurons) {
    CoreProgram program;
    program.neurons = static_cast<std::uint32_t>(neurons.size());
    program.spikes.assign(neurons.size(), 1);
    program.synapses = SynapseMemory();
    program.axons = AxonTable(std::vector<std::uint32_t>(neurons.size(), 0));
    program.axons.finish();
    const Parameters_ plain{{"du", 4095},          {"dv", 0},
                            {"vth_mantissa", 100}, {"bias_mantissa", 0},
                            {"bias_exponent", 6},  {"refractory", 1}};
    for (std::size_t n = 0; n < neurons.size(); ++n) {
        Parameters_ all = plain;
        for (const auto& [name, value] : neurons[n]) {
            all[name] = value;
        }
        for (const auto& [name, value] : all) {
            auto& column = program.parameters[name];
            column.resize(neurons.size());
            column[n] = value;
        }
    }
    return program;
}

// One neuron, fed with sums; what it sends.
class OneNeuron {
  public:
    explicit OneNeuron(const Parameters_& parameters) : neurons_(program_of({parameters})) {}

    std::int32_t step(std::int32_t input) {
        neurons_.update(std::span(&input, 1), std::span(&active_, 1), std::span(&fired_, 1));
        EXPECT_EQ(fired_, neurons_.values()[0] != 0);
        return neurons_.values()[0];
    }
    std::int32_t read(StateVariable variable) const { return neurons_.read(variable, 0); }
    OtherNeurons& neurons() { return neurons_; }
    bool active() const { return active_ != 0; }

  private:
    OtherNeurons neurons_;
    std::uint8_t active_ = 0, fired_ = 0;
};

TEST(TernaryLif, SendsTheSignOfWhatItReached) {
    OneNeuron neuron({{"dynamics", kTernary}, {"vth_mantissa", 10}, {"vth_low_mantissa", -4}});
    EXPECT_EQ(neuron.step(10), 0) << "v equals the threshold";
    EXPECT_EQ(neuron.read(StateVariable::v), 640);
    EXPECT_EQ(neuron.step(1), 1);
    EXPECT_EQ(neuron.read(StateVariable::v), 0);
    EXPECT_EQ(neuron.step(-4), 0);
    EXPECT_EQ(neuron.step(-1), -1);
    EXPECT_EQ(neuron.read(StateVariable::v), 0);
    EXPECT_TRUE(neuron.active());
    EXPECT_EQ(neuron.step(0), 0);
    EXPECT_EQ(neuron.step(0), 0);
    EXPECT_FALSE(neuron.active());
}

TEST(SigmaDelta, DeltaSendsChangesOnceTheyReachTheThreshold) {
    OneNeuron neuron(
        {{"dynamics", kDelta}, {"vth_mantissa", 3}, {"state_exponent", 6}, {"spike_exponent", 6}});
    neuron.neurons().drive(0, 2);
    EXPECT_EQ(neuron.step(0), 0) << "a change of 2 stays as residue";
    neuron.neurons().drive(0, 3);
    EXPECT_EQ(neuron.step(0), 3 << 6) << "3 in all: not strict";
    EXPECT_EQ(neuron.step(0), 0);
    neuron.neurons().drive(0, -1);
    EXPECT_EQ(neuron.step(0), -(4 << 6));
}

TEST(SigmaDelta, SumsRectifiesAndSendsChanges) {
    OneNeuron neuron({{"dynamics", kSigmaDelta},
                      {"vth_mantissa", 0},
                      {"bias_mantissa", 1},
                      {"state_exponent", 6},
                      {"spike_exponent", 6}});
    EXPECT_EQ(neuron.step(0), 64) << "the bias";
    EXPECT_EQ(neuron.step(-5000), -64) << "rectified: from 4096 to 0";
    EXPECT_EQ(neuron.read(StateVariable::u), -5000);
    EXPECT_EQ(neuron.read(StateVariable::v), 0);
    EXPECT_EQ(neuron.step(5000 + 65), 65) << "4096 + 65 is 65 in units of 2^6";
    EXPECT_EQ(neuron.step(-66), -2) << "-66 >> 6 rounds down";
}

TEST(SigmaDelta, SigmaSendsItsSum) {
    OneNeuron neuron({{"dynamics", kSigma}});
    EXPECT_EQ(neuron.step(7), 7);
    EXPECT_EQ(neuron.step(0), 7);
    EXPECT_EQ(neuron.step(-9), -2);
    neuron.neurons().reset();
    EXPECT_EQ(neuron.step(1), 1);
}

TEST(MembraneResets, InTheirTimestepsOfASample) {
    MembraneResets resets(
        program_of({{{"reset_interval", 3}, {"reset_offset", 4}}, {}, {{"reset_interval", 2}}}));
    const auto times = [&] {
        std::vector<std::pair<int, std::uint32_t>> result;
        for (int t = 0; t < 5; ++t) {
            resets.step([&](std::uint32_t n) { result.push_back({t, n}); });
        }
        return result;
    };
    using testing::Pair;
    const auto expected =
        testing::UnorderedElementsAre(Pair(0, 2), Pair(1, 0), Pair(2, 2), Pair(4, 2), Pair(4, 0));
    EXPECT_THAT(times(), expected);
    resets.begin_sample();
    EXPECT_THAT(times(), expected);
    EXPECT_TRUE(MembraneResets(program_of({{}})).empty());
}

// A LIF neuron between two others: neither sees the other's parameters, and packets carry values.
TEST(LoihiCoreKinds, LifAndOthersShareACore) {
    CoreProgram program = program_of({{{"dynamics", kDelta},
                                       {"input_unit", 1},
                                       {"vth_mantissa", 0},
                                       {"state_exponent", 0},
                                       {"spike_exponent", 0}},
                                      {{"bias_mantissa", 40}, {"reset_interval", 3}},
                                      {{"dynamics", kSigma}}});
    program.axons = AxonTable(std::vector<std::uint32_t>{1, 1, 1});
    for (std::uint32_t n = 0; n < 3; ++n) {
        program.axons.add(n, SpikePacket::pack(5, n));
    }
    program.axons.finish();
    LoihiCore core({}, std::move(program));
    core.begin_sample(10);
    core.set_input(0, -3);
    core.step();
    std::vector<SpikePacket> sent;
    core.packetise(0, sent);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(signed_value(sent[0]), -3);
    EXPECT_EQ(core.read(StateVariable::v, 1), 40 * 64);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 1), 80 * 64);
    core.step();  // 120 * 64 would fire
    sent.clear();
    core.packetise(0, sent);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].value(), 1u);
    core.step();  // timestep 3: reset
    EXPECT_EQ(core.read(StateVariable::v, 1), 40 * 64);
    EXPECT_THROW(core.set_input(2, 1), ContractViolation);
    EXPECT_THROW(core.set_input(0, 5000), ConfigError);
}

TEST(PacketValue, TwosComplement) {
    for (const std::int32_t value : {0, 1, -1, (1 << 23) - 1, -(1 << 23)}) {
        EXPECT_EQ(signed_value(SpikePacket(0, 0, 0, packet_value(value))), value);
    }
    EXPECT_EQ(signed_value(SpikePacket(0, 0, 0, packet_value(1 << 23))), -(1 << 23));
}

// What registers make of a population.
std::string refused(const std::map<std::string, double>& registers, NeuronKind kind) {
    Network network;
    Population population;
    population.name = "p";
    population.kind = kind;
    population.shape = {1};
    population.size = 1;
    population.tau_syn = population.tau_mem = 1e-2;
    for (const auto& [name, value] : registers) {
        population.hardware["loihi/" + name] = {value};
    }
    network.populations.push_back(population);
    try {
        const QuantizedNetwork made = quantize_for_loihi(network, {});
        return made.populations[0].sends_values ? "values" : "spikes";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

TEST(LoihiRegisters, KindsOfNeurons) {
    const auto lif = NeuronKind::cuba_lif;
    EXPECT_EQ(refused({{"vth_mantissa", 5}}, lif), "spikes");
    EXPECT_EQ(refused({{"vth_mantissa", 5}, {"vth_low_mantissa", -5}}, lif), "values");
    EXPECT_EQ(refused({{"vth_mantissa", 5}}, NeuronKind::sigma_delta), "values");
    EXPECT_EQ(refused({{"reset_interval", 5}, {"reset_offset", 2}}, lif), "spikes");
    EXPECT_THAT(refused({{"vth_low_mantissa", -5}}, lif), HasSubstr("without loihi/vth_mantissa"));
    EXPECT_THAT(refused({{"vth_mantissa", 5}, {"vth_low_mantissa", -5}, {"refractory", 2}}, lif),
                HasSubstr("refractory"));
    EXPECT_THAT(refused({{"vth_mantissa", 5}, {"spike_exponent", 2}}, lif),
                HasSubstr("no sigma-delta"));
    EXPECT_THAT(refused({{"reset_offset", 2}}, lif), HasSubstr("without loihi/reset_interval"));
    EXPECT_THAT(refused({{"vth_mantissa", 5}, {"reset_interval", 2}}, NeuronKind::sigma),
                HasSubstr("not reset"));
    EXPECT_THAT(refused({}, NeuronKind::delta), HasSubstr("by registers only"));
}

}  // namespace
}  // namespace cortile
