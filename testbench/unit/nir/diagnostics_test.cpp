// SPDX-License-Identifier: Apache-2.0
// Files that are HDF5 but no usable network: each is refused with its place and reason.
#include <cmath>
#include <limits>

#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::ConvolutionFields;
using test::Extents;
using test::NeuronFields;
using test::NirGraph;

class Diagnostics : public test::NirTest {
  protected:
    // Input -> op -> LIF of `out` -> Output.
    void write_op(const Extents& in, const Extents& out, const std::function<void(NirGraph&)>& op) {
        write([&](NirGraph& g) {
            g.input("input", in);
            op(g);
            g.lif("lif", out);
            g.output("output", out);
            g.chain({"input", "op", "lif", "output"});
        });
    }

    void write_lif(const NeuronFields& fields) {
        write([&](NirGraph& g) {
            g.input("input", {2});
            g.lif("lif", {2}, fields);
            g.output("output", {2});
            g.chain({"input", "lif", "output"});
        });
    }
};

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST_F(Diagnostics, UnknownNodeType) {
    write_op({1}, {1}, [](NirGraph& g) { g.node("op", "Softmax"); });
    expect_error({"/node/nodes/op/type", "Softmax", "CubaLIF"});
}

TEST_F(Diagnostics, MissingNodeType) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.group("/node/nodes/blank");
    writer.close();
    expect_error({"/node/nodes/blank/type", "missing"});
}

TEST_F(Diagnostics, MissingField) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.remove("/node/nodes/lif/v_threshold");
    writer.close();
    expect_error({"/node/nodes/lif/v_threshold", "missing", "LIF"});
}

TEST_F(Diagnostics, AffineWithoutBiasHintsAtLinear) {
    write_op({1}, {1}, [](NirGraph& g) {
        g.node("op", "Affine");
        g.reals("op", "weight", {1}, {1, 1});
    });
    expect_error({"/node/nodes/op/bias", "Linear"});
}

TEST_F(Diagnostics, UnknownFieldIsReportedNotRefused) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.reals("lif", "v_treshold", {1}, {});
    });
    EXPECT_TRUE(warned(n, {"/node/nodes/lif/v_treshold", "ignored"})) << all_warnings(n);
}

TEST_F(Diagnostics, TextWhereNumbersBelong) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.remove("/node/nodes/lif/tau");
    writer.text("/node/nodes/lif/tau", "20 ms");
    writer.close();
    expect_error({"/node/nodes/lif/tau", "expected numbers"});
}

TEST_F(Diagnostics, CompoundDataset) {
    write(test::small_network);
    {
        const hdf5::Handle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        H5Ldelete(file.get(), "/node/nodes/lif/tau", H5P_DEFAULT);
        const hdf5::Handle type(H5Tcreate(H5T_COMPOUND, 8), H5Tclose);
        H5Tinsert(type.get(), "x", 0, H5T_IEEE_F64LE);
        const hdf5::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
        const hdf5::Handle made(H5Dcreate2(file.get(), "/node/nodes/lif/tau", type.get(),
                                           space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                H5Dclose);
    }
    expect_error({"/node/nodes/lif/tau", "neither a number nor a string"});
}

TEST_F(Diagnostics, NanWeight) {
    write_op({2}, {1}, [](NirGraph& g) { g.linear("op", 1, 2, {1, kNan}); });
    expect_error({"/node/nodes/op/weight", "element 1 is nan"});
}

TEST_F(Diagnostics, InfiniteParameter) {
    write_lif({.v_threshold = {1, kInfinity}});
    expect_error({"/node/nodes/lif/v_threshold", "element 1 is inf"});
}

TEST_F(Diagnostics, WeightBeyondSinglePrecision) {
    write(
        [](NirGraph& g) {
            g.input("input", {1});
            g.linear("op", 1, 1, {1e300});
            g.lif("lif", {1});
            g.chain({"input", "op", "lif"});
        },
        {.number = test::NumberType::f64});
    expect_error({"/node/nodes/op/weight", "1e+300"});
}

TEST_F(Diagnostics, TimeConstantThatIsNotPositive) {
    write_lif({.tau = {0.1, 0}});
    expect_error({"/node/nodes/lif/tau", "positive", "found 0"});
    write_lif({.tau = {-1}});
    expect_error({"/node/nodes/lif/tau", "found -1"});
}

TEST_F(Diagnostics, ParametersOfDifferentShape) {
    write([](NirGraph& g) {
        g.input("input", {2});
        g.node("lif", "LIF");
        g.reals("lif", "tau", {1, 1}, {2});
        g.reals("lif", "r", {1, 1, 1}, {3});
        g.reals("lif", "v_leak", {0}, {});
        g.reals("lif", "v_threshold", {1}, {});
        g.chain({"input", "lif"});
    });
    expect_error({"/node/nodes/lif/tau", "(2)", "r has (3)"});
}

TEST_F(Diagnostics, LayersThatDoNotFit) {
    write_op({2}, {4}, [](NirGraph& g) { g.linear("op", 3, 2, {1, 2, 3, 4, 5, 6}); });
    expect_error({"/node/nodes/lif", "'op' delivers (3)", "'lif' takes (4)"});
}

TEST_F(Diagnostics, SameNumberOfElementsInAnotherArrangement) {
    write([](NirGraph& g) {
        g.input("input", {2, 3, 3});
        g.lif("lif", {3, 3, 2});
        g.chain({"input", "lif"});
    });
    expect_error({"(2, 3, 3)", "(3, 3, 2)", "axes"});
}

TEST_F(Diagnostics, BiasOfWrongLength) {
    write_op({2}, {2}, [](NirGraph& g) { g.affine("op", 2, 2, {1, 2, 3, 4}, {1, 2, 3}); });
    expect_error({"/node/nodes/op/bias", "expected 2", "found 3"});
}

TEST_F(Diagnostics, WeightThatIsNoMatrix) {
    write_op({2}, {2}, [](NirGraph& g) {
        g.node("op", "Linear");
        g.reals("op", "weight", {1, 2}, {2});
    });
    expect_error({"/node/nodes/op/weight", "(outputs, inputs)", "(2)"});
}

TEST_F(Diagnostics, EdgeToANodeThatDoesNotExist) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.edge("fc", "lif1");
    });
    expect_error({"/node/edges", "edge 'fc' -> 'lif1'", "'lif1', which does not exist", "'lif'"});
}

