// SPDX-License-Identifier: Apache-2.0
// When does a neuron of each kind fire, what does it send, and when does it start?
#include <gmock/gmock.h>

#include <cmath>

#include "cores/ideal/test/ideal_test_network.h"

namespace cortile::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr IdealOptions kSubtract{IdealDynamics::euler, true};

// Spikes and states of an IF neuron with threshold 1 that gets input[t] in timestep t.
struct Trace {
    std::vector<int> spikes;
    std::vector<double> v;
};
Trace trace(Population p, const std::vector<double>& input, const IdealOptions& options) {
    // Weights are whole multiples of 1/8: sums are exact.
    Network network = network_of({population("input", NeuronKind::input, 64), std::move(p)});
    std::vector<float> weight(64);
    for (std::size_t i = 0; i < weight.size(); ++i) {
        weight[i] = static_cast<float>((static_cast<double>(i) - 32) / 8);
    }
    connect(network, 0, 1, weight);
    SteppedCore core(network, options);
    Trace result;
    const auto spike_for = [](double x) {
        return std::vector<std::uint32_t>{static_cast<std::uint32_t>(x * 8 + 32)};
    };
    core.step(spike_for(input[0]));
    for (std::size_t t = 0; t < input.size(); ++t) {
        core.step(t + 1 < input.size() ? spike_for(input[t + 1]) : std::vector<std::uint32_t>{});
        result.spikes.push_back(core.spikes(1));
        result.v.push_back(core.v(1));
    }
    return result;
}

TEST(IdealFiring, ThresholdMustBeExceeded) {
    const Trace t = trace(population("n", NeuronKind::if_), {0.5, 0.5, 0.125}, {});
    EXPECT_THAT(t.spikes, ElementsAre(0, 0, 1));
    EXPECT_THAT(t.v, ElementsAre(0.5, 1, 0));
}

TEST(IdealFiring, ResetIsToTheNetworksValue) {
    Population p = population("n", NeuronKind::if_);
    p.v_reset = -0.25;
    const Trace t = trace(p, {3, 1, 1}, {});
    EXPECT_THAT(t.spikes, ElementsAre(1, 0, 1));
    EXPECT_THAT(t.v, ElementsAre(-0.25, 0.75, -0.25));
}

TEST(IdealFiring, SubtractionKeepsTheRestAndFiresOnceATimestep) {
    Population p = population("n", NeuronKind::if_);
    p.reset = ResetMode::subtract;
    const Trace t = trace(p, {3.25, 0, 0, 0}, kSubtract);
    EXPECT_THAT(t.spikes, ElementsAre(1, 1, 1, 0));
    EXPECT_THAT(t.v, ElementsAre(2.25, 1.25, 0.25, 0.25));
}

// d = (v_prev > thr); v = v + x - d thr; z = v > thr; v -= (z - d) thr.
TEST(IdealFiring, SnntorchSubtractsByTheVoltageBefore) {
    Population p = population("n", NeuronKind::if_);
    p.reset = ResetMode::subtract;
    const std::vector<double> input{3.25, 0, 0, 0, 1.5, -0.5};
    std::vector<int> spikes;
    std::vector<double> voltages;
    double v = 0;
    for (const double x : input) {
        const double d = v > 1 ? 1 : 0;
        v = v + x - d;
        const double z = v > 1 ? 1 : 0;
        v -= z - d;
        spikes.push_back(static_cast<int>(z));
        voltages.push_back(v);
    }
    const Trace t = trace(p, input, {IdealDynamics::snntorch, true});
    EXPECT_EQ(t.spikes, spikes);
    EXPECT_EQ(t.v, voltages);
    // It is not the plain rule.
    EXPECT_NE(t.spikes, trace(p, input, kSubtract).spikes);
}

TEST(IdealFiring, SinabsSendsHowOftenTheThresholdFits) {
    const Trace t = trace(population("n", NeuronKind::if_), {3.25, 0.75, -3, 0.5},
                          {IdealDynamics::sinabs, false});
    EXPECT_THAT(t.spikes, ElementsAre(3, 1, 0, 0));
    EXPECT_THAT(t.v, ElementsAre(0.25, 0, -1, -0.5));
}

