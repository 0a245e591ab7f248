// SPDX-License-Identifier: Apache-2.0
// What payloads of spikes do to traces, worked by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/blocks/learning/learning_engine.h"
#include "hw_model/base/error.h"

namespace cortile::learning {
namespace {

using testing::ElementsAre;

const std::vector<std::uint32_t> kSpike{0}, kNone;

// Traces x1 and x2, with an impulse of 10 on x2, at the end of an epoch of `payloads.size()`
// timesteps; 0: no spike. Traces do not decay.
struct After {
    std::int32_t x1 = 0, x2 = 0;
    std::int16_t weight = 0;
};
After after(GradedSpikes graded, const std::vector<std::int32_t>& payloads,
            const char* rule = "x0*x1") {
    Rules rules;
    rules.sets[0].weight = parse_rule(rule, "dw");
    rules.traces.fill(trace_dynamics(0, 1e15));
    rules.traces[1] = trace_dynamics(10, 1e15);
    rules.epoch = static_cast<std::uint32_t>(payloads.size());
    rules.graded = graded;
    LearningEngine engine(rules, make_counted_draws(1), 1, 1, {PlasticSynapse{}});
    for (const std::int32_t payload : payloads) {
        engine.step(payload == 0 ? kNone : kSpike, kNone,
                    std::vector(payload == 0 ? 0u : 1u, payload));
    }
    return {engine.trace(Trace::x1, 0), engine.trace(Trace::x2, 0), engine.synapses()[0].weight};
}

TEST(GradedSpikes, CountAsSpikesUnlessToldOtherwise) {
    const After spikes = after(GradedSpikes::spike, {0, 200, 100});
    EXPECT_EQ(spikes.x1, 0) << "its impulse is 0";
    EXPECT_EQ(spikes.x2, 20);
}

TEST(GradedSpikes, HalvesAreRoundedToEven) {
    std::vector<std::int32_t> halves;
    for (const std::int32_t payload : {1, 2, 3, 5, 7, 254}) {
        halves.push_back(after(GradedSpikes::overwrite, {payload}).x1);
    }
    EXPECT_THAT(halves, ElementsAre(0, 1, 2, 2, 4, 127));
}

TEST(GradedSpikes, OverwriteKeepsTheLast) {
    const After two = after(GradedSpikes::overwrite, {100, 0, 40});
    EXPECT_EQ(two.x1, 20);
    EXPECT_EQ(two.x2, 20) << "two spikes";
    EXPECT_EQ(two.weight, 20);
}

// 128, the half of 255, is out of a trace's range: the end of the epoch brings it back.
TEST(GradedSpikes, MoreThanATraceHoldsIsClippedInTheSpikesTimestep) {
    EXPECT_EQ(after(GradedSpikes::overwrite, {255}).x1, 127);
    EXPECT_EQ(after(GradedSpikes::overwrite, {0, 255, 0}, "u0*x1").weight, 127);
    EXPECT_EQ(after(GradedSpikes::overwrite, {600}).x1, 300 - 256) << "8 bits";
}

TEST(GradedSpikes, AddSaturates) {
    EXPECT_EQ(after(GradedSpikes::add, {100, 60}).x1, 80);
    EXPECT_EQ(after(GradedSpikes::add, {100, 60, 200}).x1, 127);
    EXPECT_EQ(after(GradedSpikes::add, {100, 60, 200}).x2, 30) << "each is a spike";
}

// Only what goes beyond 127 is a spike to x0 and x2.
TEST(GradedSpikes, OverflowIsTheSpike) {
    const After none = after(GradedSpikes::add_overflow, {100, 60});
    EXPECT_EQ(none.x1, 80);
    EXPECT_EQ(none.x2, 0);
    EXPECT_EQ(none.weight, 0) << "x0 saw no spike";
    const After one = after(GradedSpikes::add_overflow, {100, 60, 200});
    EXPECT_EQ(one.x1, 180 - 127);
    EXPECT_EQ(one.x2, 10);
    EXPECT_EQ(one.weight, 53);
}

// 254 and 255 leave 127 + 128 - 127.
TEST(GradedSpikes, ATraceOf128OverflowsWithoutASpike) {
    EXPECT_EQ(after(GradedSpikes::add_overflow, {254, 255}).x1, 127) << "clipped in its timestep";
    const After settled = after(GradedSpikes::add_overflow, {254, 255, 0});
    EXPECT_EQ(settled.x1, 1);
    EXPECT_EQ(settled.x2, 10) << "of 255, and no other";
    EXPECT_EQ(after(GradedSpikes::add_overflow, {254, 255, 2}).x1, 2) << "129 - 127";
}

// 127 is what a trace holds, in the timestep of the spike and after it.
TEST(GradedSpikes, ATraceOf127IsNoOverflow) {
    const After full = after(GradedSpikes::add_overflow, {254});
    EXPECT_EQ(full.x1, 127);
    EXPECT_EQ(full.weight, 0) << "x0 saw no spike";
    EXPECT_EQ(after(GradedSpikes::add_overflow, {254, 0}).x1, 127);
}

TEST(GradedSpikes, PayloadsAreThoseOfTheAxons) {
    Rules rules;
    rules.sets[0].weight = parse_rule("x0", "dw");
    LearningEngine engine(rules, make_counted_draws(1), 1, 1, {PlasticSynapse{}});
    EXPECT_THROW(engine.step(kSpike, kNone, std::vector{1, 2}), ContractViolation);
}

}  // namespace
}  // namespace cortile::learning
