// SPDX-License-Identifier: Apache-2.0
// Defects of files that exporters really wrote: read with a warning, refused with strict types.
#include <gmock/gmock.h>

#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::NirGraph;
using ::testing::ElementsAre;

class Repairs : public test::NirTest {};

TEST_F(Repairs, MissingInputAndOutputAreImplied) {
    write([](NirGraph& g) {
        g.linear("fc", 3, 2, {1, 2, 3, 4, 5, 6});
        g.lif("lif", {3});
        g.edge("fc", "lif");
    });
    const Network n = expect_guess({"/node/nodes/fc", "no Input node"});
    EXPECT_TRUE(warned(n, {"/node/nodes/lif", "no Output node"}));
    EXPECT_THAT(names(n), ElementsAre("input_0", "lif"));
    EXPECT_EQ(n.populations[0].shape, Shape{2});
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{1u}));
}

TEST_F(Repairs, LoneNeuronGetsBothPorts) {
    write([](NirGraph& g) { g.lif("lif", {4}); });
    const Network n = import_nir(path_, {});
    EXPECT_THAT(names(n), ElementsAre("input_0", "lif"));
    EXPECT_EQ(n.populations[0].size, 4u);
}

TEST_F(Repairs, ImpliedNameDoesNotCollide) {
    write([](NirGraph& g) {
        g.lif("input_0", {1});
        g.output("output", {1});
        g.edge("input_0", "output");
    });
    EXPECT_THAT(names(import_nir(path_, {})), ElementsAre("input_1", "input_0"));
}

TEST_F(Repairs, BatchDimensionIsDropped) {
    write([](NirGraph& g) {
        g.input("input", {1, 1, 4, 4});
        test::ConvolutionFields f;
        f.out_channels = 2;
        f.kernel = {3, 3};
        f.weight.assign(18, 1.0);
        g.convolution("conv", f);
        g.if_("if1", {1, 2, 2, 2});
        g.flatten("flat", 1, -1, {0, 0, 0, 0});
        g.linear("fc", 3, 8, std::vector<double>(24, 1.0));
        g.if_("if2", {1, 3});
        g.output("output", {1, 3});
        g.chain({"input", "conv", "if1", "flat", "fc", "if2", "output"});
    });
    const Network n = expect_guess({"batch dimension of 1", "input", "if2"});
    EXPECT_EQ(n.populations[0].shape, (Shape{1, 4, 4}));
    EXPECT_EQ(n.populations[1].shape, (Shape{2, 2, 2}));
    EXPECT_EQ(n.populations[2].shape, Shape{3});
    EXPECT_EQ(n.warnings.size(), 1u) << all_warnings(n);
}

TEST_F(Repairs, OneChannelIsNoBatch) {
    const Network n = import([](NirGraph& g) {
        g.input("input", {1, 4});
        test::ConvolutionFields f;
        f.kernel = {2};
        f.weight = {1, 2};
        g.convolution("conv", f);
        g.if_("if", {1, 3});
        g.output("output", {1, 3});
        g.chain({"input", "conv", "if", "output"});
    });
    EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
    EXPECT_EQ(n.populations[1].shape, (Shape{1, 3}));
}

TEST_F(Repairs, FlattenThatCountsABatchFlattensEverything) {
    write([](NirGraph& g) {
        g.input("input", {2, 2, 2});
        g.flatten("flat", 1, -1, {2, 2, 2});
        g.linear("fc", 1, 8, {1, 2, 3, 4, 5, 6, 7, 8});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "flat", "fc", "lif", "output"});
    });
    const Network n = expect_guess({"/node/nodes/flat", "everything flattened"});
    EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 0, 0, 0, 0, 0, 0, 10}),
              std::vector<double>{81});
}

TEST_F(Repairs, FlattenOfAVectorChangesNothing) {
    write([](NirGraph& g) {
        g.input("input", {8});
        g.flatten("flat", 1, -1);
        g.lif("lif", {8});
        g.output("output", {8});
        g.chain({"input", "flat", "lif", "output"});
    });
    EXPECT_EQ(expect_guess({"/node/nodes/flat"}).populations[1].size, 8u);
}

TEST_F(Repairs, InputOfTimeAndChannels) {
    write([](NirGraph& g) {
        g.input("input", {256, 2});
        g.linear("fc", 1, 2, {1, 2});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "fc", "lif", "output"});
    });
    const Network n = expect_guess({"/node/nodes/input/shape", "(256, 2)", "timesteps"});
    EXPECT_EQ(n.populations[0].shape, Shape{2});
}

