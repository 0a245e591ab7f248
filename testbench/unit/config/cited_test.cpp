// SPDX-License-Identifier: Apache-2.0
// Values that must say where they are from.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const ParameterSchema kHop{{"noc.hop_x", ParameterType::time, std::nullopt, "a hop", true}};
const ParameterSchema kTable{
    {"chip.barrier", ParameterType::time_table, std::nullopt, "the barrier", true}};

const std::string kPreset =
    "noc:\n"
    "  hop_x:\n"
    "    value: 4.1 ns\n"
    "    source: >-\n"
    "      A paper,\n"
    "      Table 2\n"
    "    grade: simulated\n";

TEST(Cited, ValueSourceAndGradeAreRead) {
    const Parameters parameters = tree_of(kPreset).resolve(kHop);
    EXPECT_EQ(parameters.time("noc.hop_x"), 4100);
    EXPECT_EQ(parameters.citation("noc.hop_x").source, "A paper, Table 2");
    EXPECT_EQ(parameters.citation("noc.hop_x").grade, Grade::simulated);
    EXPECT_EQ(parameters.where("noc.hop_x"), "exp.yaml:3: noc.hop_x");
}

TEST(Cited, EveryGradeIsRead) {
    for (const Grade grade : {Grade::measured, Grade::simulated, Grade::derived, Grade::assumed}) {
        const std::string yaml =
            std::string("noc.hop_x: {value: 1 ns, source: s, grade: ") + to_string(grade) + "}\n";
        EXPECT_EQ(tree_of(yaml).resolve(kHop).citation("noc.hop_x").grade, grade);
    }
}

TEST(Cited, ATableMayBeCited) {
    const Parameters parameters =
        tree_of(
            "chip:\n  barrier: {value: [[1, 113 ns], [32, 465 ns]], source: s, grade: derived}\n")
            .resolve(kTable);
    EXPECT_THAT(parameters.table("chip.barrier"),
                ElementsAre(std::pair(1, 113'000), std::pair(32, 465'000)));
    EXPECT_EQ(parameters.citation("chip.barrier").grade, Grade::derived);
}

TEST(Cited, ABareValueInAFileIsAskedForItsSource) {
    EXPECT_EQ(resolve_error("noc:\n  hop_x: 4 ns\n", kHop),
              "exp.yaml:2: noc.hop_x: the value has no source and grade\n"
              "  hint: write hop_x: {value: 6.0 ns, source: \"where it is published\", grade: "
              "simulated}; grades: measured, simulated, derived, assumed");
    EXPECT_THAT(resolve_error("chip:\n  barrier: [[1, 1 ns]]\n", kTable),
                StartsWith("exp.yaml:2: chip.barrier: the value has no source and grade"));
}

TEST(Cited, ABareValueOverAPresetIsAskedForItsSource) {
    ConfigTree tree = tree_of(kPreset, "preset loihi");
    tree.overlay(tree_of("noc:\n  hop_x: 5 ns\n"));
    EXPECT_THAT(config_error([&] { tree.resolve(kHop); }),
                StartsWith("exp.yaml:2: noc.hop_x: the value has no source and grade"));
}

TEST(Cited, AMissingPartIsNamed) {
    EXPECT_THAT(resolve_error("noc.hop_x: {value: 4 ns, grade: assumed}\n", kHop),
                StartsWith("exp.yaml:1: noc.hop_x: the value has no source\n"));
    EXPECT_THAT(resolve_error("noc.hop_x: {value: 4 ns, source: s}\n", kHop),
                StartsWith("exp.yaml:1: noc.hop_x: the value has no grade\n"));
    EXPECT_THAT(resolve_error("noc.hop_x: {source: s, grade: assumed}\n", kHop),
                StartsWith("exp.yaml:1: noc.hop_x.source: there is no value beside it"));
}

TEST(Cited, AnEmptySourceIsNone) {
    for (const char* source : {"''", "' '", "", "[a]"}) {
        EXPECT_THAT(resolve_error(std::string("noc:\n  hop_x:\n    value: 4 ns\n    source: ") +
                                      source + "\n    grade: assumed\n",
                                  kHop),
                    StartsWith("exp.yaml:4: noc.hop_x.source: is empty"))
            << source;
    }
}

TEST(Cited, AnUnknownGradeGetsTheNearest) {
    EXPECT_EQ(
        resolve_error("noc.hop_x: {value: 4 ns, source: s, grade: simulted}\n", kHop),
        "exp.yaml:1: noc.hop_x.grade: \"simulted\" is not a grade; one of measured, simulated, "
        "derived, assumed was expected\n  hint: did you mean simulated?");
}