TEST(IdealFiring, SinabsResetsToAValueIfAsked) {
    const Trace t =
        trace(population("n", NeuronKind::if_), {3.25, 0.75}, {IdealDynamics::sinabs, true});
    EXPECT_THAT(t.spikes, ElementsAre(3, 0));
    EXPECT_THAT(t.v, ElementsAre(0, 0.75));
}

TEST(IdealFiring, ACountIsMultipliedWithTheWeight) {
    Network network =
        network_of({population("input", NeuronKind::input), population("a", NeuronKind::if_),
                    population("b", NeuronKind::i)});
    connect(network, 0, 1, {7.5});
    connect(network, 1, 2, {0.25});
    SteppedCore core(network, {IdealDynamics::sinabs, false});
    core.step({0});
    core.step();
    EXPECT_EQ(core.packets().at(0).value(), 7);
    EXPECT_EQ(core.core().spike_count(core.local(1)), 7u);
    core.step();
    EXPECT_EQ(core.v(2), 7 * 0.25);
}

TEST(IdealFiring, MoreSpikesThanAPacketMayTellAreRefused) {
    Population p = population("n", NeuronKind::if_);
    p.v_threshold = 1.0 / 8192;
    SteppedCore core(one_neuron(p), {IdealDynamics::sinabs, false});
    core.step({0});
    EXPECT_THAT(config_error([&] { core.step(); }), HasSubstr("more than 4095 spikes"));
}

TEST(IdealFiring, ReadoutsNeverFire) {
    for (const NeuronKind kind : {NeuronKind::i, NeuronKind::li, NeuronKind::cuba_li}) {
        SteppedCore core(one_neuron(population("n", kind)));
        for (int t = 0; t < 100; ++t) {
            core.step({0});
            EXPECT_EQ(core.spikes(1), 0);
        }
        EXPECT_GT(core.v(1), 0.9);
    }
}

TEST(IdealFiring, AThresholdNodeHasNoMemory) {
    Population p = population("n", NeuronKind::threshold);
    p.v_threshold = 0.75;
    const Trace t = trace(p, {0.75, 0.75, 1, 0.5}, {});
    EXPECT_THAT(t.spikes, ElementsAre(0, 0, 1, 0));
    EXPECT_THAT(t.v, ElementsAre(0.75, 0.75, 1, 0.5));
}

TEST(IdealFiring, AnInputNeuronFiresWheneverItsChargeIsFull) {
    Network network = network_of(
        {population("input", NeuronKind::current_input, 3), population("n", NeuronKind::i)});
    network.inputs = {PopulationId{0u}};
    connect(network, 0, 1, {1, 1, 1});
    SteppedCore core(network);
    const float currents[] = {0.2F, 1.0F / 3, 0.51F};
    for (std::uint32_t n = 0; n < 3; ++n) {
        core.core().set_input(core.local(0, n), currents[n]);
    }
    for (int t = 0; t < 30; ++t) {
        core.step();
    }
    EXPECT_EQ(core.core().spike_count(core.local(0, 0)), 30u / 5);
    EXPECT_EQ(core.core().spike_count(core.local(0, 1)), 30u / 3);
    EXPECT_EQ(core.core().spike_count(core.local(0, 2)), 30u / 2);
}

TEST(IdealFiring, ANeuronRestsForItsRefractoryPeriod) {
    Population p = population("n", NeuronKind::if_);
    p.refractory = 3.0;
    const Trace t = trace(p, {2, 2, 2, 2, 0.5}, {});
    EXPECT_THAT(t.spikes, ElementsAre(1, 0, 0, 1, 0));
    EXPECT_THAT(t.v, ElementsAre(0, 0, 0, 0, 0));
}

