// SPDX-License-Identifier: Apache-2.0
// The specification that RTL is checked against is the arithmetic that chips are simulated with.
#include "cores/loihi/cuba_lif_semantics.h"

#include <gtest/gtest.h>

#include "cores/datapath/operations.h"
#include "cores/datapath/stimulus.h"
#include "cores/loihi/cuba_lif.h"
#include "cores/loihi/loihi_core.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using Row = CubaLifRow;
const CubaLifSemantics kSemantics;

std::unique_ptr<NeuronDatapath> reference() {
    return kSemantics.make(ConfigTree::from_text("{}", "test", ".").resolve(kSemantics.schema()));
}

TEST(CubaLifSemantics, IsTheVectorArithmeticOfACore) {
    constexpr std::uint32_t kCount = 50'000;
    const auto datapath = reference();
    const DatapathContract& contract = datapath->contract();
    RandomStimulus stimulus(kSemantics, contract, *datapath, 3);
    Operations rows(std::size_t{kCount} * Row::operands);
    stimulus.draw(rows);
    ASSERT_NO_THROW(check_operations(contract, rows, "random"));
    std::vector<std::int64_t> expected(std::size_t{kCount} * Row::results);
    datapath->run(rows, expected);

    CubaLifState soma(kCount);
    soma.refractory.resize(kCount);
    soma.hold.resize(kCount);
    std::vector<std::int32_t> input(kCount);
    for (std::uint32_t n = 0; n < kCount; ++n) {
        const std::int64_t* const x = &rows[std::size_t{n} * Row::operands];
        soma.u[n] = static_cast<std::int32_t>(x[Row::u]);
        soma.v[n] = static_cast<std::int32_t>(x[Row::v]);
        soma.hold[n] = static_cast<std::uint8_t>(x[Row::hold]);
        soma.u_keep[n] = static_cast<std::uint16_t>(4095 - x[Row::du]);
        soma.v_keep[n] = static_cast<std::uint16_t>(4096 - x[Row::dv]);
        soma.bias[n] = static_cast<std::int32_t>(x[Row::bias]);
        soma.threshold[n] = x[Row::spike_enable] != 0 ? static_cast<std::int32_t>(x[Row::threshold])
                                                      : std::numeric_limits<std::int32_t>::max();
        soma.refractory[n] = static_cast<std::uint8_t>(x[Row::refractory]);
        input[n] = static_cast<std::int32_t>(x[Row::input]);
    }
    update_cuba_lif(soma, input.data(), false);
    std::uint32_t spikes = 0;
    for (std::uint32_t n = 0; n < kCount; ++n) {
        const std::int64_t* const y = &expected[std::size_t{n} * Row::results];
        ASSERT_EQ(soma.u[n], y[Row::u_after]) << n;
        ASSERT_EQ(soma.v[n], y[Row::v_after]) << n;
        ASSERT_EQ(soma.hold[n], y[Row::hold_after]) << n;
        ASSERT_EQ(soma.fired[n], y[Row::spike]) << n;
        ASSERT_EQ(soma.active[n], y[Row::active]) << n;
        spikes += soma.fired[n];
    }
    EXPECT_GT(spikes, kCount / 20);
}

CoreProgram busy_program(std::int32_t refractory) {
    CoreProgram program;
    program.neurons = 40;
    program.spikes.assign(program.neurons, 1);
    program.spikes[7] = 0;
    for (std::uint32_t n = 0; n < program.neurons; ++n) {
        const auto some = [&](std::uint32_t below, std::uint64_t use) {
            return static_cast<std::int32_t>(
                uniform_below(philox({5, RandomUse::test}, n, use)[0], below));
        };
        program.parameters["du"].push_back(some(4096, 1));
        program.parameters["dv"].push_back(some(1000, 2));
        program.parameters["vth_mantissa"].push_back(50 + some(100, 3));
        program.parameters["bias_mantissa"].push_back(some(3000, 4) - 500);
        program.parameters["bias_exponent"].push_back(some(3, 5));
        program.parameters["refractory"].push_back(n % 3 == 0 ? refractory : 1);
    }
    program.synapses.emplace<SynapseMemory>();
    program.axons = AxonTable(std::vector<std::uint32_t>(program.neurons, 0));
    program.axons.finish();
    return program;
}

class LoihiCoreByDatapath : public testing::TestWithParam<std::int32_t> {};

TEST_P(LoihiCoreByDatapath, HasTheStatesOfTheModel) {
    LoihiCore model({}, busy_program(GetParam())), core({}, busy_program(GetParam()));
    core.use_datapath(reference(), {});
    for (int sample = 0; sample < 2; ++sample) {
        model.begin_sample(60);
        core.begin_sample(60);
        for (int step = 0; step < 60; ++step) {
            model.step();
            core.step();
            for (std::uint32_t n = 0; n < model.neurons(); ++n) {
                for (const auto variable :
                     {StateVariable::spikes, StateVariable::u, StateVariable::v}) {
                    ASSERT_EQ(core.read(variable, n), model.read(variable, n)) << step << " " << n;
                }
            }
        }
    }
    EXPECT_EQ(core.activity(), model.activity());
    EXPECT_GT(core.activity()[static_cast<std::size_t>(CoreEvent::neuron_spike)], 100u);
}

INSTANTIATE_TEST_SUITE_P(Refractory, LoihiCoreByDatapath, testing::Values(1, 5));

TEST(LoihiCore, ByADatapathTakesItsLatencyAndThenAnIntervalEach) {
    LoihiCore core({}, busy_program(1));
    core.use_datapath(reference(), {30'000, 10'000});
    core.begin_sample(10);
    core.step();
    EXPECT_EQ(core.update_finish(), 30'000 + 39 * 10'000);
    for (int step = 0; step < 20; ++step) {
        core.step();
    }
    const auto spikes = core.outbox();
    ASSERT_FALSE(spikes.empty());
    for (const OutboundSpike& spike : spikes) {
        EXPECT_EQ(spike.time, 30'000 + spike.neuron * 10'000);
    }
}

TEST(LoihiCore, RefusesADatapathOfOtherSemantics) {
    class Other final : public NeuronDatapath {
      public:
        const DatapathContract& contract() const override { return contract_; }
        void run(std::span<const std::int64_t>, std::span<std::int64_t>) override {}

      private:
        DatapathContract contract_{"other", {}, {}, {}, {}};
    };
    LoihiCore core({}, busy_program(1));
    EXPECT_THROW(core.use_datapath(std::make_unique<Other>(), {}), ContractViolation);
}

}  // namespace
}  // namespace cortile
