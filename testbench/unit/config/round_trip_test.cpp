// SPDX-License-Identifier: Apache-2.0
// to_yaml: loaded again it gives the same values and the same text.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::ElementsAre;

const ParameterSchema kEverything{
    {"a.flag", ParameterType::flag, "false", ""},
    {"a.information", ParameterType::information, std::nullopt, ""},
    {"a.integer", ParameterType::integer, std::nullopt, ""},
    {"a.real", ParameterType::real, std::nullopt, ""},
    {"a_b.energy", ParameterType::energy, std::nullopt, "", true},
    {"a_b.frequency", ParameterType::frequency, "1300000 Hz", ""},
    {"a_b.power", ParameterType::power, std::nullopt, ""},
    {"a_b.time", ParameterType::time, std::nullopt, "", true},
    {"b.choice", ParameterType::choice, "true", "", false, {"true", "null", "1"}},
    {"b.deep.er.text", ParameterType::text, "", ""},
    {"b.deep.other", ParameterType::text, "", ""},
    {"b.empty_list", ParameterType::path_list, "", ""},
    {"b.file", ParameterType::path, "", ""},
    {"b.files", ParameterType::path_list, "", ""},
    {"b.names", ParameterType::text_list, "", ""},
    {"b.no_file", ParameterType::path, "", ""},
    {"top", ParameterType::time_table, std::nullopt, "", true},
};

const std::string kYaml =
    "a: {information: 12 kB, integer: -3, real: 0.1}\n"
    "a_b:\n"
    "  energy: {value: 23.60 pJ, source: 'a \"b\": c # d', grade: simulated}\n"
    "  power: 0.1044 W\n"
    "  time: {value: 0.0041 us, source: s, grade: measured}\n"
    "b:\n"
    "  choice: 'null'\n"
    "  deep: {er: {text: \"line\\nline\\ttab \\\\ \\x01 \\u00e9 'q'\"}, other: ' true '}\n"
    "  file: ../net.nir\n"
    "  files: [a 1.csv, \"b: c.csv\"]\n"
    "  names: [null_, '', '- x', '#y']\n"
    "top: {value: [[1, 600 ns], [29, 1.8 us]], source: s, grade: derived}\n";

TEST(RoundTrip, TheTextIsCanonical) {
    EXPECT_EQ(tree_of(kYaml).resolve(kEverything).to_yaml(),
              "a:\n"
              "  flag: false\n"
              "  information: 96000 bit\n"
              "  integer: -3\n"
              "  real: 0.1\n"
              "a_b:\n"
              "  energy:\n"
              "    value: 23.6 pJ\n"
              "    source: \"a \\\"b\\\": c # d\"\n"
              "    grade: simulated\n"
              "  frequency: 1.3 MHz\n"
              "  power: 104.4 mW\n"
              "  time:\n"
              "    value: 4.1 ns\n"
              "    source: \"s\"\n"
              "    grade: measured\n"
              "b:\n"
              "  choice: \"null\"\n"
              "  deep:\n"
              "    er:\n"
              "      text: \"line\\nline\\ttab \\\\ \\x01 \xC3\xA9 'q'\"\n"
              "    other: \" true \"\n"
              "  empty_list: []\n"
              "  file: \"/net.nir\"\n"
              "  files:\n"
              "    - \"/data/a 1.csv\"\n"
              "    - \"/data/b: c.csv\"\n"
              "  names:\n"
              "    - \"null_\"\n"
              "    - \"\"\n"
              "    - \"- x\"\n"
              "    - \"#y\"\n"
              "  no_file: \"\"\n"
              "top:\n"
              "  value: [[1, 600 ns], [29, 1.8 us]]\n"
              "  source: \"s\"\n"
              "  grade: derived\n");
}

TEST(RoundTrip, TheTextOfTheTextIsTheSame) {
    const std::string once = tree_of(kYaml).resolve(kEverything).to_yaml();
    const std::string twice =
        ConfigTree::from_text(once, "effective.yaml", "/elsewhere").resolve(kEverything).to_yaml();
    EXPECT_EQ(once, twice);
}

TEST(RoundTrip, TheValuesAreTheSame) {
    const Parameters first = tree_of(kYaml).resolve(kEverything);
    const Parameters second =
        ConfigTree::from_text(first.to_yaml(), "effective.yaml", "/elsewhere").resolve(kEverything);
    ASSERT_EQ(first.values().size(), second.values().size());
    for (const auto& [path, value] : first.values()) {
        const Parameters::Value& again = second.value(path);
        EXPECT_EQ(value.text, again.text) << path;
        EXPECT_EQ(value.number, again.number) << path;
        EXPECT_EQ(value.integer, again.integer) << path;
        EXPECT_EQ(value.list, again.list) << path;
        EXPECT_EQ(value.table, again.table) << path;
        EXPECT_EQ(first.given(path), second.given(path)) << path;
        if (value.citation) {
            EXPECT_EQ(value.citation->source, again.citation->source) << path;
            EXPECT_EQ(value.citation->grade, again.citation->grade) << path;
        }
    }
}

TEST(RoundTrip, CommandLineValuesStayCited) {
    const ParameterSchema schema{{"noc.hop_x", ParameterType::time, std::nullopt, "", true}};
    ConfigTree tree = tree_of("");
    tree.set("noc.hop_x=4 ns");
    const std::string yaml = tree.resolve(schema).to_yaml();
    EXPECT_EQ(yaml,
              "noc:\n  hop_x:\n    value: 4 ns\n    source: \"command line\"\n"
              "    grade: assumed\n");
    EXPECT_EQ(tree_of(yaml).resolve(schema).to_yaml(), yaml);
}

TEST(RoundTrip, PatternsAreWrittenAsTheirMatches) {
    const auto directory = fresh_directory();
    for (const char* name : {"s10.csv", "s2.csv", "s*.csv"}) {
        write_file(directory / "in" / name, "x");
    }
    const ParameterSchema schema{{"files", ParameterType::path_list, "", ""}};
    const Parameters first =
        ConfigTree::from_text("files: [in/*.csv]\n", "exp.yaml", directory).resolve(schema);
    EXPECT_THAT(first.files("files"), ElementsAre(directory / "in/s*.csv", directory / "in/s2.csv",
                                                  directory / "in/s10.csv"));
    EXPECT_EQ(tree_of(first.to_yaml()).resolve(schema).to_yaml(), first.to_yaml());
}

}  // namespace
}  // namespace cortile
