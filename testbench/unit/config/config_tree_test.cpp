// SPDX-License-Identifier: Apache-2.0
// Layers: preset, experiment, command line.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ParameterSchema kSchema{
    {"a.number", ParameterType::integer, "1", "a number"},
    {"a.name", ParameterType::text, "", "a name"},
    {"b.files", ParameterType::path_list, "", "files"},
    {"b.names", ParameterType::text_list, "", "names"},
    {"b.table", ParameterType::time_table, "[[1, 1 ns]]", "a table"},
};

TEST(ConfigTree, TheUpperLayerWinsKeyByKey) {
    ConfigTree tree = tree_of("a:\n  number: 1\n  name: low\n", "low.yaml");
    tree.overlay(tree_of("a:\n  number: 2\n", "high.yaml"));
    const Parameters parameters = tree.resolve(kSchema);
    EXPECT_EQ(parameters.integer("a.number"), 2);
    EXPECT_EQ(parameters.text("a.name"), "low");
    EXPECT_EQ(parameters.where("a.number"), "high.yaml:2: a.number");
    EXPECT_EQ(parameters.where("a.name"), "low.yaml:3: a.name");
}

TEST(ConfigTree, AListIsReplacedWhole) {
    ConfigTree tree = tree_of("b: {names: [x, y, z]}\n");
    tree.overlay(tree_of("b: {names: [w]}\n"));
    EXPECT_THAT(tree.resolve(kSchema).texts("b.names"), ElementsAre("w"));
}

TEST(ConfigTree, ASectionWithoutKeysChangesNothing) {
    ConfigTree tree = tree_of("a:\n  number: 7\n");
    tree.overlay(tree_of("a:\n  # number: 8\nb: {}\n"));
    EXPECT_EQ(tree.resolve(kSchema).integer("a.number"), 7);
}

TEST(ConfigTree, AValueReplacesASectionAndTheReverse) {
    ConfigTree tree = tree_of("a: {number: 7}\n");
    tree.overlay(tree_of("a: 5\n"));
    EXPECT_FALSE(tree.has_section("a"));
    EXPECT_EQ(tree.text_at("a"), "5");
    tree.overlay(tree_of("a: {name: n}\n"));
    EXPECT_EQ(tree.text_at("a"), std::nullopt);
    EXPECT_EQ(tree.resolve(kSchema).text("a.name"), "n");
}

TEST(ConfigTree, DottedKeysAreTheSameAsNestedOnes) {
    const Parameters parameters = tree_of("a.number: 3\na: {name: n}\n").resolve(kSchema);
    EXPECT_EQ(parameters.integer("a.number"), 3);
    EXPECT_EQ(parameters.text("a.name"), "n");
}

TEST(ConfigTree, HasSectionIsTrueForKeysBelowOnly) {
    const ConfigTree tree = tree_of("a: {b: {c: 1}}\nab: 2\nempty: {}\n");
    EXPECT_TRUE(tree.has_section("a"));
    EXPECT_TRUE(tree.has_section("a.b"));
    EXPECT_FALSE(tree.has_section("a.b.c"));
    EXPECT_FALSE(tree.has_section("ab"));
    EXPECT_FALSE(tree.has_section("empty"));
    EXPECT_FALSE(tree.has_section("x"));
}

TEST(ConfigTree, TextAtGivesScalarsOnly) {
    const ConfigTree tree = tree_of("a: 1\nb: [1]\nc:\nd: ''\n");
    EXPECT_EQ(tree.text_at("a"), "1");
    EXPECT_EQ(tree.text_at("b"), std::nullopt);
    EXPECT_EQ(tree.text_at("c"), std::nullopt);
    EXPECT_EQ(tree.text_at("d"), "");
}

