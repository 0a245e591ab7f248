// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/gate_simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "rtl/synthesis/gate_energy.h"
#include "rtl/synthesis/port_replay.h"
#include "rtl/synthesis/saif.h"
#include "testbench/unit/synthesis/small_library.h"

namespace cortile {
namespace {

using test::NetlistBuilder;
using testing::HasSubstr;

constexpr Femtoseconds kNanosecond = 1'000'000;

// a -> inverter -> an -> XOR2 with a: constant 1 but for a glitch after each edge of a.
NetlistBuilder glitching() {
    NetlistBuilder b;
    b.input("a").output("y");
    b.cell("i", "INV", {"a", "an"}).cell("x", "XOR2", {"a", "an", "y"});
    return b;
}

GateDelays delays(Femtoseconds inverter, Femtoseconds exclusive_or) {
    return {{{"i", "A", "Y"}, {inverter, inverter}},
            {{"x", "A", "Y"}, {exclusive_or, exclusive_or}},
            {{"x", "B", "Y"}, {exclusive_or, exclusive_or}}};
}

TEST(GateSimulation, CountsGlitchesThatOutlastTheCell) {
    NetlistBuilder b = glitching();
    GateSimulation simulation(b.netlist, delays(300'000, 100'000));
    simulation.run_until(10 * kNanosecond);
    EXPECT_TRUE(simulation.value(b.net("y")));
    simulation.start_counting();
    simulation.drive(b.net("a"), true, 10 * kNanosecond);
    simulation.run_until(10 * kNanosecond + 150'000);
    EXPECT_FALSE(simulation.value(b.net("y")));
    simulation.run_until(20 * kNanosecond);
    simulation.end_cycle();
    EXPECT_TRUE(simulation.value(b.net("y")));
    const GateActivity activity = simulation.activity();
    EXPECT_EQ(activity.toggles[b.net("a")], 1u);
    EXPECT_EQ(activity.toggles[b.net("an")], 1u);
    EXPECT_EQ(activity.toggles[b.net("y")], 2u);
    EXPECT_EQ(activity.functional[b.net("y")], 0u);
    EXPECT_EQ(activity.functional[b.net("an")], 1u);
    EXPECT_EQ(activity.duration, 10 * kNanosecond);
    // y is low from 100 ps to 400 ps after the edge.
    EXPECT_EQ(activity.high[b.net("y")], 10 * kNanosecond - 300'000);
    EXPECT_EQ(activity.high[b.net("a")], 10 * kNanosecond);
}

TEST(GateSimulation, SwallowsGlitchesShorterThanTheCell) {
    NetlistBuilder b = glitching();
    GateSimulation simulation(b.netlist, delays(100'000, 300'000));
    simulation.run_until(10 * kNanosecond);
    simulation.start_counting();
    simulation.drive(b.net("a"), true, 10 * kNanosecond);
    simulation.run_until(20 * kNanosecond);
    EXPECT_EQ(simulation.activity().toggles[b.net("y")], 0u);
}

TEST(GateSimulation, RefusesToChangeThePast) {
    NetlistBuilder b = glitching();
    GateSimulation simulation(b.netlist, {});
    simulation.run_until(kNanosecond);
    EXPECT_THROW(simulation.drive(b.net("a"), true, 0), ContractViolation);
}

// A flip-flop that divides its clock by two.
NetlistBuilder divider() {
    NetlistBuilder b;
    b.input("clk").output("q");
    b.cell("f", "DFF", {"d", "clk", "q"}).cell("i", "INV", {"q", "d"});
    return b;
}

GateActivity run_divider(NetlistBuilder& b, int cycles, Femtoseconds period) {
    GateSimulation simulation(b.netlist, {});
    simulation.run_until(period);
    simulation.start_counting();
    for (int cycle = 1; cycle <= cycles; ++cycle) {
        simulation.drive(b.net("clk"), true, cycle * period);
        simulation.drive(b.net("clk"), false, cycle * period + period / 2);
        simulation.run_until((cycle + 1) * period);
        simulation.end_cycle();
    }
    return simulation.activity();
}

TEST(GateSimulation, FlipFlopsTakeTheirDataAtTheRise) {
    NetlistBuilder b = divider();
    const GateActivity activity = run_divider(b, 10, 10 * kNanosecond);
    EXPECT_EQ(activity.toggles[b.net("clk")], 20u);
    EXPECT_EQ(activity.toggles[b.net("q")], 10u);
    EXPECT_EQ(activity.functional[b.net("clk")], 20u);  // a clock has no glitches
    EXPECT_EQ(activity.functional[b.net("q")], 10u);
    EXPECT_EQ(activity.cycles, 10u);
}

GateEnergy energy_of(const GateNetlist& netlist, const GateActivity& activity) {
    return gate_energy(netlist, activity, netlist.loads(), {}, test::small_library().voltage);
}

TEST(GateEnergy, IsCountsTimesTheLibrarysEnergies) {
    NetlistBuilder b = divider();
    const GateEnergy energy = energy_of(b.netlist, run_divider(b, 10, 10 * kNanosecond));
    // 10 rises and falls of the clock; 5 rises and 5 falls of q, of which d is the inverse.
    EXPECT_NEAR(energy.clock_internal, 10 * (5 + 6) * 1e-15, 1e-20);
    EXPECT_NEAR(energy.register_internal, 5 * (7 + 8) * 1e-15, 1e-20);
    EXPECT_NEAR(energy.logic_internal, 5 * (1 + 2) * 1e-15, 1e-20);
    // C V^2 / 2 with 3 fF on clk, 1 fF on q and on d, at 2 V.
    EXPECT_NEAR(energy.clock_switching, 20 * 3 * 2 * 1e-15, 1e-20);
    EXPECT_NEAR(energy.register_switching, 10 * 1 * 2 * 1e-15, 1e-20);
    EXPECT_NEAR(energy.logic_switching, 10 * 1 * 2 * 1e-15, 1e-20);
    EXPECT_EQ(energy.input_switching, 0);
    EXPECT_EQ(energy.glitch_switching, 0);
    EXPECT_NEAR(energy.leakage_watts, 5e-9, 1e-20);
    EXPECT_NEAR(energy.total(), energy.internal() + energy.switching(), 1e-24);
    EXPECT_NEAR(energy.internal(), (110 + 75 + 15) * 1e-15, 1e-20);
}

TEST(GateEnergy, OfAnOperationDoesNotDependOnTheFrequencyAndPowerDoes) {
    NetlistBuilder b = divider();
    const GateActivity slow = run_divider(b, 100, 10 * kNanosecond);
    const GateActivity fast = run_divider(b, 100, 5 * kNanosecond);
    const double slow_energy = energy_of(b.netlist, slow).total();
    const double fast_energy = energy_of(b.netlist, fast).total();
    EXPECT_DOUBLE_EQ(slow_energy, fast_energy);
    EXPECT_DOUBLE_EQ(fast_energy / static_cast<double>(fast.duration),
                     2 * slow_energy / static_cast<double>(slow.duration));
}

TEST(GateEnergy, WhereNothingTogglesOnlyTheClockIsLeft) {
    NetlistBuilder b;
    b.input("clk").input("d").output("q");
    b.cell("f", "DFF", {"d", "clk", "q"}).cell("i", "INV", {"q", "qn"});
    GateSimulation simulation(b.netlist, {});
    simulation.run_until(kNanosecond);
    simulation.start_counting();
    for (int cycle = 1; cycle <= 4; ++cycle) {
        simulation.drive(b.net("clk"), true, cycle * kNanosecond);
        simulation.drive(b.net("clk"), false, cycle * kNanosecond + kNanosecond / 2);
    }
    simulation.run_until(6 * kNanosecond);
    const GateEnergy energy = energy_of(b.netlist, simulation.activity());
    EXPECT_NEAR(energy.clock_internal, 4 * 11e-15, 1e-20);
    EXPECT_DOUBLE_EQ(energy.total(), energy.clock_internal + energy.clock_switching);
}

TEST(GateEnergy, BelongsToThePathAndTheConditionThatCausedIt) {
    NetlistBuilder b;
    b.input("a").input("b").output("y");
    b.cell("x", "XOR2", {"a", "b", "y"});
    GateSimulation simulation(b.netlist, {});
    simulation.run_until(kNanosecond);
    const auto toggle = [&](const char* net, bool value) {
        simulation.start_counting();
        simulation.drive(b.net(net), value, simulation.now());
        simulation.run_until(simulation.now() + kNanosecond);
        return energy_of(b.netlist, simulation.activity()).internal() * 1e15;
    };
    EXPECT_NEAR(toggle("b", true), 0, 1e-6);    // rises by B, a is 0: not in the library
    EXPECT_NEAR(toggle("a", true), 20, 1e-6);   // falls by A
    EXPECT_NEAR(toggle("b", false), 30, 1e-6);  // rises by B, a is 1
    EXPECT_NEAR(toggle("a", false), 20, 1e-6);
}

TEST(GateEnergy, RefusesTheActivityOfAnotherNetlist) {
    NetlistBuilder a = divider(), b = glitching();
    b.cell("more", "INV", {"y", "z"});
    EXPECT_THROW(energy_of(b.netlist, run_divider(a, 1, kNanosecond)), ContractViolation);
}

TEST(Saif, HasTheTimesAndTogglesOfNetsAndPins) {
    NetlistBuilder b = divider();
    const std::string text = to_saif(b.netlist, run_divider(b, 10, 100'000), "test");
    EXPECT_THAT(text, HasSubstr("(TIMESCALE 1 fs)\n(DURATION 1000000)"));
    EXPECT_THAT(text, HasSubstr("\n  (clk (T0 500000) (T1 500000) (TX 0) (TC 20) (IG 0))"));
    EXPECT_THAT(text, HasSubstr("(INSTANCE f (NET (Q (T0 "));
    EXPECT_EQ(std::count(text.begin(), text.end(), '('), std::count(text.begin(), text.end(), ')'));
}

// What a harness does to the divider: the clock low, then high, each settled.
TEST(PortReplay, PutsEdgesAPeriodApartAndFindsDifferences) {
    for (const bool wrong : {false, true}) {
        NetlistBuilder b = divider();
        GateSimulation simulation(b.netlist, {});
        PortReplay replay(b.netlist, simulation, {"clk", true, 10 * kNanosecond, 0});
        std::uint32_t q = 0;
        for (int cycle = 0; cycle < 8; ++cycle) {
            const bool lie = wrong && cycle == 5;
            const std::uint32_t low[2] = {0, lie ? 1 - q : q};  // clk, q
            replay.observe(low);
            if (cycle == 2) {
                replay.start_counting();
            }
            q = 1 - q;
            const std::uint32_t high[2] = {1, q};
            replay.observe(high);
        }
        replay.finish();
        const GateActivity activity = simulation.activity();
        EXPECT_EQ(activity.toggles[b.net("clk")], 14u);
        EXPECT_EQ(activity.toggles[b.net("q")], 7u);
        EXPECT_EQ(activity.duration, activity.cycles * 10 * kNanosecond);
        if (wrong) {
            EXPECT_THAT(replay.difference(), HasSubstr("q is"));
        } else {
            EXPECT_EQ(replay.difference(), "");
        }
    }
}

TEST(PortReplay, MissesNoFallingEdge) {
    NetlistBuilder b;
    b.input("clk").output("q");
    b.cell("c", "INV", {"clk", "ck"}).cell("f", "DFF", {"d", "ck", "q"});
    b.cell("i", "INV", {"q", "d"});
    GateSimulation simulation(b.netlist, {});
    PortReplay replay(b.netlist, simulation, {"clk", false, 10 * kNanosecond, 0});
    std::uint32_t q = 0;
    for (int cycle = 0; cycle < 8; ++cycle) {
        const std::uint32_t high[2] = {1, q};
        replay.observe(high);
        if (cycle == 2) {
            replay.start_counting();
        }
        q = 1 - q;
        const std::uint32_t low[2] = {0, q};
        replay.observe(low);
    }
    replay.finish();
    EXPECT_EQ(replay.difference(), "");
    EXPECT_EQ(simulation.activity().toggles[b.net("q")], 7u);
}

TEST(PortReplay, ComparesNothingBeforeCounting) {
    NetlistBuilder b = divider();
    GateSimulation simulation(b.netlist, {});
    PortReplay replay(b.netlist, simulation, {"clk", true, 10 * kNanosecond, 0});
    for (int cycle = 0; cycle < 4; ++cycle) {
        const std::uint32_t low[2] = {0, 1}, high[2] = {1, 1};
        replay.observe(low);
        replay.observe(high);
    }
    EXPECT_EQ(replay.difference(), "");
}

TEST(PortReplay, WithoutAClockEachObservationIsAPeriod) {
    NetlistBuilder b;
    b.input("a").input("b").output("y");
    b.cell("x", "XOR2", {"a", "b", "y"});
    GateSimulation simulation(b.netlist, {});
    PortReplay replay(b.netlist, simulation, {"", true, kNanosecond, 0});
    for (std::uint32_t i = 0; i < 16; ++i) {
        const std::uint32_t a = i & 1, c = i >> 1 & 1;
        if (i == 0) {
            replay.start_counting();
        }
        const std::uint32_t ports[3] = {a, c, a ^ c};
        replay.observe(ports);
    }
    replay.finish();
    EXPECT_EQ(replay.difference(), "");
    EXPECT_EQ(simulation.activity().toggles[b.net("a")], 15u);
    EXPECT_EQ(simulation.activity().toggles[b.net("b")], 7u);
    EXPECT_THROW(PortReplay(b.netlist, simulation, {"clock", true, kNanosecond, 0}),
                 ContractViolation);
}

}  // namespace
}  // namespace cortile
