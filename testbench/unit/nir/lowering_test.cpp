// SPDX-License-Identifier: Apache-2.0
// From nodes and edges to populations and projections.
#include <gmock/gmock.h>

#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::NirGraph;
using ::testing::ElementsAre;

class Lowering : public test::NirTest {};

TEST_F(Lowering, ChainBecomesPopulationsAndOneProjection) {
    const Network n = import(test::small_network);
    EXPECT_THAT(names(n), ElementsAre("input", "lif"));
    ASSERT_EQ(n.projections.size(), 1u);
    EXPECT_EQ(n.projections[0].name, "fc");
    EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 10}), (std::vector<double>{21, 43, 65}));
    EXPECT_THAT(n.inputs, ElementsAre(PopulationId{0u}));
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{1u}));
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
}

TEST_F(Lowering, EdgeWithoutLinearNodeIsOneToOne) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {3});
        g.if_("a", {3});
        g.if_("b", {3});
        g.output("output", {3});
        g.chain({"input", "a", "b", "output"});
    });
    ASSERT_EQ(n.projections.size(), 2u);
    EXPECT_EQ(n.projections[1].name, "a->b");
    EXPECT_EQ(apply(*n.projections[1].connectivity, {1, 2, 3}), (std::vector<double>{1, 2, 3}));
}

TEST_F(Lowering, PopulationsFollowTheEdgesNotTheNames) {
    const Network n = import([](NirGraph& g) {
        g.input("z", {1});
        for (const char* name : {"2", "10", "1"}) {
            g.if_(name, {1});
        }
        g.output("a", {1});
        g.edge("10", "1");
        g.edge("z", "2");
        g.edge("1", "a");
        g.edge("2", "10");
    });
    EXPECT_THAT(names(n), ElementsAre("z", "2", "10", "1"));
}

TEST_F(Lowering, RecurrenceIsAnOrdinaryProjection) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.linear("rec", 3, 3, {0, 1, 0, 0, 0, 2, 3, 0, 0});
        g.chain({"lif", "rec", "lif"});
    });
    ASSERT_EQ(n.projections.size(), 2u);
    EXPECT_EQ(n.projections[1].name, "rec");
    EXPECT_EQ(n.projections[1].source, n.projections[1].target);
    EXPECT_EQ(apply(*n.projections[1].connectivity, {1, 10, 100}),
              (std::vector<double>{10, 200, 3}));
}

TEST_F(Lowering, DuplicateEdgeAddsTwice) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.edge("fc", "lif");
    });
    std::vector<double> sum(3, 0.0);
    for (const Projection& p : n.projections) {
        const std::vector<double> y = apply(*p.connectivity, {1, 10});
        for (std::size_t i = 0; i < 3; ++i) {
            sum[i] += y[i];
        }
    }
    EXPECT_EQ(sum, (std::vector<double>{42, 86, 130}));
}

TEST_F(Lowering, ProjectionNamesAreUnique) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.edge("fc", "lif");
    });
    EXPECT_EQ(n.projections[0].name, "fc");
    EXPECT_EQ(n.projections[1].name, "fc#2");
}

TEST_F(Lowering, LinearNodesInARowAreMultiplied) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {2});
        g.linear("a", 2, 2, {1, 2, 3, 4});
        g.scale("s", {10, 100});
        g.linear("b", 1, 2, {1, 1});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "a", "s", "b", "lif", "output"});
    });
    ASSERT_EQ(n.projections.size(), 1u);
    EXPECT_EQ(n.projections[0].name, "a+s+b");
    EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 0}), std::vector<double>{310});
    EXPECT_EQ(apply(*n.projections[0].connectivity, {0, 1}), std::vector<double>{420});
}

// Two sources feed a, which reaches the neuron along two paths: its bias counts twice, not four
// times, and passes through what follows.
TEST_F(Lowering, BiasCountsOncePerPathFromItsNode) {
    const Network n = import([](NirGraph& g) {
        g.input("x", {1});
        g.input("y", {1});
        g.affine("a", 1, 1, {1}, {5});
        g.scale("double", {2});
        g.affine("b", 1, 1, {10}, {7});
        g.lif("lif", {1});
        g.output("output", {1});
        g.edge("x", "a");
        g.edge("y", "a");
        g.chain({"a", "double", "lif", "output"});
        g.chain({"a", "b", "lif"});
    });
    EXPECT_EQ(n.projections.size(), 4u);
    EXPECT_EQ(bias(n.populations[2]), std::vector<double>{5 * 2 + 5 * 10 + 7});
}

