// SPDX-License-Identifier: Apache-2.0
// Operations at the boundaries of a program, and the semantics' own interface.
#include "cores/datapath/equations/steering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cores/datapath/equations/equations_semantics.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using Row = std::vector<std::int64_t>;

const char* const kNeuron = R"(
    state v: u24 = 7
    input current: s20
    param threshold: u24
    output spike: bool
    v = sat(v - (v >> 4) + current, u24)
    spike = v >= threshold
    if spike { v = 0 }
)";

EquationsDatapath compiled(const std::string& text) {
    const SourceText source(text, "test");
    return {compile_equations(source), source, "equations"};
}

TEST(Steering, MeetsAThresholdThatRandomValuesWouldNot) {
    EquationsDatapath datapath = compiled(kNeuron);
    int at_threshold = 0, saturated = 0;
    for (std::uint32_t i = 0; i < 300; ++i) {
        const auto bits = philox({1, RandomUse::test}, i, 0);
        Row operation{bits[0] >> 8, static_cast<std::int64_t>(bits[1] >> 12) - (1 << 19),
                      bits[2] >> 8};
        const Row before = operation;
        steer_to_boundary(datapath.contract(), datapath, operation, bits[3], false);
        EXPECT_EQ(operation[0], before[0]) << "a state that is not free stays";
        Row result(2);
        datapath.run(operation, result);
        const std::int64_t exact = operation[0] - (operation[0] >> 4) + operation[1];
        at_threshold += std::llabs(exact - operation[2]) <= 1 ? 1 : 0;
        saturated += exact <= 1 && exact >= -1 ? 1 : 0;
    }
    EXPECT_GT(at_threshold, 60);
    EXPECT_GT(saturated, 5);
}

TEST(Steering, DirectedOperationsMeetEveryBoundaryFromBothSides) {
    EquationsDatapath datapath = compiled(kNeuron);
    const std::vector<Row> operations = boundary_operations(datapath.contract(), datapath);
    std::set<std::int64_t> threshold, low, high;
    for (const Row& operation : operations) {
        ASSERT_EQ(operation.size(), 3u);
        const std::int64_t exact = operation[0] - (operation[0] >> 4) + operation[1];
        threshold.insert(exact - operation[2]);
        low.insert(exact);
        high.insert(exact - ((1 << 24) - 1));
        for (std::size_t word = 0; word < 3; ++word) {
            const DatapathField& field = word == 0   ? datapath.contract().state[0]
                                         : word == 1 ? datapath.contract().inputs[0]
                                                     : datapath.contract().parameters[0];
            EXPECT_GE(operation[word], field.minimum());
            EXPECT_LE(operation[word], field.maximum());
        }
    }
    for (const std::int64_t near : {-1, 0, 1}) {
        EXPECT_TRUE(threshold.contains(near)) << near;
        EXPECT_TRUE(low.contains(near)) << near;
    }
    EXPECT_EQ(operations.front(), (Row{7, 0, 0})) << "the state after reset";
    EXPECT_LT(operations.size(), 1000u);
}

TEST(Steering, DirectedOperationsStartFromEnablesAtOneToo) {
    EquationsDatapath datapath = compiled(R"(
        state v: s8 = -3
        input enable, ready: u1
        input a, b: u8
        if enable && ready { v = wrap(v + (a > b ? a : 1), s8) }
    )");
    const std::vector<Row> operations = boundary_operations(datapath.contract(), datapath);
    const auto has = [&](const Row& row) {
        return std::find(operations.begin(), operations.end(), row) != operations.end();
    };
    EXPECT_TRUE(has({-3, 1, 1, 0, 0}));
    EXPECT_TRUE(has({-3, 1, 1, 255, 0}));
    EXPECT_TRUE(has({127, 1, 1, 255, 255}));
    EXPECT_TRUE(has({-3, 0, 1, 0, 0})) << "each enable alone";
}

TEST(Steering, KeepsToAllowedValues) {
    EquationsDatapath datapath = compiled(R"(
        state v: u8
        param k: u3 in {1, 2, 4}
        output y: bool
        v = v >> k
        y = v > 9
    )");
    for (const Row& operation : boundary_operations(datapath.contract(), datapath)) {
        EXPECT_TRUE(operation[1] == 1 || operation[1] == 2 || operation[1] == 4);
    }
    Row operation{200, 4};
    ASSERT_TRUE(move_to_boundary(datapath.contract(), datapath, datapath.boundaries()[0], 0, 0, 0,
                                 operation) ||
                move_to_boundary(datapath.contract(), datapath, datapath.boundaries()[0], 1, 0, 0,
                                 operation));
    EXPECT_TRUE(operation[1] == 1 || operation[1] == 2 || operation[1] == 4);
}

TEST(Steering, KeepsToNarrowerLimits) {
    EquationsDatapath datapath = compiled(kNeuron);
    DatapathContract contract = datapath.contract();
    contract.parameters[0].allowed = {5000};
    contract.inputs[0].least = 0;
    contract.inputs[0].most = 100;
    int at_threshold = 0;
    for (const Row& operation : boundary_operations(contract, datapath)) {
        ASSERT_EQ(operation[2], 5000);
        ASSERT_TRUE(operation[1] >= 0 && operation[1] <= 100) << operation[1];
        at_threshold += operation[0] - (operation[0] >> 4) + operation[1] == 5000 ? 1 : 0;
    }
    EXPECT_GT(at_threshold, 0);
}

TEST(Steering, FindsBoundariesOfTheWidestFields) {
    EquationsDatapath datapath =
        compiled("state v: s62\ninput a: s62\noutput y: bool\ny = v + a > 12345678901234567");
    Row operation{-(std::int64_t{1} << 60), 5};
    ASSERT_TRUE(move_to_boundary(datapath.contract(), datapath, datapath.boundaries()[0], 0, 0, 0,
                                 operation));
    EXPECT_EQ(operation[0] + operation[1], 12345678901234567);
}

Parameters options(const DatapathSemantics& semantics, const std::string& yaml) {
    return ConfigTree::from_text(yaml, "datapath.yaml", ".").resolve(semantics.schema());
}

TEST(EquationsSemantics, TakesItsProgramFromTheFile) {
    const auto semantics = make_equations_semantics();
    const auto reference =
        semantics->make(options(*semantics,
                                "reference:\n  program: |\n    state v: u8   # v\n"
                                "    input a: u8\n    v = sat(v + a, u8)\n"));
    EXPECT_EQ(reference->contract().semantics, "equations");
    Row result(1);
    reference->run(Row{200, 100}, result);
    EXPECT_EQ(result, Row{255});
    EXPECT_FALSE(semantics->directed(reference->contract(), *reference).empty());
}

TEST(EquationsSemantics, SaysWhereAProgramIsWrong) {
    const auto semantics = make_equations_semantics();
    const auto message = [&](const std::string& yaml) -> std::string {
        try {
            semantics->make(options(*semantics, yaml));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_THAT(
        message("reference:\n  program: |\n    state v: u8\n    v = w\n"),
        testing::HasSubstr("datapath.yaml:2: reference.program: line 2: w is not declared"));
    EXPECT_THAT(message("{}"), testing::HasSubstr("the semantics equations need a program"));
    EXPECT_THAT(message("reference:\n  program: v = 1\n  program_file: x.txt\n"),
                testing::HasSubstr("both given"));
    EXPECT_THAT(message("reference:\n  program_file: /nowhere/x.txt\n"),
                testing::HasSubstr("/nowhere/x.txt cannot be read"));
}

}  // namespace
}  // namespace cortile