TEST_F(Diagnostics, DanglingEdgeInANestedGraph) {
    write([](NirGraph& g) {
        g.input("input", {1});
        NirGraph inner = g.graph("lif1");
        inner.input("input", {1});
        inner.lif("lif1", {1});
        inner.output("output", {1});
        inner.chain({"input", "lif", "output"});
        g.output("output", {1});
        g.chain({"input", "lif1", "output"});
    });
    expect_error({"/node/nodes/lif1/edges", "'lif'", "'lif1'"});
}

TEST_F(Diagnostics, EdgesOfWrongShape) {
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    test::small_network(g);
    writer.numbers("/node/nodes/extra", {1}, {}, test::NumberType::f32);
    writer.close();
    expect_error({"/node/nodes/extra", "expected a group"});
}

TEST_F(Diagnostics, NestedGraphWithTwoInputs) {
    write([](NirGraph& g) {
        g.input("input", {1});
        NirGraph inner = g.graph("sub");
        inner.input("a", {1});
        inner.input("b", {1});
        inner.lif("lif", {1});
        inner.output("out", {1});
        inner.chain({"a", "lif", "out"});
        inner.chain({"b", "lif"});
        g.chain({"input", "sub"});
    });
    expect_error({"/node/nodes/sub", "exactly one Input", "found 2"});
}

TEST_F(Diagnostics, TwoNodesOfTheSameFullName) {
    write([](NirGraph& g) {
        g.input("input", {1});
        g.lif("sub.lif", {1});
        NirGraph inner = g.graph("sub");
        inner.input("in", {1});
        inner.lif("lif", {1});
        inner.output("out", {1});
        inner.chain({"in", "lif", "out"});
        g.output("output", {1});
        g.chain({"input", "sub.lif", "sub", "output"});
    });
    expect_error({"'sub.lif'", "rename"});
}

TEST_F(Diagnostics, CycleWithoutNeurons) {
    write([](NirGraph& g) {
        test::small_network(g);
        g.scale("s", {1, 1, 1});
        g.delay("d", {1e-3, 1e-3, 1e-3});
        g.chain({"s", "d", "s", "lif"});
    });
    expect_error({"cycle without neurons", "d, s"});
}

TEST_F(Diagnostics, NetworkWithoutNeurons) {
    write([](NirGraph& g) {
        g.input("input", {2});
        g.linear("fc", 1, 2, {1, 2});
        g.output("output", {1});
        g.chain({"input", "fc", "output"});
    });
    expect_error({"no connected neurons", "LIF"});
}

TEST_F(Diagnostics, LinearReadout) {
    write([](NirGraph& g) {
        g.input("input", {1});
        g.lif("lif", {1});
        g.affine("readout", 2, 1, {1, 2}, {0, 0});
        g.output("output", {2});
        g.chain({"input", "lif", "readout", "output"});
    });
    expect_error({"/node/nodes/readout", "Affine", "LI"});
}

TEST_F(Diagnostics, OutputThatNoNeuronReaches) {
    write([](NirGraph& g) {
        g.input("input", {1});
        g.lif("lif", {1});
        g.output("output", {1});
        g.edge("input", "lif");
        g.edge("input", "output");
    });
    expect_error({"no neuron reaches an Output"});
}

TEST_F(Diagnostics, NodeWithoutEdgesIsLeftOutAndReported) {
    const Network n = import([](NirGraph& g) {
        test::small_network(g);
        g.lif("lonely", {7});
    });
    EXPECT_EQ(n.populations.size(), 2u);
    EXPECT_TRUE(warned(n, {"/node/nodes/lonely", "no edge"})) << all_warnings(n);
}

