// SPDX-License-Identifier: Apache-2.0
// Quantised populations stepped with the core's own arithmetic against the equations they stand
// for.
#include <gmock/gmock.h>

#include <cmath>

#include "cores/loihi/cuba_lif.h"
#include "cores/loihi/loihi_quantizer.h"
#include "hw_model/base/error.h"
#include "testbench/unit/quantize/test_networks.h"

namespace cortile {
namespace {

using testing::HasSubstr;

// Runs the quantised population "out" of a one-layer network; input neuron i spikes in the
// timesteps listed in `spikes[i]`.
class Runner {
  public:
    explicit Runner(const QuantizedNetwork& network)
        : network_(network), out_(network.populations[1]), state_(out_.size), sums_(out_.size) {
        for (std::size_t n = 0; n < out_.size; ++n) {
            const auto get = [&](const char* key) { return out_.parameters.at(key)[n]; };
            state_.u_keep[n] = static_cast<std::uint16_t>(4095 - get("du"));
            state_.v_keep[n] = static_cast<std::uint16_t>(4096 - get("dv"));
            state_.threshold[n] = out_.spikes ? get("vth_mantissa") * 64 : INT32_MAX;
            state_.bias[n] = get("bias_mantissa") * (1 << get("bias_exponent"));
        }
    }

    void step(const std::vector<std::uint32_t>& active) {
        std::fill(sums_.begin(), sums_.end(), 0);
        for (const QuantizedProjection& p : network_.projections) {
            std::vector<std::int32_t> sum(out_.size, 0);
            for (const std::uint32_t source : active) {
                p.row(source, scratch_, row_);
                for (const QuantizedConnection& c : row_) {
                    sum[c.target] += c.weight;
                }
            }
            for (std::size_t n = 0; n < out_.size; ++n) {
                const int e = p.weight_exponent;
                sums_[n] += e > 0 ? sum[n] * (1 << e) : sum[n] >> -e;
            }
        }
        update_cuba_lif(state_, sums_.data(), false);
    }
    bool fired(std::size_t n) const { return state_.fired[n] != 0; }
    double volts(std::size_t n) const { return state_.v[n] * out_.volts_per_unit; }

  private:
    const QuantizedNetwork& network_;
    const QuantizedPopulation& out_;
    CubaLifState state_;
    std::vector<std::int32_t> sums_;
    std::vector<Connection> scratch_;
    std::vector<QuantizedConnection> row_;
};

int parameter(const QuantizedNetwork& q, const char* key, std::size_t n = 0) {
    return q.populations[1].parameters.at(key)[n];
}

std::string error_of(const Network& network) {
    try {
        quantize_for_loihi(network, {});
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(LoihiDynamics, LifDecaysBecomeTheIntegersOfEuler) {
    // tau 2.5 ms at 0.1 ms: 4096 * 0.04 = 163.84; no current memory.
    const QuantizedNetwork q = quantize_for_loihi(one_layer(lif(2.5e-3, 0.1), {{1.0F}}), {});
    EXPECT_EQ(parameter(q, "du"), 4095);
    EXPECT_EQ(parameter(q, "dv"), 164);
    EXPECT_TRUE(q.populations[1].spikes);
    EXPECT_NEAR(q.report.layers[0].tau_mem_got, 1e-4 * 4096 / 164, 1e-12);
    EXPECT_EQ(q.report.layers[0].tau_mem_asked, 2.5e-3);
}

TEST(LoihiDynamics, ExponentialDecayIsAnOption) {
    LoihiQuantizerOptions options;
    options.discretization = Discretization::exponential;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(lif(1e-3, 0.1), {{1.0F}}), options);
    EXPECT_EQ(parameter(q, "dv"), static_cast<int>(std::lround(4096 * (1 - std::exp(-0.1)))));
    EXPECT_NEAR(q.report.layers[0].tau_mem_got, 1e-3, 2e-6);
}

TEST(LoihiDynamics, CubaDecaysUseTheOffsetOfTheCurrent) {
    Population p = lif(1e-3, 1);
    p.kind = NeuronKind::cuba_lif;
    p.tau_syn = 5e-4;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{1.0F}}), {});
    EXPECT_EQ(parameter(q, "du"), 818);  // 4096 * 0.2 - 1 = 818.2
    EXPECT_EQ(parameter(q, "dv"), 410);  // 409.6
    EXPECT_NEAR(q.report.layers[0].tau_syn_got, 1e-4 * 4096 / 819, 1e-12);
}