TEST(Set, TakesTheTextAsItStands) {
    ConfigTree tree = tree_of("a: {number: 1}\n");
    tree.set("a.number=12");
    tree.set(" a.name = x = y: z # w ");
    const Parameters parameters = tree.resolve(kSchema);
    EXPECT_EQ(parameters.integer("a.number"), 12);
    EXPECT_EQ(parameters.text("a.name"), "x = y: z # w");
    EXPECT_EQ(parameters.where("a.name"), "--set: a.name");
}

TEST(Set, ReadsListsTablesAndQuotesAsYaml) {
    ConfigTree tree = tree_of("");
    tree.set("b.names=[x, \"y, z\"]");
    tree.set("b.table=[[1, 2 ns], [4, 3 ns]]");
    tree.set("a.name=\" [spaced\"");
    tree.set("a={number: 9}");
    const Parameters parameters = tree.resolve(kSchema);
    EXPECT_THAT(parameters.texts("b.names"), ElementsAre("x", "y, z"));
    EXPECT_THAT(parameters.table("b.table"), ElementsAre(std::pair(1, 2000), std::pair(4, 3000)));
    EXPECT_EQ(parameters.text("a.name"), " [spaced");
    EXPECT_EQ(parameters.integer("a.number"), 9);
}

TEST(Set, TheLastOneWins) {
    ConfigTree tree = tree_of("");
    tree.set("a.number=2");
    tree.set("a.number=3");
    EXPECT_EQ(tree.resolve(kSchema).integer("a.number"), 3);
}

TEST(Set, AnEmptyTextMakesAnOptionalTextAbsent) {
    ConfigTree tree = tree_of("a: {name: n}\n");
    tree.set("a.name=");
    EXPECT_FALSE(tree.resolve(kSchema).given("a.name"));
}

TEST(Set, WhatIsNoAssignmentIsAnErrorThatShowsOne) {
    ConfigTree tree = tree_of("");
    for (const char* text : {"a.number", "=5", "", "a..b=1", ".a=1", "a.=1"}) {
        EXPECT_THAT(config_error([&] { tree.set(text); }),
                    HasSubstr("is not key=value\n  hint: write it like this: --set "
                              "\"noc.hop_x=4 ns\""))
            << text;
    }
}

TEST(Set, ErrorsNameTheOptionAndTheKey) {
    ConfigTree tree = tree_of("");
    tree.set("a.number=fast");
    EXPECT_EQ(config_error([&] { tree.resolve(kSchema); }),
              "--set: a.number: \"fast\" is not a whole number; one such as 8 was expected");
    ConfigTree other = tree_of("");
    other.set("a.numbr=1");
    EXPECT_EQ(config_error([&] { other.resolve(kSchema); }),
              "--set: a.numbr: unknown key\n  hint: did you mean a.number?");
    EXPECT_THAT(config_error([&] { other.set("b.names=[x"); }),
                testing::StartsWith("--set: b.names: a mapping inside a list"));
    EXPECT_THAT(config_error([&] { other.set("b.names=[x]\nv2: 1"); }),
                HasSubstr("is more than one value"));
}

TEST(Paths, AreRelativeToTheFileThatNamesThem) {
    const ParameterSchema schema{{"low", ParameterType::path, "", "a file"},
                                 {"high", ParameterType::path, "", "a file"},
                                 {"absolute", ParameterType::path, "", "a file"},
                                 {"option", ParameterType::path, "", "a file"}};
    const auto directory = fresh_directory();
    write_file(directory / "one/low.yaml", "low: nets/../a.nir\nabsolute: /x/y.nir\n");
    write_file(directory / "two/high.yaml", "high: a.nir\n");
    ConfigTree tree = ConfigTree::from_file(directory / "one/low.yaml");
    tree.overlay(ConfigTree::from_file(directory / "two/high.yaml"));
    tree.set("option=b.nir");
    const Parameters parameters = tree.resolve(schema);
    EXPECT_EQ(parameters.file("low"), directory / "one/a.nir");
    EXPECT_EQ(parameters.file("high"), directory / "two/a.nir");
    EXPECT_EQ(parameters.file("absolute"), "/x/y.nir");
    EXPECT_EQ(parameters.file("option"), std::filesystem::current_path() / "b.nir");
}