// r x dt / v_threshold with r = 500 /s, dt = 1 ms and threshold 1.
TEST(IdealActivations, AreClampedAndSentAsShareOfFullScale) {
    Population p = population("n", NeuronKind::relu);
    p.r = 500.0;
    Network network = network_of(
        {population("input", NeuronKind::input, 3), p, population("sum", NeuronKind::i)});
    connect(network, 0, 1, {0.5, 10, -1});
    connect(network, 1, 2, {2});
    SteppedCore core(network);
    core.step({0});
    core.step({1});
    EXPECT_EQ(core.v(1), 0.25);
    ASSERT_EQ(core.packets().size(), 2u);         // its own, and that of the input
    EXPECT_EQ(core.packets()[0].value(), 16384);  // 0.25 x 65535, rounded
    core.step({2});
    EXPECT_EQ(core.v(1), 1);
    EXPECT_NEAR(core.v(2), 2 * 16384.0 / 65535, 1e-7);
    core.step();
    EXPECT_EQ(core.v(1), 0);
    EXPECT_NEAR(core.v(2), 2 * (16384.0 / 65535 + 1), 3e-7);
    core.step();
    EXPECT_NEAR(core.v(2), 2 * (16384.0 / 65535 + 1), 3e-7);
}

TEST(IdealActivations, AreComputedWhileTheInputPassesAndKeptAfterwards) {
    Population p = population("n", NeuronKind::relu);
    p.r = 1000.0;
    p.bias = 0.5;
    Network network = one_neuron(p);
    SteppedCore core(network, {}, 2);
    std::vector<std::size_t> sent;
    for (int t = 0; t < 5; ++t) {
        core.step();
        sent.push_back(core.core().spike_count(core.local(1)));
    }
    EXPECT_THAT(sent, ElementsAre(0, 1, 2, 2, 2));
    EXPECT_EQ(core.v(1), 0.5);
}

TEST(IdealCore, EveryPopulationStartsWhenItsInputCanHaveArrived) {
    Population first = population("first", NeuronKind::i),
               second = population("second", NeuronKind::i);
    first.bias = second.bias = 1.0;
    Network network = network_of({population("input", NeuronKind::input), first, second});
    connect(network, 0, 1, {1});
    connect(network, 1, 2, {1});
    SteppedCore core(network);
    std::vector<double> v;
    for (int t = 0; t < 4; ++t) {
        core.step();
        v.push_back(10 * core.v(1) + core.v(2));
    }
    EXPECT_THAT(v, ElementsAre(0, 10, 21, 32));
    EXPECT_EQ(core.core().activity()[static_cast<std::size_t>(CoreEvent::neuron_update_active)],
              5u);
}

TEST(IdealCore, NorseHasNoRecurrentBiasInTheFirstTimestep) {
    Population p = population("n", NeuronKind::i);
    p.bias = 1.25;
    p.recurrent_bias = 0.25;
    for (const auto& [dynamics, first] :
         {std::pair{IdealDynamics::norse, 1.0}, std::pair{IdealDynamics::snntorch, 1.25},
          std::pair{IdealDynamics::euler, 1.25}}) {
        SteppedCore core(one_neuron(p), {dynamics, false});
        core.step();
        core.step();
        EXPECT_EQ(core.v(1), first);
        core.step();
        EXPECT_EQ(core.v(1), first + 1.25);
    }
}

TEST(IdealCore, ASampleStartsFromNothing) {
    Population p = population("n", NeuronKind::cuba_lif);
    p.v_threshold = 0.01;
    p.refractory = 5.0;
    Network network = one_neuron(p);
    connect(network, 1, 1, make_sparse(1, {0, 1}, {{0, 0.5F, 3}}));
    SteppedCore core(network);
    const auto run = [&] {
        std::vector<double> states;
        for (int t = 0; t < 20; ++t) {
            core.step({0});
            states.insert(states.end(), {core.u(1), core.v(1), double(core.spikes(1))});
        }
        return states;
    };
    const auto first = run();
    core.core().begin_sample(1000);
    EXPECT_EQ(run(), first);
}

TEST(IdealCore, DelaysCountFromTheFirstTimestep) {
    Network network =
        network_of({population("input", NeuronKind::input), population("n", NeuronKind::i)});
    connect(network, 0, 1, make_sparse(1, {0, 3}, {{0, 1, 0}, {0, 10, 2}, {0, 100, 62}}));
    SteppedCore core(network);
    std::vector<double> v;
    core.step({0});
    for (int t = 0; t < 64; ++t) {
        core.step();
        v.push_back(core.v(1));
    }
    EXPECT_EQ(v[1], 1);
    EXPECT_EQ(v[2], 11);
    EXPECT_EQ(v[61], 11);
    EXPECT_EQ(v[62], 111);
}

}  // namespace
}  // namespace cortile::test
