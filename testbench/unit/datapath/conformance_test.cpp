// SPDX-License-Identifier: Apache-2.0
// The suite against implementations that keep state which a reset does not reach.
#include "cores/datapath/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cores/datapath/lockstep_datapath.h"
#include "cores/datapath/stimulus.h"
#include "cores/registry/core_type.h"

namespace cortile {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::IsEmpty;

// v shows the input of the operation before.
struct DelayedInput {
    const DatapathSemantics& semantics = find_semantics("equations", "test");
    std::unique_ptr<NeuronDatapath> reference = semantics.make(
        ConfigTree::from_text("reference: {program: \"state v, held: u8; input i: u8; v = held; "
                              "held = i\"}",
                              "datapath.yaml", ".")
            .resolve(semantics.schema()));
};

class KeepsState final : public NeuronDatapath {
  public:
    KeepsState(const DatapathContract& contract, bool resets_held, bool has_fault = false)
        : contract_(contract), resets_held_(resets_held), has_fault_(has_fault) {}

    const DatapathContract& contract() const override { return contract_; }
    void reset() override {
        ++resets;
        held_ = resets_held_ ? 0 : held_;
    }
    void power_on() { held_ = 0; }
    void run(std::span<const std::int64_t> operands, std::span<std::int64_t> results) override {
        for (std::size_t i = 0; i * 3 < operands.size(); ++i) {
            results[2 * i] = has_fault_ && held_ == 255 ? 254 : held_;
            results[2 * i + 1] = held_ = operands[3 * i + 2];
        }
    }

    int resets = 0;

  private:
    const DatapathContract& contract_;
    bool resets_held_, has_fault_;
    std::int64_t held_ = 0;
};

std::vector<ConformanceCheck> checks_of(DelayedInput& dut, KeepsState& implementation,
                                        std::uint64_t seed, bool has_reset = true) {
    ConformanceOptions options;
    options.seed = seed;
    options.random_operations = 500;
    options.power_on = [](NeuronDatapath& d) { dynamic_cast<KeepsState&>(d).power_on(); };
    return run_conformance(dut.semantics, *dut.reference, implementation,
                           {true, dut.reference->contract(), has_reset}, options);
}

TEST(Conformance, EachCheckStartsFromPowerOnAndOneAsksForAReset) {
    DelayedInput dut;
    KeepsState implementation(dut.reference->contract(), true);
    const auto checks = checks_of(dut, implementation, 1);
    EXPECT_THAT(checks, Each(Field(&ConformanceCheck::failure, testing::Eq(std::nullopt))));
    EXPECT_THAT(checks, testing::Contains(Field(&ConformanceCheck::name, "reset")));
    EXPECT_GT(implementation.resets, 10);
}

// No seed may miss it, and no other check may fail for it.
TEST(Conformance, StateThatSurvivesResetFailsThatCheckAloneWithEverySeed) {
    DelayedInput dut;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        KeepsState implementation(dut.reference->contract(), false);
        for (const ConformanceCheck& check : checks_of(dut, implementation, seed)) {
            EXPECT_EQ(check.failure.has_value(), check.name == "reset")
                << check.name << " " << seed;
            if (check.name == "reset") {
                // The operations pass by themselves; one before the reset is enough.
                ASSERT_EQ(check.before.size(), 3u);
                EXPECT_NE(check.before[2], 0);
                ASSERT_EQ(check.replay.size(), 3u);
            }
        }
    }
}

TEST(Conformance, AFaultThatNeedsNoResetIsNotPutDownToOne) {
    DelayedInput dut;
    KeepsState implementation(dut.reference->contract(), true, true);
    const auto checks = checks_of(dut, implementation, 1);
    EXPECT_THAT(checks, Each(Field(&ConformanceCheck::before, IsEmpty())));
    EXPECT_THAT(checks, testing::Contains(
                            AllOf(Field(&ConformanceCheck::name, "reset"),
                                  Field(&ConformanceCheck::failure, testing::Ne(std::nullopt)))));
}

TEST(Conformance, WhatHasNoResetIsNotAskedToReset) {
    DelayedInput dut;
    KeepsState implementation(dut.reference->contract(), false);
    const auto checks = checks_of(dut, implementation, 1, false);
    EXPECT_THAT(checks, Each(Field(&ConformanceCheck::failure, testing::Eq(std::nullopt))));
    EXPECT_THAT(checks, Each(Field(&ConformanceCheck::name, testing::Ne("reset"))));
    EXPECT_EQ(implementation.resets, 0);
}

}  // namespace
}  // namespace cortile
