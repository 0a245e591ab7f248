// SPDX-License-Identifier: Apache-2.0
// Unknown keys, missing keys, defaults, and schemas that contradict themselves.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const ParameterSchema kSchema{
    {"chip.mesh.width", ParameterType::integer, std::nullopt, "tiles along x"},
    {"chip.mesh.height", ParameterType::integer, std::nullopt, "tiles along y"},
    {"noc.hop_x", ParameterType::time, std::nullopt, "latency of a hop", true},
    {"run.seed", ParameterType::integer, "1", "seed"},
    {"run.title", ParameterType::text, "", "title"},
};

const std::string kGood =
    "chip: {mesh: {width: 8, height: 4}}\n"
    "noc: {hop_x: {value: 1 ns, source: s, grade: assumed}}\n";

TEST(Resolve, AnUnknownKeyGetsTheNearestSpelling) {
    EXPECT_EQ(resolve_error("chip:\n  mesh:\n    witdh: 8\n", kSchema),
              "exp.yaml:3: chip.mesh.witdh: unknown key\n  hint: did you mean chip.mesh.width?");
}

TEST(Resolve, AMisspeltSectionGetsTheNearestSpelling) {
    EXPECT_EQ(resolve_error("chp:\n  mesh: {width: 8}\n", kSchema),
              "exp.yaml:2: chp.mesh.width: unknown key\n  hint: did you mean chip.mesh.width?");
}

TEST(Resolve, AKeyInTheWrongSectionIsSentToItsOwn) {
    EXPECT_EQ(resolve_error("simulation:\n  seed: 8\n", kSchema),
              "exp.yaml:2: simulation.seed: unknown key\n  hint: did you mean run.seed?");
}

TEST(Resolve, AKeyLikeNoOtherGetsTheKnownOnes) {
    EXPECT_EQ(resolve_error("chip:\n  voltage: 1\n", kSchema),
              "exp.yaml:2: chip.voltage: unknown key\n  hint: known keys of chip: mesh");
    EXPECT_EQ(resolve_error("colour: red\n", kSchema),
              "exp.yaml:1: colour: unknown key\n  hint: known sections and keys: chip, noc, run");
}

TEST(Resolve, AnUnknownEmptySectionIsAnErrorToo) {
    EXPECT_THAT(resolve_error(kGood + "colour: {}\n", kSchema),
                StartsWith("exp.yaml:3: colour: unknown key"));
    EXPECT_THAT(resolve_error(kGood + "colour:\n", kSchema),
                StartsWith("exp.yaml:3: colour: unknown key"));
    EXPECT_THAT(resolve_error("chip: {mesh: {width: {}}}\n", kSchema),
                StartsWith("exp.yaml:1: chip.mesh.width: found an empty mapping; a whole number"));
}

TEST(Resolve, AnEmptyKnownSectionIsFine) {
    EXPECT_EQ(tree_of(kGood + "run:\n").resolve(kSchema).integer("run.seed"), 1);
    EXPECT_EQ(tree_of(kGood + "run: {}\n").resolve(kSchema).integer("run.seed"), 1);
}

TEST(Resolve, AValueWhereASectionIsDueIsAnError) {
    EXPECT_EQ(resolve_error("chip:\n  mesh: 8\n", kSchema),
              "exp.yaml:2: chip.mesh: found a value; this is a section with keys of its own\n"
              "  hint: write its keys below \"mesh:\", indented");
}

TEST(Resolve, ASectionWhereAValueIsDueIsAnError) {
    EXPECT_EQ(resolve_error("chip:\n  mesh:\n    width: {value: 8}\n", kSchema),
              "exp.yaml:3: chip.mesh.width.value: chip.mesh.width is not a section; a whole number "
              "such as 8 was expected as its value");
}

TEST(Resolve, AMissingKeyIsNamedWithItsSectionAndMeaning) {
    EXPECT_EQ(resolve_error("chip:\n  mesh:\n    width: 8\n"
                            "noc: {hop_x: {value: 1 ns, source: s, grade: assumed}}\n",
                            kSchema),
              "exp.yaml:2: chip.mesh.height: missing: tiles along y\n"
              "  hint: write a whole number such as 8");
}