TEST_F(Lowering, RecurrentBiasIsConstantToo) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {2});
        g.affine("fc", 2, 2, {1, 0, 0, 1}, {0.5, 1});
        g.cuba_lif("lif", {2});
        g.affine("rec", 2, 2, {1, 1, 1, 1}, {0.25, -1});
        g.output("output", {2});
        g.chain({"input", "fc", "lif", "output"});
        g.chain({"lif", "rec", "lif"});
    });
    EXPECT_EQ(bias(n.populations[1]), (std::vector<double>{0.75, 0}));
    EXPECT_EQ(n.populations[1].recurrent_bias.values, (std::vector<double>{0.25, -1}));
}

// Of a loop through two populations only the edge back closes the cycle.
TEST_F(Lowering, ABiasIsRecurrentWhereOnlyFeedbackReachesIt) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {1});
        g.affine("in", 1, 1, {1}, {1});
        g.lif("first", {1});
        g.affine("forth", 1, 1, {1}, {10});
        g.lif("second", {1});
        g.affine("back", 1, 1, {1}, {100});
        g.affine("both", 1, 1, {1}, {1000});
        g.output("output", {1});
        g.chain({"input", "in", "first", "forth", "second", "output"});
        g.chain({"second", "back", "first"});
        g.chain({"input", "both", "first"});
        g.chain({"second", "both"});
    });
    EXPECT_EQ(bias(n.populations[1]), std::vector<double>{1101});
    EXPECT_EQ(n.populations[1].recurrent_bias.values, std::vector<double>{100});
    EXPECT_EQ(bias(n.populations[2]), std::vector<double>{10});
    EXPECT_EQ(n.populations[2].recurrent_bias.values, std::vector<double>{0});
}

TEST_F(Lowering, ConvolutionBiasIsSpreadOverItsChannel) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {1, 2, 2});
        test::ConvolutionFields f;
        f.out_channels = 2;
        f.weight = {1, 1};
        f.bias = {3, 4};
        g.convolution("conv", f);
        g.pool("pool", "SumPool2d", {2, 2}, {2, 2}, {0, 0});
        g.if_("if", {2, 1, 1});
        g.output("output", {2, 1, 1});
        g.chain({"input", "conv", "pool", "if", "output"});
    });
    EXPECT_EQ(bias(n.populations[1]), (std::vector<double>{12, 16}));
    EXPECT_TRUE(n.projections[0].connectivity->repeats_rows());
    EXPECT_EQ(n.projections[0].name, "conv+pool");
}

TEST_F(Lowering, DelayIsCountedInTimesteps) {
    NirOptions options;
    options.time_step = 1e-4;
    const Network n = import(
        [](NirGraph& g) {
            g.input("input", {2});
            g.delay("d1", {3e-4, 0});
            g.linear("fc", 1, 2, {1, 1});
            g.delay("d2", {1e-4});
            g.lif("lif", {1});
            g.output("output", {1});
            g.chain({"input", "d1", "fc", "d2", "lif", "output"});
        },
        options);
    std::vector<Connection> row;
    n.projections[0].connectivity->row(0, row);
    ASSERT_EQ(row.size(), 1u);
    EXPECT_EQ(row[0].delay, 4);
    n.projections[0].connectivity->row(1, row);
    EXPECT_EQ(row[0].delay, 1);
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
}

TEST_F(Lowering, DelayThatIsNoWholeTimestepIsRoundedAndReported) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {1});
        g.delay("d", {2.6e-3});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "d", "lif", "output"});
    });
    EXPECT_EQ(n.projections[0].connectivity->max_delay(), 3);
    EXPECT_TRUE(warned(n, {"/node/nodes/d/delay", "0.0026", "3 timesteps"})) << all_warnings(n);
}

TEST_F(Lowering, FlattenKeepsRowMajorOrder) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {2, 1, 2});
        g.flatten("flat", 0, -1);
        g.linear("fc", 1, 4, {1, 10, 100, 1000});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "flat", "fc", "lif", "output"});
    });
    EXPECT_EQ(n.projections[0].name, "fc");
    EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 2, 3, 4}), std::vector<double>{4321});
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
}

