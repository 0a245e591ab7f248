// SPDX-License-Identifier: Apache-2.0
// The examples that learn do what their READMEs say.
#include <gtest/gtest.h>

#include <algorithm>

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

}  // namespace
}  // namespace cortile::test
