// SPDX-License-Identifier: Apache-2.0
// What is not a configuration, and what is said about it.
#include <gmock/gmock.h>

#include "testbench/unit/config/config_test_support.h"

namespace cortile {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string load_error(const std::string& yaml) {
    return config_error([&] { tree_of(yaml); });
}

TEST(YamlErrors, ADuplicateKeyNamesBothLines) {
    EXPECT_EQ(load_error("noc:\n  local: 1 ns\n  hop_x: 2 ns\n  local: 3 ns\n"),
              "exp.yaml:4: noc.local: the key is given twice, first at exp.yaml:2\n"
              "  hint: keep one of the two");
    EXPECT_THAT(load_error("noc:\n  a: 1\nchip: {}\nnoc:\n  b: 1\n"),
                StartsWith("exp.yaml:4: noc: the key is given twice, first at exp.yaml:1"));
    EXPECT_THAT(load_error("noc:\n  a: 1\nnoc.a: 2\n"),
                StartsWith("exp.yaml:3: noc.a: the key is given twice, first at exp.yaml:2"));
}

TEST(YamlErrors, AValueHasNoKeysBelowIt) {
    EXPECT_THAT(load_error("noc: 5\nnoc.hop_x: 2 ns\n"),
                StartsWith("exp.yaml:2: noc.hop_x: noc has a value of its own at exp.yaml:1"));
}

TEST(YamlErrors, TabsInTheIndentationAreNamed) {
    EXPECT_EQ(load_error("noc:\n\thop_x: 2 ns\n"),
              "exp.yaml:2: a tab in the indentation, which YAML does not allow\n"
              "  hint: indent with spaces");
    EXPECT_THAT(load_error("noc:\n  a: 1\n  \tb: 1\n"), StartsWith("exp.yaml:3: a tab"));
}

TEST(YamlErrors, TabsElsewhereAreFine) {
    const ConfigTree tree = tree_of("a:\t1\t# one\n\t\nb:\t2\t\n");
    EXPECT_EQ(tree.text_at("a"), "1");
    EXPECT_EQ(tree.text_at("b"), "2");
}

TEST(YamlErrors, BytesThatAreNotUtf8AreNamed) {
    EXPECT_EQ(load_error("a: 1\nb: caf\xE9\n"),
              "exp.yaml:2: byte 0xE9 is not UTF-8 text\n"
              "  hint: save the file in the encoding UTF-8");
    // UTF-16 with its mark, an overlong slash, a surrogate, beyond Unicode, an unfinished
    // character.
    for (const char* text :
         {"\xFF\xFE"
          "a",
          "a: \xC0\xAF", "a: \xED\xA0\x80", "a: \xF4\x90\x80\x80", "a: \xE2\x82"}) {
        EXPECT_THAT(load_error(text), HasSubstr("exp.yaml:1: byte 0x"));
    }
}

TEST(YamlErrors, Utf8TextIsKept) {
    EXPECT_EQ(tree_of("a: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82\n").text_at("a"),
              "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82");
    EXPECT_EQ(tree_of("\xEF\xBB\xBF"
                      "a: 1\n")
                  .text_at("a"),
              "1");
}

TEST(YamlErrors, ControlCharactersAreNamed) {
    // Byte 4 would end the text silently in the parser.
    EXPECT_THAT(load_error("a: 1\n\x04\nb: 2\n"), StartsWith("exp.yaml:2: control character 0x04"));
    EXPECT_THAT(load_error(std::string("a: \0b", 5)),
                StartsWith("exp.yaml:1: control character 0x00"));
}

TEST(YamlErrors, ATextWithAColonGetsTheHintToQuoteIt) {
    const std::string error = load_error("a: 1\nsource: Davies: Loihi\n");
    EXPECT_THAT(error, StartsWith("exp.yaml:2: not valid YAML: illegal map value"));
    EXPECT_THAT(error, HasSubstr("hint: a text that contains ': ' needs quotes"));
}

TEST(YamlErrors, AQuoteThatIsNotClosedIsAnErrorWhereItBegins) {
    for (const char* quote : {"'", "\""}) {
        EXPECT_THAT(load_error(std::string("a: 1\nb: ") + quote + "open\nc: 2\nd: 3\n"),
                    StartsWith("exp.yaml:2: a quoted text begins here or below and is not closed"));
    }
}

TEST(YamlErrors, ABracketThatIsNotClosedIsAnError) {
    EXPECT_THAT(load_error("a: [1, 2\n"), StartsWith("exp.yaml:1: "));
    EXPECT_THAT(load_error("a: [1, 2\n"), HasSubstr("every [ its ]"));
    EXPECT_THAT(load_error("a: {b: 1\n"), HasSubstr("every [ needs its ] and every { its }"));
    EXPECT_THAT(load_error("a: ]\n"), StartsWith("exp.yaml:1: not valid YAML"));
}

TEST(YamlErrors, AnchorsAliasesMergeKeysAndTagsAreRefused) {
    EXPECT_EQ(load_error("a: &x 1\nb: *x\n"),
              "exp.yaml:1: the anchor &x is not supported\n"
              "  hint: write the value out where it is used");
    EXPECT_THAT(load_error("a: 1\nb: *x\n"), StartsWith("exp.yaml:2: "));
    EXPECT_THAT(load_error("a:\n  <<: {b: 1}\n"),
                StartsWith("exp.yaml:2: the merge key << is not supported"));
    EXPECT_THAT(load_error("a: !!str 5\n"), HasSubstr("exp.yaml:1: the tag"));
    EXPECT_THAT(load_error("a: !mine {b: 1}\n"), HasSubstr("exp.yaml:1: the tag \"!mine\""));
}

TEST(YamlErrors, TheTopIsAMapping) {
    EXPECT_THAT(load_error("hello\n"),
                StartsWith("exp.yaml:1: a mapping (key: value) was expected, found the text"));
    EXPECT_THAT(load_error("- a\n"),
                StartsWith("exp.yaml:1: a mapping (key: value) was expected, found a list"));
}

TEST(YamlErrors, OneDocumentOnly) {
    EXPECT_THAT(load_error("a: 1\n---\nb: 2\n"),
                StartsWith("exp.yaml:2: a second document starts here"));
    EXPECT_EQ(tree_of("---\na: 1\n...\n").text_at("a"), "1");
}

TEST(YamlErrors, KeysArePlainTexts) {
    EXPECT_THAT(load_error("? [1]\n: 2\n"), HasSubstr("a key must be a plain text"));
    EXPECT_THAT(load_error(": 5\n"), HasSubstr("a value without a key"));
    for (const char* key : {"a..b", ".a", "a.", "\"\""}) {
        EXPECT_THAT(load_error(std::string(key) + ": 1\n"), HasSubstr("is not a key"));
    }
}

TEST(YamlErrors, ListsHoldTextsAndRows) {
    EXPECT_THAT(load_error("a:\n  - b: 1\n"),
                StartsWith("exp.yaml:2: a mapping inside a list, which no parameter has"));
    EXPECT_THAT(load_error("a: [[[1]]]\n"), HasSubstr("lists are nested deeper"));
    EXPECT_THAT(load_error("a:\n  - 1\n  -\n"), HasSubstr("an empty element in a list"));
}

TEST(YamlErrors, NothingIsAnEmptyConfiguration) {
    for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
        EXPECT_FALSE(tree_of(text).has_section("a")) << text;
    }
}