TEST_F(Repairs, InputOfTimeAndImages) {
    write([](NirGraph& g) {
        g.input("input", {100, 2, 4, 4});
        g.pool("pool", "SumPool2d", {2, 2}, {2, 2}, {0, 0});
        g.if_("if", {2, 2, 2});
        g.output("output", {2, 2, 2});
        g.chain({"input", "pool", "if", "output"});
    });
    EXPECT_EQ(expect_guess({"/node/nodes/input/shape"}).populations[0].shape, (Shape{2, 4, 4}));
}

TEST_F(Repairs, PortsThatCountTimestepsAroundOneNeuron) {
    write([](NirGraph& g) {
        g.input("input", {1000});
        g.lif("lif", {1});
        g.output("output", {1000});
        g.chain({"input", "lif", "output"});
    });
    const Network n = expect_guess({"/node/nodes/input/shape", "(1000)"});
    EXPECT_TRUE(warned(n, {"/node/nodes/output/shape", "(1000)"}));
    EXPECT_EQ(n.populations[0].size, 1u);
}

TEST_F(Repairs, OutputOfOnes) {
    write([](NirGraph& g) {
        g.input("input", {1});
        g.lif("lif", {1});
        g.output("output", {1, 1, 1});
        g.chain({"input", "lif", "output"});
    });
    expect_guess({"/node/nodes/output/shape", "(1, 1, 1)"});
}

TEST_F(Repairs, ImageIntoAMatrixIsRowMajor) {
    write([](NirGraph& g) {
        g.input("input", {1, 2, 2});
        g.linear("fc", 1, 4, {1, 2, 3, 4});
        g.lif("lif", {1});
        g.output("output", {1});
        g.chain({"input", "fc", "lif", "output"});
    });
    expect_guess({"'input' delivers (1, 2, 2)", "row-major"});
}

TEST_F(Repairs, InlinedNestedGraphIsReconnected) {
    write([](NirGraph& g) {
        g.input("input", {2});
        g.linear("fc1", 3, 2, {1, 2, 3, 4, 5, 6});
        g.input("lif1.input", {3});
        g.lif("lif1.lif", {3});
        g.output("lif1.output", {3});
        g.linear("fc2", 1, 3, {1, 1, 1});
        g.lif("lif2", {1});
        g.output("output", {1});
        g.chain({"input", "fc1", "lif1", "fc2", "lif2", "output"});
        g.chain({"lif1.input", "lif1.lif", "lif1.output"});
    });
    const Network n = expect_guess({"/node/edges", "'fc1' -> 'lif1'", "'lif1.input' taken"});
    EXPECT_THAT(names(n), ElementsAre("input", "lif1.lif", "lif2"));
    EXPECT_THAT(n.inputs, ElementsAre(PopulationId{0u}));
    EXPECT_THAT(n.outputs, ElementsAre(PopulationId{2u}));
}

TEST_F(Repairs, NestedPortOfWrongShapeIsOnlyAPort) {
    write([](NirGraph& g) {
        g.input("input", {2});
        NirGraph inner = g.graph("sub");
        inner.input("in", {12});
        inner.lif("lif", {2});
        inner.output("out", {2});
        inner.chain({"in", "lif", "out"});
        g.output("output", {2});
        g.chain({"input", "sub", "output"});
    });
    expect_guess({"/node/nodes/sub/nodes/in/shape", "(12)", "(2)"});
}

TEST_F(Repairs, NestedGraphWithoutPorts) {
    write([](NirGraph& g) {
        g.input("input", {2});
        NirGraph inner = g.graph("sub");
        inner.scale("s", {2, 3});
        inner.lif("lif", {2});
        inner.edge("s", "lif");
        g.output("output", {2});
        g.chain({"input", "sub", "output"});
    });
    const Network n = expect_guess({"/node/nodes/sub", "without Input", "'sub.s'"});
    EXPECT_THAT(names(n), ElementsAre("input", "sub.lif"));
}

TEST_F(Repairs, NeuronOfScalarsTakesItsSizeFromTheLayerInFront) {
    write([](NirGraph& g) {
        g.input("input", {2});
        g.linear("fc", 3, 2, {1, 2, 3, 4, 5, 6});
        g.lif("lif", {}, {.scalars = true});
        g.output("output", {3});
        g.chain({"input", "fc", "lif", "output"});
    });
    const Network n = expect_guess({"/node/nodes/lif", "scalars", "(3)"});
    EXPECT_EQ(n.populations[1].size, 3u);
}

TEST_F(Repairs, StrictTypesAcceptASoundFile) {
    NirOptions strict;
    strict.strict_types = true;
    EXPECT_TRUE(import(test::small_network, strict).warnings.empty());
}

}  // namespace
}  // namespace cortile
