// SPDX-License-Identifier: Apache-2.0
// Do the states of each neuron kind follow the closed forms of their discretisation? Threshold far
// away throughout: firing is ideal_core_test.cpp.
#include <gmock/gmock.h>

#include <cmath>
#include <iterator>

#include "cores/ideal/test/ideal_test_network.h"

namespace cortile::test {
namespace {

using testing::HasSubstr;

constexpr double kFar = 1e9;
constexpr double kTolerance = 1e-13;

Population neuron(NeuronKind kind) {
    Population p = population("n", kind);
    p.v_threshold = kFar;
    p.r = 3.0;
    return p;
}

// v after `steps` timesteps with a spike of weight 1 in each.
double driven(const Population& p, int steps, IdealDynamics dynamics = IdealDynamics::euler) {
    SteppedCore core(one_neuron(p), {dynamics, false});
    core.step({0});
    for (int t = 0; t < steps; ++t) {
        core.step({0});
    }
    return core.v(1);
}

TEST(IdealDynamics, IntegratorsAddImpulses) {
    EXPECT_NEAR(driven(neuron(NeuronKind::i), 7), 7 * 3.0, kTolerance);
    EXPECT_NEAR(driven(neuron(NeuronKind::if_), 7), 7 * 3.0, kTolerance);
}

TEST(IdealDynamics, EulerLifApproachesItsInputGeometrically) {
    Population p = neuron(NeuronKind::lif);
    p.v_leak = 0.25;
    const double k = kStep / 20e-3;
    for (const int n : {1, 2, 50}) {
        EXPECT_NEAR(driven(p, n), (0.25 + 3.0) * (1 - std::pow(1 - k, n)), kTolerance) << n;
    }
}

TEST(IdealDynamics, ExponentialAndExactLiRelaxWithTheTimeConstant) {
    Population p = neuron(NeuronKind::li);
    p.v_leak = -0.5;
    for (const IdealDynamics d : {IdealDynamics::exponential, IdealDynamics::exact}) {
        EXPECT_NEAR(driven(p, 13, d), (3.0 - 0.5) * (1 - std::exp(-13 * kStep / 20e-3)),
                    kTolerance);
    }
}

// Keeps e^-k and takes k of the input: a geometric series.
TEST(IdealDynamics, SinabsTakesKOfTheInput) {
    const double k = kStep / 20e-3, keep = std::exp(-k);
    EXPECT_NEAR(driven(neuron(NeuronKind::lif), 9, IdealDynamics::sinabs),
                k * 3.0 * (1 - std::pow(keep, 9)) / (1 - keep), kTolerance);
}

TEST(IdealDynamics, EulerUsesTheNewCurrentInTheSameTimestep) {
    Population p = neuron(NeuronKind::cuba_lif);
    p.w_in = 2.0;
    const double ks = kStep / 5e-3, km = kStep / 20e-3;
    double current = 0, v = 0;
    SteppedCore core(one_neuron(p));
    core.step({0});
    for (int t = 0; t < 20; ++t) {
        const int spike = t % 3 == 0 ? 1 : 0;  // of the timestep that follows the first
        current += ks * (-current + 2.0 * spike);
        v += km * (-v + 3.0 * current);
        core.step((t + 1) % 3 == 0 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{});
        EXPECT_NEAR(core.u(1), current, kTolerance) << t;
        EXPECT_NEAR(core.v(1), v, kTolerance) << t;
    }
}

// Runge-Kutta of fourth order with a hundredth of a timestep, of the differential equations.
double integrated(double tau_syn, double tau_mem, int steps) {
    const auto slope_i = [&](double i) { return (-i + 2.0) / tau_syn; };
    const auto slope_v = [&](double v, double i) { return (0.1 - v + 3.0 * i) / tau_mem; };
    double i = 0, v = 0;
    const double h = kStep / 100;
    for (int s = 0; s < steps * 100; ++s) {
        const double i1 = slope_i(i), v1 = slope_v(v, i);
        const double i2 = slope_i(i + h / 2 * i1), v2 = slope_v(v + h / 2 * v1, i + h / 2 * i1);
        const double i3 = slope_i(i + h / 2 * i2), v3 = slope_v(v + h / 2 * v2, i + h / 2 * i2);
        const double i4 = slope_i(i + h * i3), v4 = slope_v(v + h * v3, i + h * i3);
        i += h / 6 * (i1 + 2 * i2 + 2 * i3 + i4);
        v += h / 6 * (v1 + 2 * v2 + 2 * v3 + v4);
    }
    return v;
}

TEST(IdealDynamics, ExactSolvesTheEquationsWhateverTheTimeConstants) {
    for (const double tau_syn : {1e-3, 5e-3, 19.999999e-3, 20e-3, 40e-3}) {
        Population p = neuron(NeuronKind::cuba_li);
        p.w_in = 2.0;
        p.v_leak = 0.1;
        p.tau_syn = tau_syn;
        for (const int n : {1, 10}) {
            EXPECT_NEAR(driven(p, n, IdealDynamics::exact), integrated(tau_syn, 20e-3, n), 1e-10)
                << tau_syn << " " << n;
        }
    }
}

TEST(IdealDynamics, ABiasOfACurrentBuildsUpOverItsTimeConstant) {
    Population p = neuron(NeuronKind::cuba_li);
    p.bias = 0.5;
    SteppedCore core(one_neuron(p));
    core.step();
    core.step();
    EXPECT_NEAR(core.u(1), 0.5 * kStep / 5e-3, kTolerance);
}

TEST(IdealDynamics, NeuronsOfOnePopulationMayDiffer) {
    Population p = population("n", NeuronKind::li, 2);
    p.tau_mem.values = {10e-3, 2e-3};
    Network network = network_of({population("input", NeuronKind::input), p});
    connect(network, 0, 1, {1, 4});
    SteppedCore core(network);
    core.step({0});
    core.step();
    EXPECT_NEAR(core.v(1, 0), 0.1, kTolerance);
    EXPECT_NEAR(core.v(1, 1), 0.5 * 4, kTolerance);
}

// A population of two neurons against two populations of one, for one parameter at a time.
TEST(IdealDynamics, EachParameterMayDifferFromNeuronToNeuron) {
    const std::pair<PerNeuron Population::*, std::vector<double>> cases[] = {
        {&Population::tau_syn, {2e-3, 7e-3}},
        {&Population::tau_mem, {10e-3, 30e-3}},
        {&Population::r, {3, 5}},
        {&Population::v_leak, {0.1, -0.2}},
        {&Population::w_in, {1, 2}},
        {&Population::v_threshold, {0.3, 0.6}},
        {&Population::v_reset, {-0.3, 0.1}},
        {&Population::bias, {0.5, -0.5}},
        {&Population::recurrent_bias, {0.5, 1}}};
    for (std::size_t c = 0; c < std::size(cases); ++c) {
        const auto& [member, values] = cases[c];
        Population both = population("n", NeuronKind::cuba_lif, 2);
        both.r = 3.0;
        both.v_threshold = 0.5;
        both.*member = PerNeuron();
        (both.*member).values = values;
        Network network = network_of({population("input", NeuronKind::input), both});
        connect(network, 0, 1, {1, 1});
        SteppedCore together(network, {IdealDynamics::norse, false});
        std::vector<SteppedCore> alone;
        for (const double value : values) {
            Population one = both;
            one.shape = {1};
            one.size = 1;
            one.*member = value;
            alone.emplace_back(one_neuron(one), IdealOptions{IdealDynamics::norse, false});
        }
        bool differ = false;
        for (int t = 0; t < 40; ++t) {
            together.step({0});
            differ |= together.v(1, 0) != together.v(1, 1);
            for (std::uint32_t n = 0; n < 2; ++n) {
                alone[n].step({0});
                // Sums of one neuron may have another grid than those of two.
                EXPECT_NEAR(together.u(1, n), alone[n].u(1), kTolerance) << c << " " << t;
                EXPECT_NEAR(together.v(1, n), alone[n].v(1), kTolerance) << c << " " << t;
                EXPECT_EQ(together.spikes(1, n), alone[n].spikes(1)) << c << " " << t;
            }
        }
        EXPECT_TRUE(differ) << c;
        EXPECT_GT(together.core().spike_count(together.local(1, 0)), 0u) << c;
    }
}

TEST(IdealDynamics, ATimeConstantBelowTheTimestepIsTakenAsEqualAndReported) {
    Population p = neuron(NeuronKind::lif);
    p.tau_mem = 0.2e-3;
    SteppedCore core(one_neuron(p));
    core.step({0});
    core.step();
    EXPECT_NEAR(core.v(1), 3.0, kTolerance);
    ASSERT_EQ(core.warnings().size(), 1u);
    EXPECT_THAT(core.warnings()[0], HasSubstr("shorter than the timestep"));
}

TEST(IdealDynamics, ATimeConstantOfZeroIsRefused) {
    Population p = neuron(NeuronKind::lif);
    p.tau_mem = 0.0;
    EXPECT_THAT(config_error([&] { prepare_for_ideal(one_neuron(p), {}); }),
                HasSubstr("population 'n': tau_mem: expected a positive, finite time"));
}

TEST(IdealDynamics, CountingAndActivationsNeedAPositiveThreshold) {
    Population p = neuron(NeuronKind::if_);
    p.v_threshold = 0.0;
    EXPECT_THAT(config_error([&] {
                    prepare_for_ideal(one_neuron(p), {IdealDynamics::sinabs, false});
                }),
                HasSubstr("expected a positive threshold, found 0"));
    EXPECT_EQ(config_error([&] { prepare_for_ideal(one_neuron(p), {}); }), "no error");
    p.kind = NeuronKind::relu;
    EXPECT_THAT(config_error([&] { prepare_for_ideal(one_neuron(p), {}); }),
                HasSubstr("expected a positive threshold, found 0"));
}

}  // namespace
}  // namespace cortile::test
