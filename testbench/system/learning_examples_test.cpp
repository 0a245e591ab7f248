// SPDX-License-Identifier: Apache-2.0
// The examples that learn do what their READMEs say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "experiment/prepared_run.h"
#include "hw_model/base/error.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

const std::filesystem::path kExamples = std::filesystem::path(CORTILE_SOURCE_DIR) / "examples";

// Unsupervised: of 100 inputs of one rate, 40 to 59 are correlated.
TEST(LearningExamples, StdpFindsTheCorrelatedGroup) {
    constexpr std::size_t kInputs = 100, kNeurons = 4, kFirst = 40, kLast = 60;
    const FinishedRun run = run_experiment(kExamples / "stdp/experiment.yaml");
    const auto rows = probe(run.result, "fc", "w");
    ASSERT_EQ(rows.size(), 200u) << "one in 100 timesteps";
    const auto extremes = [&](const std::vector<std::int32_t>& row, std::size_t neuron) {
        std::int32_t least_of_group = 255, most_of_others = 0;
        for (std::size_t i = 0; i < kInputs; ++i) {
            const std::int32_t weight = row[neuron * kInputs + i];
            if (i >= kFirst && i < kLast) {
                least_of_group = std::min(least_of_group, weight);
            } else {
                most_of_others = std::max(most_of_others, weight);
            }
        }
        return std::pair(least_of_group, most_of_others);
    };
    for (std::size_t n = 0; n < kNeurons; ++n) {
        const auto [group_before, others_before] = extremes(rows.front(), n);
        EXPECT_LT(group_before, others_before) << "mixed at the start";
        const auto [group, others] = extremes(rows.back(), n);
        EXPECT_GE(group, 225) << "neuron " << n;
        EXPECT_LE(others, 130) << "neuron " << n;
    }
    // What was learned is what was recorded last: 20,000 timesteps and one to drain.
    ASSERT_EQ(run.result.learned.size(), 1u);
    EXPECT_EQ(run.result.learned[0].population, "fc");
    EXPECT_EQ(run.result.learned[0].timesteps, kNeurons);
    EXPECT_EQ(run.result.learned[0].neurons, kInputs);
    int differences = 0;
    for (std::size_t i = 0; i < rows.back().size(); ++i) {
        differences += std::abs(run.result.learned[0].values[i] - rows.back()[i]) > 20;
    }
    EXPECT_EQ(differences, 0);
}

// Share of right answers in samples [begin, end).
double accuracy(const RunResult& result, std::size_t begin, std::size_t end) {
    double right = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const SampleResult& sample = result.samples[i];
        right += sample.label && static_cast<std::uint32_t>(sample.prediction) == *sample.label;
    }
    return right / static_cast<double>(end - begin);
}

// Which action a cue asks for is learned from reward, and after trial 300 the reverse of it.
TEST(LearningExamples, RewardTeachesWhatIsRightAndItsReversal) {
    const RunResult result = run_experiment(kExamples / "reward/experiment.yaml").result;
    ASSERT_EQ(result.samples.size(), 600u);
    EXPECT_GE(accuracy(result, 200, 300), 0.98);
    EXPECT_LE(accuracy(result, 300, 330), 0.3) << "what was learned is wrong now";
    EXPECT_GE(accuracy(result, 500, 600), 0.98);
}

TEST(LearningExamples, PlainStdpDoesNotKnowWhatIsRight) {
    const RunResult result = run_experiment(kExamples / "reward/stdp.yaml").result;
    ASSERT_EQ(result.samples.size(), 600u);
    const double before = accuracy(result, 200, 300), after = accuracy(result, 500, 600);
    EXPECT_LE(before, 0.85);
    EXPECT_LE(after, 0.85);
    EXPECT_NEAR((before + after) / 2, 0.5, 0.1) << "what suits one half is wrong in the other";
}

std::string refused(std::vector<std::string> assignments) {
    assignments.push_back("mapping.placement=linear");
    try {
        prepare(load_experiment(kExamples / "reward/experiment.yaml", assignments));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(LearningExamples, SourcesOfTracesThatMakeNoSenseAreRefused) {
    using testing::HasSubstr;
    EXPECT_EQ(refused({}), "no error");
    EXPECT_THAT(refused({"core.learning.y3_source=punish"}),
                HasSubstr("there is no projection 'punish'"));
    EXPECT_THAT(refused({"core.learning.y3_source=answered"}),
                HasSubstr("projection 'answered' is to raise a trace of neurons to which nothing"));
    EXPECT_THAT(refused({"core.learning.y3_source=reward"}),
                HasSubstr("'reward' learns, or raises another trace already"));
    EXPECT_THAT(refused({"core.learning.y3_source=fc"}), HasSubstr("'fc' learns, or raises"));
    EXPECT_THAT(refused({"core.learning.y3_impulse=3"}),
                HasSubstr("trace y3 has a source and an impulse of its own"));
}

TEST(LearningExamples, RulesOfProjectionsThatMakeNoSenseAreRefused) {
    using testing::HasSubstr;
    const auto with = [](const std::string& rules) {
        return refused({"core.learning.rules=[" + rules + "]"});
    };
    EXPECT_EQ(with("\"fc: dw = x0*y2\""), "no error");
    EXPECT_THAT(with("\"fc: dw = x0*z2\""), HasSubstr("\n    x0*z2\n       ^"));
    EXPECT_THAT(with("\"dw = x0\""), HasSubstr("not a rule of a projection"));
    EXPECT_THAT(with("\"fc: dv = x0\""), HasSubstr("not a rule of a projection"));
    EXPECT_THAT(with("\"jitter: dw = x0\""), HasSubstr("'jitter' has a rule and does not learn"));
    EXPECT_THAT(with("\"fc: dw = x0\", \"fc: dw = y0\""), HasSubstr("'fc' has two rules dw"));
    EXPECT_THAT(with("\"fc: dw = u1\", \"fc: dt = u2\""), HasSubstr("u<k> of different k"));
    EXPECT_THAT(refused({"core.learning.dw=", "core.learning.dt="}),
                HasSubstr("'fc' is to learn, and no rule says how"));
}

}  // namespace
}  // namespace cortile::test