TEST(YamlErrors, DeepNestingIsAnErrorNotACrash) {
    std::string blocks;
    for (std::size_t level = 0; level < 2000; ++level) {
        blocks += std::string(level, ' ') + "a:\n";
    }
    EXPECT_THAT(load_error(blocks), HasSubstr("nested deeper than 32 levels"));
    std::string braces;
    for (int level = 0; level < 100'000; ++level) {
        braces += "{a: ";
    }
    EXPECT_THAT(load_error("a: " + braces), HasSubstr("nested deeper than 32 levels"));
    EXPECT_THAT(load_error("a: " + std::string(100'000, '[')), HasSubstr("every [ its ]"));
    EXPECT_THAT(load_error("a: " + std::string(1000, '[') + std::string(1000, ']')),
                HasSubstr("lists are nested"));
    std::string dashes;
    for (int level = 0; level < 10'000; ++level) {
        dashes += "- ";
    }
    EXPECT_THAT(load_error("a:\n  " + dashes + "1\n"), HasSubstr("lists are nested"));
}

TEST(YamlErrors, AHugeFileIsAnErrorNotACrash) {
    const auto file = fresh_directory() / "huge.yaml";
    write_file(file, "a: " + std::string(std::size_t{20} << 20, 'x'));
    EXPECT_THAT(config_error([&] { ConfigTree::from_file(file); }),
                HasSubstr("a configuration has 16 MiB at most"));
}

TEST(YamlErrors, ALargeFileLoads) {
    std::string yaml = "keys:\n";
    for (int i = 0; i < 20'000; ++i) {
        yaml += "  k" + std::to_string(i) + ": " + std::to_string(i) + "\n";
    }
    EXPECT_EQ(tree_of(yaml).text_at("keys.k19999"), "19999");
}

TEST(YamlErrors, FilesThatCannotBeReadAreNamed) {
    const auto directory = fresh_directory();
    EXPECT_EQ(config_error([&] { ConfigTree::from_file(directory / "no.yaml"); }),
              (directory / "no.yaml").string() + ": cannot be read: No such file or directory");
    EXPECT_EQ(config_error([&] { ConfigTree::from_file(directory); }),
              directory.string() + ": is a directory; a YAML file was expected");
}

TEST(YamlErrors, ErrorsOfAFileNameThatFileAndLine) {
    const auto file = fresh_directory() / "exp.yaml";
    write_file(file, "a: 1\r\nb: [\r\n");
    EXPECT_THAT(config_error([&] { ConfigTree::from_file(file); }),
                StartsWith(file.string() + ":"));
}

}  // namespace
}  // namespace cortile
