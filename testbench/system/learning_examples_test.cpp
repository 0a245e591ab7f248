// SPDX-License-Identifier: Apache-2.0
// The examples that learn do what their READMEs say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "experiment/label_assignment.h"
#include "hw_model/base/error.h"
#include "testbench/support/experiment_runner.h"
#include "workload/hdf5/hdf5_file.h"

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

// Its input `answer` spikes in each of 45 timesteps, and is the first of three.
TEST(LearningExamples, InputPopulationsAreCountedApart) {
    const RunResult result =
        run_experiment(kExamples / "reward/experiment.yaml", {"stimulus.samples=2"}).result;
    std::uint64_t sum = 0;
    for (const LayerResult& layer : result.layers) {
        sum += layer.is_input ? layer.spikes : 0;
        if (layer.name == "answer") {
            EXPECT_EQ(layer.spikes, 90u);
        }
    }
    EXPECT_EQ(sum, result.input_spikes);
    EXPECT_GT(sum, 180u);
}

TEST(LearningExamples, PlainStdpDoesNotKnowWhatIsRight) {
    const RunResult result = run_experiment(kExamples / "reward/stdp.yaml").result;
    ASSERT_EQ(result.samples.size(), 600u);
    const double before = accuracy(result, 200, 300), after = accuracy(result, 500, 600);
    EXPECT_LE(before, 0.85);
    EXPECT_LE(after, 0.85);
    EXPECT_NEAR((before + after) / 2, 0.5, 0.1) << "what suits one half is wrong in the other";
}

// Digits: what learn.yaml learns without labels is what the repository holds ...
TEST(LearningExamples, DigitsAreLearnedToTheWeightsOfTheRepository) {
    const std::filesystem::path folder = kExamples / "unsupervised_digits";
    const RunResult result = run_experiment(folder / "learn.yaml").result;
    ASSERT_EQ(result.learned.size(), 2u);
    const hdf5::File file(folder / "learned.h5");
    for (const ProbeRecord& learned : result.learned) {
        const hdf5::Values values = file.read("/" + learned.population + "/w");
        ASSERT_EQ(values.numbers.size(), learned.values.size());
        std::size_t differences = 0;
        for (std::size_t i = 0; i < learned.values.size(); ++i) {
            differences += values.numbers[i] != learned.values[i];
        }
        EXPECT_EQ(differences, 0u) << learned.population;
    }
}

// ... and with it the second half of the digits is read, after the first has named the neurons.
TEST(LearningExamples, DigitsAreReadWithWhatWasLearned) {
    const FinishedRun run = run_experiment(kExamples / "unsupervised_digits/infer.yaml");
    ASSERT_EQ(run.result.samples.size(), 1797u);
    EXPECT_EQ(run.result.samples[898].prediction, -1) << "names neurons";
    EXPECT_GE(run.result.samples[899].prediction, 0);
    EXPECT_GE(accuracy(run.result, 899, 1797), 0.79);
    EXPECT_LE(accuracy(run.result, 899, 1797), 0.83) << "the README states it";
    EXPECT_TRUE(run.result.learned.empty()) << "nothing learns";
}

TEST(LabelAssignment, NeuronsStandForTheLabelOfTheirLargestMeanResponse) {
    LabelAssignment assignment;
    EXPECT_EQ(assignment.predict({1, 1}), std::nullopt);
    // Neuron 0 spikes most in all for label 7, of which there are more samples, but most for
    // each 3.
    assignment.add(7, {4, 0, 1, 0});
    assignment.add(7, {4, 0, 3, 0});
    assignment.add(3, {5, 2, 0, 0});
    assignment.add(std::nullopt, {0, 99, 0, 0});
    EXPECT_THAT(assignment.labels(), testing::ElementsAre(3, 3, 7, std::nullopt));
    EXPECT_EQ(assignment.predict({4, 0, 3, 9}), 7u) << "2 a neuron against 3";
    EXPECT_EQ(assignment.predict({4, 3, 3, 9}), 3u);
    EXPECT_EQ(assignment.predict({0, 0, 0, 0}), 3u) << "of equals the smallest";
    StateArchive saving;
    saving(assignment);
    StateArchive restoring(saving.saved(), "test");
    LabelAssignment resumed;
    restoring(resumed);
    EXPECT_EQ(resumed.labels(), assignment.labels()) << "after a checkpoint";
}

TEST(RepeatedStimulus, ShowsItsSamplesAgain) {
    TestFolder folder;
    std::vector<std::filesystem::path> files;
    for (const char* text : {"1,0\n", "0,1\n", "1,1\n0,0\n"}) {
        files.push_back(folder.write("s" + std::to_string(files.size()) + ".csv", text));
    }
    RasterStimulusOptions options;
    options.files = files;
    const auto stimulus = make_repeated_stimulus(make_raster_stimulus(options), 1, 2, 3);
    EXPECT_EQ(stimulus->samples(), 7u);
    std::vector<std::uint32_t> spikes;
    stimulus->spikes(3, 0, spikes);
    EXPECT_THAT(spikes, testing::ElementsAre(1)) << "sample 1 again";
    stimulus->spikes(6, 0, spikes);
    EXPECT_THAT(spikes, testing::ElementsAre(0, 1));
    EXPECT_EQ(stimulus->timesteps(6), 2u);
    EXPECT_THROW(stimulus->timesteps(7), ContractViolation);
}

}  // namespace
}  // namespace cortile::test
