// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/operations.h"

#include <gmock/gmock.h>

#include <fstream>

#include "cores/datapath/stimulus.h"
#include "hw_model/base/temporary_folder.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DatapathContract contract() {
    DatapathContract c;
    c.state = {{.name = "v", .width = 8, .is_signed = true, .initial = 3}};
    c.inputs = {{.name = "w", .width = 4, .lanes = 2}};
    c.parameters = {{.name = "u", .width = 8, .is_signed = true, .lowest = -127}};
    return c;
}

std::string message(const std::string& text) {
    try {
        parse_operation(contract(), text, "here");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Operations, TextReadsBackAsTheSameRow) {
    const std::vector<std::int64_t> row{-128, 15, 0, 128};
    EXPECT_EQ(operation_text(contract(), row), "v=-128,w[0]=15,w[1]=0,u=128");
    EXPECT_EQ(parse_operation(contract(), operation_text(contract(), row), ""), row);
}

TEST(Operations, WhatIsLeftOutIsTheInitialState) {
    EXPECT_THAT(parse_operation(contract(), "w[1]=7", ""), ElementsAre(3, 0, 7, 0));
}

TEST(Operations, MistakesAreNamed) {
    EXPECT_THAT(message("vv=1"), HasSubstr("did you mean v?"));
    EXPECT_THAT(message("v=128"), HasSubstr("v: 128 is outside -128 .. 127"));
    EXPECT_THAT(message("u=-128"), HasSubstr("-128 is outside -127 .. 128"));
    EXPECT_THAT(message("v=1x"), HasSubstr("expected an integer"));
    EXPECT_THAT(message("v"), HasSubstr("expected operand=value"));
}

TEST(Operations, CsvReadsBackAndNamesTheLineOfAMistake) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "operations_test.csv";
    const Operations rows{1, 2, 3, 4, -5, 6, 7, 8};
    write_operations(contract(), rows, file);
    EXPECT_EQ(read_operations(contract(), file), rows);
    std::ofstream(file, std::ios::app) << "1,2,3\n";
    try {
        read_operations(contract(), file);
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(), HasSubstr("operations_test.csv:4"));
        EXPECT_THAT(error.what(), HasSubstr("expected 4 columns, found 3"));
    }
}

TEST(Operations, CornersOfAFieldHoldItsEnds) {
    for (const DatapathField& field : {contract().state[0], contract().parameters[0]}) {
        EXPECT_THAT(
            corner_values(field),
            testing::AllOf(testing::Contains(field.minimum()), testing::Contains(field.maximum()),
                           testing::Contains(0), testing::Each(testing::Ge(field.minimum())),
                           testing::Each(testing::Le(field.maximum()))));
    }
}

}  // namespace
}  // namespace cortile