TEST(ConfigTree, DropForgetsAKeyAndTellsWhetherItWasThere) {
    ConfigTree tree = tree_of("a:\n  number: 2\n  name: x\n", "low.yaml");
    EXPECT_TRUE(tree.drop("a.number"));
    EXPECT_FALSE(tree.drop("a.number"));
    EXPECT_FALSE(tree.drop("a.nam"));
    const Parameters parameters = tree.resolve(kSchema);
    EXPECT_EQ(parameters.integer("a.number"), 1);
    EXPECT_EQ(parameters.text("a.name"), "x");
}

// Else the section that held the key would itself be an unknown key.
TEST(ConfigTree, DropForgetsSectionsThatItEmpties) {
    ConfigTree tree =
        tree_of("a: {number: 2}\nc:\n  d:\n    e: {value: 1, source: x}\n", "low.yaml");
    EXPECT_TRUE(tree.drop("c.d.e"));
    EXPECT_EQ(tree.resolve(kSchema).integer("a.number"), 2);
}

TEST(ConfigTree, DropKeepsWhatElseASectionHolds) {
    ConfigTree tree = tree_of("c:\n  d:\n    e: 1\n    f: 2\n", "low.yaml");
    EXPECT_TRUE(tree.drop("c.d.e"));
    EXPECT_THAT(config_error([&] { tree.resolve(kSchema); }), HasSubstr("c.d.f: unknown key"));
}

TEST(Paths, PatternsStandForTheirMatchesInNaturalOrder) {
    const auto directory = fresh_directory();
    for (const char* name : {"in/s10.csv", "in/s9.csv", "in/s1.csv", "last.csv"}) {
        write_file(directory / name, "x");
    }
    write_file(directory / "exp.yaml", "b:\n  files:\n    - in/s*.csv\n    - last.csv\n");
    const Parameters parameters = ConfigTree::from_file(directory / "exp.yaml").resolve(kSchema);
    EXPECT_THAT(parameters.files("b.files"),
                ElementsAre(directory / "in/s1.csv", directory / "in/s9.csv",
                            directory / "in/s10.csv", directory / "last.csv"));
}

TEST(Paths, APatternWithoutMatchesIsAnErrorThatSaysWhereItLooked) {
    const auto directory = fresh_directory();
    write_file(directory / "exp.yaml", "b:\n  files:\n    - in/s*.csv\n");
    EXPECT_EQ(
        config_error([&] { ConfigTree::from_file(directory / "exp.yaml").resolve(kSchema); }),
        (directory / "exp.yaml").string() +
            ":3: b.files: no file matches \"in/s*.csv\"\n  hint: the pattern was looked for as " +
            (directory / "in/s*.csv").string());
}

TEST(ConfigTree, KeysBelowASectionComeInTheOrderOfTheFile) {
    const ConfigTree tree = tree_of(
        "tests:\n"
        "  zebra: {kind: a}\n"
        "  ape:\n"
        "    kind: b\n"
        "    deeper: {x: 1}\n"
        "  cow: {}\n"
        "  bee:\n"
        "tests_of_others: {no: 1}\n");
    std::vector<std::string> found;
    for (const auto& [name, where] : tree.keys_below("tests")) {
        found.push_back(name + " " + where);
    }
    EXPECT_EQ(found, (std::vector<std::string>{"zebra exp.yaml:2", "ape exp.yaml:3",
                                               "cow exp.yaml:6", "bee exp.yaml:7"}));
    EXPECT_TRUE(tree.keys_below("absent").empty());
    ASSERT_EQ(tree.keys_below("").size(), 2u);
    EXPECT_EQ(tree.keys_below("")[1].name, "tests_of_others");
}

}  // namespace
}  // namespace cortile
