// SPDX-License-Identifier: Apache-2.0
#include "app/compare_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/experiment.h"
#include "hw_model/config/chip_schema.h"
#include "testbench/support/experiment_runner.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kSilent = "network: {generate: {neurons: 8}}\nstimulus: {kind: silent}\n";

std::string error_of(const CompareArguments& arguments) {
    try {
        plan_comparison(arguments);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

std::vector<std::string> folders_of(const CompareArguments& arguments) {
    std::vector<std::string> folders;
    for (const PlannedRun& run : plan_comparison(arguments)) {
        folders.push_back(run.folder);
    }
    return folders;
}

class ComparePlan : public testing::Test {
  protected:
    fs::path write(const std::string& name, const std::string& text) {
        fs::create_directories((folder.path() / name).parent_path());
        return folder.write(name, text);
    }

    test::TestFolder folder;
};

TEST_F(ComparePlan, IsExperimentsTimesPresetsInTheirOrder) {
    CompareArguments arguments;
    arguments.experiments = {write("b.yaml", kSilent), write("a.yaml", kSilent)};
    arguments.presets = {"tiny_2x2", "loihi"};
    EXPECT_THAT(folders_of(arguments),
                ElementsAre("b-tiny_2x2", "b-loihi", "a-tiny_2x2", "a-loihi"));
}

TEST_F(ComparePlan, FoldersOfOneExperimentAreNamedAfterTheChip) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent)};
    arguments.presets = {"tiny_2x2", "loihi"};
    EXPECT_THAT(folders_of(arguments), ElementsAre("tiny_2x2", "loihi"));
}

TEST_F(ComparePlan, WithoutPresetsEachExperimentHasItsOwn) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent),
                             write("b.yaml", std::string("preset: tiny_2x2\n") + kSilent)};
    EXPECT_THAT(folders_of(arguments), ElementsAre("a-loihi", "b-tiny_2x2"));
}

TEST_F(ComparePlan, ExperimentsOfOneNameAreToldByTheirFolder) {
    CompareArguments arguments;
    arguments.experiments = {write("cnn/small.yaml", kSilent), write("mlp/small.yaml", kSilent),
                             write("mlp/experiment.yaml", kSilent)};
    arguments.presets = {"loihi"};
    const auto runs = plan_comparison(arguments);
    EXPECT_EQ(runs[0].experiment_label, "cnn/small");
    EXPECT_EQ(runs[1].experiment_label, "mlp/small");
    EXPECT_EQ(runs[2].experiment_label, "mlp");
    EXPECT_EQ(runs[0].folder, "cnn-small-loihi");
}

TEST_F(ComparePlan, WhatIsNamedTwiceIsAnError) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent)};
    arguments.presets = {"loihi", "loihi"};
    EXPECT_THAT(error_of(arguments), HasSubstr("'loihi' is named twice"));
    arguments.presets = {"loihi"};
    arguments.experiments.push_back(arguments.experiments[0]);
    EXPECT_THAT(error_of(arguments), HasSubstr("a.yaml' is named twice"));
}

TEST_F(ComparePlan, AnUnknownPresetIsAnErrorOfAll) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent)};
    arguments.presets = {"loihi", "lohi"};
    EXPECT_THAT(error_of(arguments), HasSubstr("did you mean loihi?"));
    arguments.presets = {"loihi", ""};
    EXPECT_THAT(error_of(arguments), HasSubstr("empty"));
}

TEST_F(ComparePlan, AKeyThatNoCoreTypeKnowsIsAnError) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", std::string("core: {weight_bit: 3}\n") + kSilent)};
    arguments.presets = {"loihi", "tiny_2x2"};
    EXPECT_THAT(error_of(arguments), HasSubstr("core.weight_bit: unknown key"));
}

TEST_F(ComparePlan, AValueThatOneChipAloneRefusesIsAProblemOfThatRun) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent)};
    arguments.presets = {"loihi", "tiny_2x2"};
    arguments.assignments = {"chip.core_type=loihi"};
    for (const PlannedRun& run : plan_comparison(arguments)) {
        EXPECT_FALSE(run.error);
    }
    const auto incomplete = write("incomplete.yaml", "chip: {core_type: loihi}\n");
    arguments.presets = {"loihi", incomplete.string()};
    const auto runs = plan_comparison(arguments);
    EXPECT_FALSE(runs[0].error);
    ASSERT_TRUE(runs[1].error);
    EXPECT_THAT(runs[1].error->what(), HasSubstr("missing"));
}

TEST_F(ComparePlan, PresetsMayNotBeSetAsWell) {
    CompareArguments arguments;
    arguments.experiments = {write("a.yaml", kSilent)};
    arguments.presets = {"loihi"};
    arguments.assignments = {"preset=tiny_2x2"};
    EXPECT_THAT(error_of(arguments), HasSubstr("--set: preset"));
}

// Does a key of this path, or one below it, belong to `type`?
bool knows(const CoreType& type, const std::string& path) {
    const ParameterSchema schema = type.schema();
    return std::any_of(schema.begin(), schema.end(), [&](const ParameterDescriptor& key) {
        return key.path == path || key.path.starts_with(path + ".");
    });
}

// As long as there is one core type, no key is another's.
TEST_F(ComparePlan, KeysOfOtherCoreTypesAreToldAsUnused) {
    const fs::path file = write("a.yaml", kSilent);
    for (const std::string& preset : preset_names()) {
        const CoreType& own = core_type(*load_preset(preset, {}).text_at("chip.core_type"), preset);
        for (const auto& other : core_types()) {
            for (const ParameterDescriptor& key : other->schema()) {
                const std::vector<std::string> set{"preset=" + preset, key.path + "=1"};
                if (!knows(own, key.path)) {
                    EXPECT_THAT(load_experiment(file, set, ForeignKeys::unused).unused_keys,
                                ElementsAre(key.path));
                    EXPECT_THROW(load_experiment(file, set), ConfigError) << key.path;
                }
            }
        }
    }
}

}  // namespace
}  // namespace cortile