TEST(Cited, AnUnknownPartGetsTheNearest) {
    EXPECT_EQ(
        resolve_error("noc.hop_x:\n  value: 4 ns\n  sorce: s\n  grade: assumed\n", kHop),
        "exp.yaml:3: noc.hop_x.sorce: unknown key of a cited value, which has value, source and "
        "grade\n  hint: did you mean source?");
}

TEST(Cited, AValueNeverTakesTheCitationOfAnother) {
    ConfigTree tree = tree_of(kPreset, "preset loihi");
    tree.overlay(tree_of("noc:\n  hop_x: {value: 5 ns}\n"));
    EXPECT_THAT(config_error([&] { tree.resolve(kHop); }),
                StartsWith("exp.yaml:2: noc.hop_x: the value has no source of its own; the one at "
                           "preset loihi:4 belongs to another value"));
}

TEST(Cited, ACitationNeverReplacesThatOfAnotherValue) {
    ConfigTree tree = tree_of(kPreset, "preset loihi");
    tree.overlay(tree_of("noc:\n  hop_x: {grade: measured}\n"));
    EXPECT_THAT(config_error([&] { tree.resolve(kHop); }),
                StartsWith("exp.yaml:2: noc.hop_x.grade: a grade without its value; the value at "
                           "preset loihi:3 has its own"));
}

TEST(Cited, AnExperimentReplacesTheWhole) {
    ConfigTree tree = tree_of(kPreset, "preset loihi");
    tree.overlay(tree_of("noc.hop_x: {value: 5 ns, source: bench, grade: measured}\n"));
    const Parameters parameters = tree.resolve(kHop);
    EXPECT_EQ(parameters.time("noc.hop_x"), 5000);
    EXPECT_EQ(parameters.citation("noc.hop_x").source, "bench");
    EXPECT_EQ(parameters.citation("noc.hop_x").grade, Grade::measured);
}

TEST(Cited, ABareValueOnTheCommandLineIsAssumed) {
    for (const char* option :
         {"noc.hop_x=5 ns", "noc.hop_x.value=5 ns", "noc.hop_x={value: 5 ns}"}) {
        ConfigTree tree = tree_of(kPreset);
        tree.set(option);
        const Parameters parameters = tree.resolve(kHop);
        EXPECT_EQ(parameters.time("noc.hop_x"), 5000) << option;
        EXPECT_EQ(parameters.citation("noc.hop_x").source, "command line") << option;
        EXPECT_EQ(parameters.citation("noc.hop_x").grade, Grade::assumed) << option;
    }
}

TEST(Cited, TheCommandLineMayCite) {
    ConfigTree tree = tree_of(kPreset);
    tree.set("noc.hop_x={value: 5 ns, source: my bench, grade: measured}");
    EXPECT_EQ(tree.resolve(kHop).citation("noc.hop_x").source, "my bench");
    tree.set("noc.hop_x.value=6 ns");
    tree.set("noc.hop_x.source=other bench");
    EXPECT_EQ(tree.resolve(kHop).citation("noc.hop_x").source, "other bench");
    EXPECT_EQ(tree.resolve(kHop).time("noc.hop_x"), 6000);
}

TEST(Cited, TheCommandLineCannotGradeThePresetsValue) {
    ConfigTree tree = tree_of(kPreset, "preset loihi");
    tree.set("noc.hop_x.grade=measured");
    EXPECT_THAT(config_error([&] { tree.resolve(kHop); }),
                StartsWith("--set: noc.hop_x.grade: a grade without its value"));
}

TEST(Cited, TheValueIsCheckedLikeAnyOther) {
    EXPECT_THAT(
        resolve_error("noc:\n  hop_x:\n    value: 4\n    source: s\n    grade: assumed\n", kHop),
        StartsWith("exp.yaml:3: noc.hop_x: \"4\" has no unit"));
}

TEST(Cited, ADefaultMayBeCited) {
    const ParameterSchema schema{
        {"a", ParameterType::time, "{value: 2 ns, source: \"a book, p. 5\", grade: derived}", "a",
         true},
        {"b", ParameterType::time, "3 ns", "b", true}};
    const Parameters parameters = tree_of("").resolve(schema);
    EXPECT_EQ(parameters.time("a"), 2000);
    EXPECT_EQ(parameters.citation("a").source, "a book, p. 5");
    EXPECT_EQ(parameters.citation("a").grade, Grade::derived);
    EXPECT_EQ(parameters.citation("b").grade, Grade::assumed);
    EXPECT_FALSE(parameters.given("a"));
}

}  // namespace
}  // namespace cortile
