// SPDX-License-Identifier: Apache-2.0
// What is wrong about learning is said with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "experiment/prepared_run.h"
#include "hw_model/base/error.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::filesystem::path kExamples = std::filesystem::path(CORTILE_SOURCE_DIR) / "examples";

std::string digits_refused(const std::vector<std::string>& assignments) {
    try {
        prepare(load_experiment(kExamples / "unsupervised_digits/infer.yaml", assignments));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(LearningErrors, WeightsOfAnotherNetworkAreRefused) {
    const std::string other = (kExamples / "stdp/network.nir").string();
    EXPECT_THAT(digits_refused({"network.weights=" + other}), HasSubstr("no weights in it"));
    const std::string reward = (kExamples / "reward/network.nir").string();
    EXPECT_THAT(digits_refused({"network.file=" + reward}),
                HasSubstr("expected numbers of shape (2, 24), as projection 'fc' has them; found "
                          "numbers of shape (100, 64)"));
    const std::string cnn = (kExamples / "fashion_mnist_cnn/fashion_mnist_cnn.nir").string();
    EXPECT_THAT(digits_refused({"network.file=" + cnn}),
                HasSubstr("the network has no projection 'fc'"));
}

TEST(LearningErrors, AssigningLabelsNeedsSamplesThatAreLeftAndLabels) {
    EXPECT_THAT(digits_refused({"run.assign_labels=1797"}),
                HasSubstr("1797 samples are to assign labels, and the run has 1797"));
    EXPECT_THAT(digits_refused({"stimulus.labels="}), HasSubstr("the stimulus has no labels"));
}

std::string refused(std::vector<std::string> assignments) {
    for (const char* fast :
         {"mapping.placement=linear", "stimulus.kind=silent", "stimulus.labels="}) {
        assignments.emplace_back(fast);
    }
    try {
        prepare(load_experiment(kExamples / "reward/experiment.yaml", assignments));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(LearningErrors, SourcesOfTracesThatMakeNoSenseAreRefused) {
    EXPECT_EQ(refused({}), "no error");
    EXPECT_THAT(refused({"core.learning.y3_source=punish"}),
                StartsWith("--set: core.learning.y3_source: there is no projection 'punish'\n"
                           "  hint: projections of this network: answered, fc, "));
    EXPECT_THAT(refused({"core.learning.y3_source=answered"}),
                StartsWith("--set: core.learning.y3_source: projection 'answered' is to raise a "
                           "trace of neurons to which nothing learns"));
    EXPECT_THAT(refused({"core.learning.y3_source=reward"}),
                HasSubstr("'reward' learns, or raises another trace already"));
    EXPECT_THAT(refused({"core.learning.y3_source=fc"}), HasSubstr("'fc' learns, or raises"));
    EXPECT_THAT(refused({"core.learning.y3_impulse=3"}),
                HasSubstr("trace y3 has a source and an impulse of its own"));
}

TEST(LearningErrors, PayloadsThatNoSourceSendsAreRefused) {
    EXPECT_THAT(refused({"core.learning.graded_spikes=add"}),
                HasSubstr("payloads raise trace x1, and so does core.learning.x1_impulse"));
    EXPECT_THAT(refused({"core.learning.graded_spikes=add", "core.learning.x1_impulse=0"}),
                StartsWith("--set: core.learning.graded_spikes: the source of 'fc' sends spikes "
                           "without payloads"));
}

TEST(LearningErrors, RulesOfProjectionsThatMakeNoSenseAreRefused) {
    const auto with = [](const std::string& rules) {
        return refused({"core.learning.rules=[" + rules + "]"});
    };
    EXPECT_EQ(with("\"fc: dw = x0*y2\""), "no error");
    EXPECT_THAT(with("\"fc: dw = x0*z2\""), HasSubstr("\n    x0*z2\n       ^"));
    EXPECT_THAT(with("\"a: b: dw = x0\""), HasSubstr("'a: b' has a rule and does not learn"));
    EXPECT_THAT(with("\"dw = x0\""), HasSubstr("not a rule of a projection"));
    EXPECT_THAT(with("\"fc: dv = x0\""), HasSubstr("not a rule of a projection"));
    EXPECT_THAT(with("\"jitter: dw = x0\""), HasSubstr("'jitter' has a rule and does not learn"));
    EXPECT_THAT(with("\"fc: dw = x0\", \"fc: dw = y0\""), HasSubstr("'fc' has two rules dw"));
    EXPECT_THAT(with("\"fc: dw = u1\", \"fc: dt = u2\""), HasSubstr("u<k> of different k"));
    EXPECT_THAT(refused({"core.learning.dw=", "core.learning.dt="}),
                HasSubstr("'fc' is to learn, and no rule says how"));
}

// The mistake is in the experiment, not in the network.
TEST(LearningErrors, OfTheExperimentNameItsLine) {
    const TestFolder folder;
    const std::string yaml = "network: {file: " + (kExamples / "stdp/network.nir").string() +
                             "}\nstimulus: {kind: silent, timesteps: 3}\ncore:\n  learning:\n"
                             "    projections: [fc]\n    dw: |\n      2^-2*y0*x1\n      + q\n";
    const auto file = folder.write("experiment.yaml", yaml);
    try {
        prepare(load_experiment(file, {}));
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    StartsWith(file.string() + ":6: core.learning.dw: expected a factor\n"
                                               "    2^-2*y0*x1 + q\n"
                                               "                 ^\n"));
    }
}

TEST(LearningErrors, AProjectionIsNamedOnce) {
    EXPECT_THAT(refused({"core.learning.projections=[fc, fc]"}),
                StartsWith("--set: core.learning.projections: 'fc' is there twice\n"));
}

std::vector<std::string> warnings(std::vector<std::string> assignments) {
    for (const char* fast :
         {"mapping.placement=linear", "stimulus.kind=silent", "stimulus.labels="}) {
        assignments.emplace_back(fast);
    }
    return prepare(load_experiment(kExamples / "reward/experiment.yaml", assignments)).warnings;
}

TEST(LearningErrors, RulesOfTracesThatNothingRaisesAreWarnedAbout) {
    EXPECT_THAT(warnings({}), ElementsAre());
    EXPECT_THAT(warnings({"core.learning.y3_source="}),
                ElementsAre(HasSubstr("a rule has trace y3, which is always 0")));
    EXPECT_THAT(warnings({"core.learning.x1_impulse=0"}),
                ElementsAre(HasSubstr("core.learning.x1_impulse")));
}

TEST(LearningErrors, DelaysThatCannotActAreWarnedAbout) {
    EXPECT_THAT(warnings({"core.learning.dd=2^-1*x0*y0"}),
                ElementsAre(HasSubstr("'fc' learns delays, and has none to begin with")));
}

TEST(LearningErrors, ProbesOfWhatDoesNotLearnAreRefusedBeforeTheRun) {
    EXPECT_THAT(refused({"run.probes=[\"reward:w\"]"}),
                HasSubstr("projection 'reward' does not learn"));
    EXPECT_THAT(refused({"run.probes=[\"nope:w\"]"}),
                HasSubstr("projections of this network: answered, fc, "));
}

TEST(LearningErrors, RulesThatNothingFollowsAreReadAndWarnedAbout) {
    const auto with = [](std::vector<std::string> assignments) {
        for (const char* more : {"core.learning.projections=[]", "run.probes=[]",
                                 "stimulus.kind=silent", "stimulus.labels="}) {
            assignments.emplace_back(more);
        }
        return prepare(load_experiment(kExamples / "reward/experiment.yaml", assignments));
    };
    EXPECT_THAT(with({}).warnings, ElementsAre(HasSubstr("core.learning.dw is not used")));
    const std::vector<std::string> none{"core.learning.dw=", "core.learning.dt="};
    EXPECT_THAT(with(none).warnings,
                ElementsAre(AllOf(HasSubstr("core.learning.y2_source is not used"),
                                  HasSubstr("are input as any others"))));
    const std::vector<std::string> nothing{"core.learning.dw=", "core.learning.dt=",
                                           "core.learning.y2_source=", "core.learning.y3_source="};
    EXPECT_THAT(with(nothing).warnings, ElementsAre());
    EXPECT_THAT(refused({"core.learning.projections=[]", "core.learning.dt=garbage"}),
                StartsWith("--set: core.learning.dt: expected a factor"));
    EXPECT_THAT(refused({"core.learning.projections=[]", "core.learning.rules=[\"fc: dw = z\"]"}),
                StartsWith("--set: core.learning.rules: expected a factor"));
}

TEST(LearningErrors, RecordedRandomNumbersAreCheckedOneByOne) {
    const TestFolder folder;
    const auto with = [&](const std::string& text) {
        const auto file = folder.write("randoms.json", text);
        const std::string error = refused({"core.learning.randoms=" + file.string()});
        return error.starts_with(file.string()) ? error.substr(file.string().size()) : error;
    };
    const auto with_draw = [&](const std::string& draw) {
        const std::string good = R"({"xd": 0.999, "xi": 127, "yd": 0, "yi": 0})";
        return with("{\"trace_randoms\": [" + good + ", " + draw + "], \"conn_randoms\": [0]}");
    };
    EXPECT_EQ(with_draw(R"({"xd": 0, "xi": 0, "yd": 0, "yi": 127})"), "no error");
    EXPECT_THAT(
        with_draw(R"({"xd": 1, "xi": 0, "yd": 0, "yi": 0})"),
        StartsWith(": trace_randoms[1].xd: expected a number from 0 to below 1, found 1\n"));
    EXPECT_THAT(with_draw(R"({"xd": 0, "xi": 0, "yd": -0.1, "yi": 0})"),
                StartsWith(": trace_randoms[1].yd: expected a number from 0 to below 1, found -0"));
    EXPECT_THAT(
        with_draw(R"({"xd": 0, "xi": 128, "yd": 0, "yi": 0})"),
        StartsWith(": trace_randoms[1].xi: expected a whole number from 0 to 127, found 128\n"));
    EXPECT_THAT(with_draw(R"({"xd": 0, "xi": 0, "yd": 0, "yi": 0.5})"),
                StartsWith(": trace_randoms[1].yi: expected a whole number"));
    EXPECT_THAT(with_draw(R"({"xd": 0, "xi": 0, "yi": 0})"),
                StartsWith(": trace_randoms[1]: there is no \"yd\"\n"));
    EXPECT_THAT(with_draw("3"), StartsWith(": trace_randoms[1]: expected an object, found 3\n"));
    const auto with_synapses = [&](const std::string& draws) {
        return with("{\"trace_randoms\": [], \"conn_randoms\": " + draws + "}");
    };
    EXPECT_THAT(with_synapses("[0.5, 1.5]"), StartsWith(": conn_randoms[1]: expected a number"));
    EXPECT_THAT(with_synapses("[0.5, \"0.5\"]"), HasSubstr("found \"0.5\""));
    EXPECT_THAT(with_synapses("{}"),
                StartsWith(": conn_randoms: expected a list, found an object\n"));
    EXPECT_THAT(with_synapses("[1e999]"), StartsWith(": not valid JSON: a number is too large\n"));
    const auto ours = AllOf(HasSubstr("hint: the file holds {\"trace_randoms\""),
                            Not(HasSubstr("json.exception")));
    EXPECT_THAT(with("{\n\"trace_randoms\": [,\n]}"),
                AllOf(StartsWith(":2: not valid JSON\n"), ours));
    EXPECT_THAT(with("{\n\"trace_randoms\": ["),
                AllOf(StartsWith(":2: JSON that ends too early\n"), ours));
    EXPECT_THAT(with("{}"), AllOf(StartsWith(": there is no \"trace_randoms\"\n"), ours));
}

// A key or a section of keys that only other core types have.
TEST(LearningErrors, ChipsThatDoNotLearnNameTheTypesThatDo) {
    EXPECT_THAT(refused({"preset=tianjic", "run.probes=[]"}),
                HasSubstr("core.learning.dt: core type fcore has no such key\n  hint: core type "
                          "loihi has it: choose a chip with such cores"));
    try {
        load_experiment(kExamples / "unsupervised_digits/infer.yaml",
                        {"preset=truenorth", "core.learning.epic=3"});
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), StartsWith("--set: core.learning: core type truenorth has no "
                                             "such key\n  hint: core type loihi has it"));
    }
    EXPECT_THAT(refused({"core.learning.epic=3"}), HasSubstr("did you mean core.learning.epoch?"));
}

}  // namespace
}  // namespace cortile::test