// v <- v + (dt/tau)(v_leak - v + r (sum + bias)), reset to v_reset; in double precision.
TEST(LoihiDynamics, LifTraceFollowsTheEquationInVolts) {
    Population p = lif(2e-3, 0.5, 3.0);
    p.v_leak = 0.05;
    p.bias = 0.02;
    const Network network = one_layer(p, {{0.9F, -0.4F}});
    const QuantizedNetwork q = quantize_for_loihi(network, {});
    Runner runner(q);
    double v = 0;
    int spikes = 0;
    for (int t = 0; t < 400; ++t) {
        std::vector<std::uint32_t> active;
        double x = 0.02;
        if (t % 3 == 0) {
            active.push_back(0);
            x += 0.9;
        }
        if (t % 7 == 0) {
            active.push_back(1);
            x -= 0.4;
        }
        v += 0.05 * (0.05 - v + 3.0 * x);
        const bool fires = v > 0.5;
        v = fires ? 0 : v;
        spikes += fires;
        runner.step(active);
        ASSERT_EQ(runner.fired(0), fires) << "timestep " << t;
        ASSERT_NEAR(runner.volts(0), v, 0.005 * 0.5) << "timestep " << t;
    }
    EXPECT_GT(spikes, 5);
}

TEST(LoihiDynamics, CubaTraceFollowsTheEquationInVolts) {
    Population p = lif(1e-3, 10.0, 10.0);
    p.kind = NeuronKind::cuba_li;  // no spikes: the trace is compared
    p.tau_syn = 4e-4;
    p.w_in = 2.5;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.7F, -0.2F}}), {});
    EXPECT_FALSE(q.populations[1].spikes);
    EXPECT_EQ(parameter(q, "vth_mantissa"), 131071);
    Runner runner(q);
    double current = 0, v = 0, largest = 0;
    for (int t = 0; t < 200; ++t) {
        std::vector<std::uint32_t> active;
        double x = 0;
        if (t % 5 == 0) {
            active.push_back(0);
            x += 0.7;
        }
        if (t % 4 == 0) {
            active.push_back(1);
            x -= 0.2;
        }
        current += 0.25 * (-current + 2.5 * x);
        v += 0.1 * (-v + 10 * current);
        largest = std::max(largest, std::abs(v));
        runner.step(active);
        ASSERT_NEAR(runner.volts(0), v, 0.02) << "timestep " << t;
    }
    EXPECT_GT(largest, 1.0);
}

TEST(LoihiDynamics, IntegrateAndFireTakesItsInputAsImpulses) {
    Population p;
    p.kind = NeuronKind::if_;
    p.v_threshold = 1.0;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.3F}}), {});
    EXPECT_EQ(parameter(q, "dv"), 0);
    Runner runner(q);
    std::vector<int> fired;
    for (int t = 0; t < 8; ++t) {
        runner.step({0});
        if (runner.fired(0)) {
            fired.push_back(t);
        }
    }
    EXPECT_THAT(fired, testing::ElementsAre(3, 7));  // 0.3, 0.6, 0.9, 1.2 > 1
}

TEST(LoihiDynamics, ResetVoltageIsShiftedToZero) {
    // From v_reset = 0.2 to beyond 1.0 with 0.3 a step: 0.5, 0.8, 1.1.
    Population p;
    p.kind = NeuronKind::if_;
    p.v_threshold = 1.0;
    p.v_reset = 0.2;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.3F}}), {});
    Runner runner(q);
    runner.step({0});
    runner.step({0});
    EXPECT_FALSE(runner.fired(0));
    runner.step({0});
    EXPECT_TRUE(runner.fired(0));
    ASSERT_FALSE(q.report.warnings.empty());
    EXPECT_THAT(q.report.warnings[0], HasSubstr("population 'out': v_reset = 0.2"));
}

TEST(LoihiDynamics, LeakTowardsTheResetVoltageNeedsNoBias) {
    Population p = lif(1e-3, 1.0);
    p.v_reset = 0.25;
    p.v_leak = 0.25;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.3F}}), {});
    EXPECT_EQ(parameter(q, "bias_mantissa"), 0);
}