TEST(Resolve, AllMissingKeysAreListed) {
    ConfigTree tree = tree_of("", "low.yaml");
    tree.overlay(tree_of("run: {seed: 2}\n", "high.yaml"));
    EXPECT_EQ(config_error([&] { tree.resolve(kSchema); }),
              "low.yaml + high.yaml: chip.mesh.height: missing: tiles along y\n"
              "  hint: write a whole number such as 8; also missing: chip.mesh.width noc.hop_x");
}

TEST(Resolve, AMissingCitedKeyIsShownWhole) {
    EXPECT_EQ(resolve_error("chip: {mesh: {width: 8, height: 4}}\n", kSchema),
              "exp.yaml: noc.hop_x: missing: latency of a hop\n"
              "  hint: write \"hop_x: {value: 6.0 ns, source: \"where it is published\", grade: "
              "simulated}\"");
}

TEST(Resolve, DefaultsStandInForKeysThatAreNotThere) {
    const Parameters parameters = tree_of(kGood).resolve(kSchema);
    EXPECT_EQ(parameters.integer("run.seed"), 1);
    EXPECT_EQ(parameters.text("run.title"), "");
    EXPECT_EQ(parameters.where("run.seed"), "default: run.seed");
}

TEST(Resolve, GivenMeansOtherThanTheDefault) {
    const Parameters standard = tree_of(kGood).resolve(kSchema);
    EXPECT_TRUE(standard.given("chip.mesh.width"));
    EXPECT_FALSE(standard.given("run.seed"));
    EXPECT_FALSE(standard.given("run.title"));
    const Parameters written = tree_of(kGood + "run: {seed: 1, title: ''}\n").resolve(kSchema);
    EXPECT_FALSE(written.given("run.seed"));
    EXPECT_FALSE(written.given("run.title"));
    const Parameters other = tree_of(kGood + "run: {seed: 2, title: t}\n").resolve(kSchema);
    EXPECT_TRUE(other.given("run.seed"));
    EXPECT_TRUE(other.given("run.title"));
}

TEST(Resolve, ParametersOutliveTheirSchemaAndTree) {
    Parameters parameters;
    {
        const ParameterSchema schema = kSchema;
        parameters = tree_of(kGood).resolve(schema);
    }
    const Parameters copy = parameters;
    EXPECT_EQ(copy.value("noc.hop_x").descriptor->description, "latency of a hop");
    EXPECT_EQ(copy.time("noc.hop_x"), 1000);
}

TEST(Resolve, ASchemaThatContradictsItselfIsOurDefect) {
    const auto resolve = [](const ParameterSchema& schema) { tree_of("").resolve(schema); };
    EXPECT_THROW(resolve({{"a", ParameterType::text, "", ""}, {"a", ParameterType::text, "", ""}}),
                 ContractViolation);
    EXPECT_THROW(
        resolve({{"a", ParameterType::text, "", ""}, {"a.b", ParameterType::text, "", ""}}),
        ContractViolation);
    EXPECT_THROW(resolve({{"", ParameterType::text, "", ""}}), ContractViolation);
    EXPECT_THROW(resolve({{"a", ParameterType::choice, "x", ""}}), ContractViolation);
    EXPECT_THROW(resolve({{"a", ParameterType::time, "5", ""}}), ContractViolation);
    EXPECT_THROW(resolve({{"a", ParameterType::time, "", ""}}), ContractViolation);
}

TEST(Resolve, AHugeUnknownKeyIsNotSlow) {
    std::string yaml;
    for (int i = 0; i < 20'000; ++i) {
        yaml += "key" + std::to_string(i) + ": 1\n";
    }
    EXPECT_THAT(resolve_error(yaml, kSchema), HasSubstr("key0: unknown key"));
}

}  // namespace
}  // namespace cortile
