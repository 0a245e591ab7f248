// SPDX-License-Identifier: Apache-2.0
// Chains of operations that come to boundaries of a state that was made before; which comparisons
// had equal sides.
#include "cores/datapath/equations/boundary_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "cores/datapath/equations/comparison_watch.h"
#include "cores/datapath/equations/equations_semantics.h"
#include "cores/datapath/stimulus.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using Row = std::vector<std::int64_t>;

// The spike shows v as it was, so that no input of the same operation has a say in it.
std::string registered(unsigned width, std::int64_t threshold, const std::string& sum) {
    return "state v: s" + std::to_string(width) + "\ninput i: s" + std::to_string(width) +
           "\noutput spike: u1\nspike = v >= " + std::to_string(threshold) +
           "\nv = v >= " + std::to_string(threshold) + " ? 0 : " + sum;
}

std::unique_ptr<NeuronDatapath> reference_of(const DatapathSemantics& semantics,
                                             const std::string& program) {
    std::string yaml = "reference:\n  program: |\n    ";
    for (const char c : program) {
        yaml += c == '\n' ? "\n    " : std::string(1, c);
    }
    return semantics.make(
        ConfigTree::from_text(yaml, "datapath.yaml", ".").resolve(semantics.schema()));
}

// How often each of v - threshold occurred, v being word `word` of the operations.
std::map<std::int64_t, int> distances(const Operations& rows, std::size_t words, std::size_t word,
                                      std::int64_t threshold) {
    std::map<std::int64_t, int> counts;
    for (std::size_t first = 0; first < rows.size(); first += words) {
        ++counts[rows[first + word] - threshold];
    }
    return counts;
}

TEST(BoundaryChain, AStateMeetsItsThresholdByTheInputBefore) {
    const auto semantics = make_equations_semantics();
    for (const unsigned width : {12u, 20u, 24u, 32u, 48u}) {
        const std::int64_t threshold = (std::int64_t{3} << width) / 20;
        for (const char* const sum : {"(v >>> 1) + (i >>> 1)", "wrap(v + i, s12)"}) {
            std::string text = sum;
            if (const auto at = text.find("s12"); at != std::string::npos) {
                text.replace(at, 3, "s" + std::to_string(width));
            }
            const auto reference = reference_of(*semantics, registered(width, threshold, text));
            const DatapathContract& contract = reference->contract();
            RandomStimulus stimulus(*semantics, contract, *reference, 5);
            std::vector<std::int64_t> state = initial_state(contract);
            const auto goals = distances(stimulus.draw_goals(state), 2, 0, threshold);
            Operations rows(2 * 4000);
            stimulus.draw_chained(rows, state);
            const auto random = distances(rows, 2, 0, threshold);
            for (const std::int64_t near : {-1, 0, 1}) {
                EXPECT_TRUE(goals.contains(near)) << width << " " << text << " " << near;
                EXPECT_TRUE(random.contains(near)) << width << " " << text << " " << near;
            }
        }
    }
}

TEST(BoundaryChain, LooksSeveralOperationsAhead) {
    const auto semantics = make_equations_semantics();
    const auto reference = reference_of(*semantics,
                                        "state v, w: s24\ninput i: s24\nparam k: s24\n"
                                        "output y: u1\ny = w > k\nw = v\n"
                                        "v = wrap((v >>> 3) + i, s24)");
    // The threshold is given: it cannot come to meet w.
    DatapathContract contract = reference->contract();
    contract.parameters[0].allowed = {123456};
    RandomStimulus stimulus(*semantics, contract, *reference, 1);
    std::vector<std::int64_t> state = initial_state(contract);
    const auto met = distances(stimulus.draw_goals(state), 4, 1, 123456);
    for (const std::int64_t near : {-1, 0, 1}) {
        EXPECT_TRUE(met.contains(near)) << near;
    }
}

// One operation moves v by 7 at most: only many in one direction come to 90.
TEST(BoundaryChain, ComesNearerOperationByOperation) {
    const auto semantics = make_equations_semantics();
    const auto reference = reference_of(*semantics,
                                        "state v: s12\ninput i: s4\noutput y: u1\n"
                                        "y = v == 90\nv = wrap(v + i, s12)");
    const DatapathContract& contract = reference->contract();
    RandomStimulus stimulus(*semantics, contract, *reference, 1);
    std::vector<std::int64_t> state = initial_state(contract);
    const auto met = distances(stimulus.draw_goals(state), 2, 0, 90);
    for (const std::int64_t near : {-1, 0, 1}) {
        EXPECT_TRUE(met.contains(near)) << near;
    }
}

TEST(BoundaryChain, KeepsStateAndLimits) {
    const auto semantics = make_equations_semantics();
    const auto reference = reference_of(*semantics, registered(16, 5000, "wrap(v + i, s16)"));
    DatapathContract contract = reference->contract();
    contract.inputs[0].least = -10;
    contract.inputs[0].most = 300;
    RandomStimulus stimulus(*semantics, contract, *reference, 3);
    std::vector<std::int64_t> state = initial_state(contract), before = state;
    const Operations rows = stimulus.draw_goals(state);
    ASSERT_FALSE(rows.empty());
    Row result(2);
    for (std::size_t first = 0; first < rows.size(); first += 2) {
        ASSERT_EQ(rows[first], before[0]) << "an operation starts where the last one ended";
        ASSERT_TRUE(rows[first + 1] >= -10 && rows[first + 1] <= 300) << rows[first + 1];
        reference->run(std::span(rows).subspan(first, 2), result);
        before[0] = result[0];
    }
    EXPECT_EQ(state, before);
}

TEST(BoundaryChain, WhatNoInputLeadsToIsNoGoal) {
    const auto semantics = make_equations_semantics();
    const auto reference = reference_of(*semantics,
                                        "state v: u8\nstate t: u8\ninput i: u1\noutput y: u1\n"
                                        "y = t == 9\nt = t == 255 ? 0 : t + 1\nv = i");
    const auto chain = semantics->chain_steering(reference->contract(), *reference);
    ASSERT_NE(chain, nullptr);
    EXPECT_EQ(chain->goals(), 0u);
}

TEST(ComparisonWatch, NamesWhatNeverHadEqualSides) {
    const auto semantics = make_equations_semantics();
    const auto reference = reference_of(*semantics,
                                        "state v: s16\ninput i: s16\nparam k: u4[2]\n"
                                        "output y: u1[2]\n"
                                        "if v != 7 { v = i > 3 ? i : -1 }   # two of them\n"
                                        "for n in 0 .. 1 { y[n] = k[n] <= 5 }");
    const auto watch = semantics->watch(*reference);
    ASSERT_NE(watch, nullptr);
    watch->see(Row{});
    EXPECT_THAT(watch->untested(),
                testing::ElementsAre("line 5: if v != 7 { v = i > 3 ? i : -1 }   # two of them",
                                     "line 6: for n in 0 .. 1 { y[n] = k[n] <= 5 }"));
    watch->see(Row{7, 4, 0, 0, 6, 2, 0, 5});
    EXPECT_THAT(watch->untested(), testing::ElementsAre(testing::StartsWith("line 5: ")));
    watch->see(Row{0, 3, 0, 0});
    EXPECT_THAT(watch->untested(), testing::IsEmpty());
}

}  // namespace
}  // namespace cortile