TEST(LoihiDynamics, NeuronsWithDifferentTimeConstantsKeepTheirBehaviour) {
    Population p = lif(1e-3, 0.4);
    p.tau_mem.values = {1e-3, 4e-3};
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{1.0F}, {1.0F}}), {});
    Runner runner(q);
    double v[2] = {0, 0};
    for (int t = 0; t < 60; ++t) {
        runner.step({0});
        for (std::size_t n = 0; n < 2; ++n) {
            v[n] += (n == 0 ? 0.1 : 0.025) * (1.0 - v[n]);
            const bool fires = v[n] > 0.4;
            ASSERT_EQ(runner.fired(n), fires) << "timestep " << t << " neuron " << n;
            v[n] = fires ? 0 : v[n];
        }
    }
}

TEST(LoihiDynamics, ReadoutsWithDifferentResistancesStayComparable) {
    Population p = lif(1e-3, 1);
    p.kind = NeuronKind::li;
    p.r.values = {1.0, -3.0};
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.5F}, {0.5F}}), {});
    Runner runner(q);
    runner.step({0});
    EXPECT_NEAR(runner.volts(0), 0.05, 0.001);
    EXPECT_NEAR(runner.volts(1), -0.15, 0.001);
}

TEST(LoihiDynamics, NegativeResistanceTurnsTheWeightsAround) {
    const QuantizedNetwork q = quantize_for_loihi(one_layer(lif(1e-3, 0.1, -2.0), {{-3.0F}}), {});
    Runner runner(q);
    runner.step({0});
    EXPECT_TRUE(runner.fired(0));
}

TEST(LoihiDynamics, ThresholdNodeComparesWithoutMemory) {
    Population p;
    p.kind = NeuronKind::threshold;
    p.v_threshold = 0.5;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{0.3F, 0.3F}}), {});
    EXPECT_EQ(parameter(q, "dv"), 4095);
    Runner runner(q);
    for (int t = 0; t < 5; ++t) {
        runner.step({0});
        EXPECT_FALSE(runner.fired(0));
    }
    runner.step({0, 1});
    EXPECT_TRUE(runner.fired(0));
}

TEST(LoihiDynamics, TimeConstantBeyondTheDecayIsReported) {
    const QuantizedNetwork q = quantize_for_loihi(one_layer(lif(2.0, 0.1), {{1.0F}}), {});
    EXPECT_EQ(parameter(q, "dv"), 0);
    EXPECT_TRUE(std::isinf(q.report.layers[0].tau_mem_got));
    ASSERT_FALSE(q.report.warnings.empty());
    EXPECT_THAT(q.report.warnings[0], HasSubstr("tau_mem = 2 s becomes no decay at all"));
}

TEST(LoihiDynamics, SilentPopulationIsReported) {
    // Steady state of v is r * w = 0.2.
    const QuantizedNetwork q = quantize_for_loihi(one_layer(lif(1e-3, 0.4), {{0.2F}}), {});
    ASSERT_FALSE(q.report.warnings.empty());
    EXPECT_THAT(q.report.warnings.back(), HasSubstr("'out' can never spike"));
    EXPECT_THAT(q.report.warnings.back(), HasSubstr("50.0 %"));
}

TEST(LoihiDynamics, BiasThroughACurrentIsReported) {
    Population p = lif(1e-3, 1);
    p.kind = NeuronKind::cuba_lif;
    p.tau_syn = 5e-4;
    p.bias = 0.1;
    const QuantizedNetwork q = quantize_for_loihi(one_layer(p, {{2.0F}}), {});
    EXPECT_THAT(q.report.warnings[0], HasSubstr("adds a bias to v, not to the current"));
}

TEST(LoihiDynamics, ResetBySubtractionIsRefused) {
    Population p = lif(1e-3, 1);
    p.reset = ResetMode::subtract;
    EXPECT_THAT(error_of(one_layer(p, {{1.0F}})),
                testing::AllOf(HasSubstr("population 'out'"), HasSubstr("subtraction"),
                               HasSubstr("network.reset: zero")));
}

TEST(LoihiDynamics, ThresholdBelowResetIsRefused) {
    Population p = lif(1e-3, 1);
    p.v_reset = 2.0;
    EXPECT_THAT(
        error_of(one_layer(p, {{1.0F}})),
        testing::AllOf(HasSubstr("population 'out': v_threshold"), HasSubstr("v_reset = 2")));
}

TEST(LoihiDynamics, TimeConstantOfZeroIsRefused) {
    EXPECT_THAT(error_of(one_layer(lif(0, 1), {{1.0F}})),
                testing::AllOf(HasSubstr("population 'out': tau_mem"), HasSubstr("found 0")));
}

}  // namespace
}  // namespace cortile