TEST_F(Lowering, MatrixWithLeadingDimensionsIsBlockDiagonal) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {2, 2});
        g.node("fc", "Linear");
        g.reals("fc", "weight", {1, 2, 3, 4}, {2, 1, 2});
        g.lif("lif", {2, 1});
        g.output("output", {2, 1});
        g.chain({"input", "fc", "lif", "output"});
    });
    EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 10, 100, 1000}),
              (std::vector<double>{21, 4300}));
}

TEST_F(Lowering, NestedGraphIsSpliced) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {2});
        g.linear("fc", 2, 2, {1, 0, 0, 1});
        NirGraph inner = g.graph("rec");
        inner.input("in", {2});
        inner.lif("lif", {2});
        inner.linear("w", 2, 2, {0, 1, 1, 0});
        inner.output("out", {2});
        inner.chain({"in", "lif", "out"});
        inner.chain({"lif", "w", "lif"});
        g.output("output", {2});
        g.chain({"input", "fc", "rec", "output"});
    });
    EXPECT_THAT(names(n), ElementsAre("input", "rec.lif"));
    ASSERT_EQ(n.projections.size(), 2u);
    EXPECT_EQ(n.projections[0].name, "fc");
    EXPECT_EQ(n.projections[1].name, "rec.w");
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{1u}));
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
}

TEST_F(Lowering, GraphsNestTwiceOver) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {1});
        NirGraph a = g.graph("a");
        a.input("input", {1});
        NirGraph b = a.graph("b");
        b.input("input", {1});
        b.lif("lif", {1});
        b.output("output", {1});
        b.chain({"input", "lif", "output"});
        a.output("output", {1});
        a.chain({"input", "b", "output"});
        g.output("output", {1});
        g.chain({"input", "a", "output"});
    });
    EXPECT_THAT(names(n), ElementsAre("input", "a.b.lif"));
}

TEST_F(Lowering, SeveralInputsAndOutputsKeepAStableOrder) {
    const Network n = import([](NirGraph& g) {
        g.input("right", {1});
        g.input("left", {1});
        g.lif("a", {1});
        g.lif("b", {1});
        g.output("o2", {1});
        g.output("o1", {1});
        g.chain({"right", "b", "o1"});
        g.chain({"left", "a", "o2"});
    });
    EXPECT_THAT(names(n), ElementsAre("left", "a", "right", "b"));
    EXPECT_THAT(n.inputs, ElementsAre(PopulationId{0u}, PopulationId{2u}));
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{1u}, PopulationId{3u}));
}

TEST_F(Lowering, FlattenMayStandBeforeTheOutput) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {3, 1, 1});
        g.if_("if", {3, 1, 1});
        g.flatten("flat", 0, -1);
        g.scale("one", {1, 1, 1});
        g.output("output", {3});
        g.chain({"input", "if", "flat", "one", "output"});
    });
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{1u}));
}

TEST_F(Lowering, EdgeOrderDoesNotMatter) {
    const auto build = [this](bool reversed) {
        return import([reversed](NirGraph& g) {
            g.input("input", {2});
            g.linear("a", 2, 2, {1, 2, 3, 4});
            g.linear("b", 2, 2, {5, 6, 7, 8});
            g.lif("l1", {2});
            g.lif("l2", {2});
            g.output("output", {2});
            std::vector<std::pair<const char*, const char*>> edges{{"input", "a"},   {"input", "b"},
                                                                   {"a", "l1"},      {"b", "l2"},
                                                                   {"l1", "output"}, {"l2", "l1"}};
            if (reversed) {
                std::reverse(edges.begin(), edges.end());
            }
            for (const auto& [from, to] : edges) {
                g.edge(from, to);
            }
        });
    };
    const Network forward = build(false);
    const Network backward = build(true);
    EXPECT_EQ(names(forward), names(backward));
    ASSERT_EQ(forward.projections.size(), backward.projections.size());
    for (std::size_t i = 0; i < forward.projections.size(); ++i) {
        EXPECT_EQ(forward.projections[i].name, backward.projections[i].name);
    }
}

}  // namespace
}  // namespace cortile