TEST_F(Diagnostics, NegativeDelay) {
    write_op({1}, {1}, [](NirGraph& g) { g.delay("op", {-1e-3}); });
    expect_error({"/node/nodes/op/delay", "-0.001"});
}

TEST_F(Diagnostics, DelayBeyond16Bit) {
    write_op({1}, {1}, [](NirGraph& g) { g.delay("op", {66}); });
    expect_error({"/node/nodes/op/delay", "66000 timesteps", "65535"});
}

TEST_F(Diagnostics, DelaysThatAddUpBeyond16Bit) {
    write_op({1}, {1}, [](NirGraph& g) {
        g.delay("op", {40});
        g.delay("d2", {40});
        g.chain({"op", "d2", "lif"});
    });
    expect_error({"/node/nodes/d2", "65535"});
}

ConvolutionFields convolution() {
    ConvolutionFields f;
    f.out_channels = 2;
    f.in_channels_per_group = 1;
    f.kernel = {2, 2};
    f.weight.assign(8, 1.0);
    return f;
}

TEST_F(Diagnostics, ConvolutionChannelsThatDoNotFit) {
    write_op({3, 4, 4}, {2, 3, 3}, [](NirGraph& g) { g.convolution("op", convolution()); });
    expect_error({"/node/nodes/op/weight", "takes 1 input channels", "(3, 4, 4)"});
}

TEST_F(Diagnostics, ConvolutionOfAVector) {
    write_op({16}, {2, 3, 3}, [](NirGraph& g) { g.convolution("op", convolution()); });
    expect_error({"/node/nodes/op", "(channels, height, width)", "(16)"});
}

TEST_F(Diagnostics, KernelLargerThanTheInput) {
    write_op({1, 1, 4}, {2, 1, 3}, [](NirGraph& g) { g.convolution("op", convolution()); });
    expect_error({"/node/nodes/op", "kernel does not fit"});
}

TEST_F(Diagnostics, GroupsThatDoNotDivide) {
    ConvolutionFields f = convolution();
    f.groups = 4;
    write_op({4, 4, 4}, {2, 3, 3}, [&](NirGraph& g) { g.convolution("op", f); });
    expect_error({"/node/nodes/op/groups"});
}

TEST_F(Diagnostics, SamePaddingWithStride) {
    ConvolutionFields f = convolution();
    f.padding_text = "same";
    f.stride = {2, 2};
    write_op({1, 4, 4}, {2, 2, 2}, [&](NirGraph& g) { g.convolution("op", f); });
    expect_error({"/node/nodes/op/padding", "stride 1"});
}

TEST_F(Diagnostics, UnknownPadding) {
    ConvolutionFields f = convolution();
    f.padding_text = "reflect";
    write_op({1, 4, 4}, {2, 3, 3}, [&](NirGraph& g) { g.convolution("op", f); });
    expect_error({"/node/nodes/op/padding", "reflect", "valid"});
}

TEST_F(Diagnostics, StrideOfZero) {
    ConvolutionFields f = convolution();
    f.stride = {1, 0};
    write_op({1, 4, 4}, {2, 3, 3}, [&](NirGraph& g) { g.convolution("op", f); });
    expect_error({"/node/nodes/op/stride", "from 1", "found 0"});
}

TEST_F(Diagnostics, StoredInputShapeThatIsWrong) {
    ConvolutionFields f = convolution();
    f.input_shape = {{5, 4}};
    write_op({1, 4, 4}, {2, 3, 3}, [&](NirGraph& g) { g.convolution("op", f); });
    expect_error({"/node/nodes/op/input_shape", "(5, 4)", "(1, 4, 4)"});
}

TEST_F(Diagnostics, InputShapeOfMoreElementsThanCanBeIndexed) {
    write([](NirGraph& g) {
        g.input("input", {100000, 100000});
        g.lif("lif", {1});
        g.chain({"input", "lif"});
    });
    expect_error({"/node/nodes/input", "2^32 - 1"});
}

TEST_F(Diagnostics, TimeStepMustBePositive) {
    write(test::small_network);
    for (const double step : {0.0, -1e-3, kNan}) {
        NirOptions options;
        options.time_step = step;
        EXPECT_THROW(import_nir(path_, options), ConfigError);
    }
}

TEST_F(Diagnostics, TooManyParallelPaths) {
    write([](NirGraph& g) {
        g.input("input", {1});
        std::string last = "input";
        for (int i = 0; i < 24; ++i) {
            const std::string name = "s" + std::to_string(i);
            g.scale(name, {0.5});
            g.edge(last, name);
            g.edge(last, name);
            last = name;
        }
        g.lif("lif", {1});
        g.edge(last, "lif");
    });
    expect_error({"million paths"});
}

}  // namespace
}  // namespace cortile
