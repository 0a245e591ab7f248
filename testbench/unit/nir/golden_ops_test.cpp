// SPDX-License-Identifier: Apache-2.0
// Linear nodes against PyTorch: the node's projection and bias applied to the golden input.
#include "testbench/unit/nir/golden_linear_ops.h"
#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::ConvolutionFields;
using test::Extents;
using test::NirGraph;

class GoldenOps : public test::NirTest {
  protected:
    // y of the linear node "op" between an Input and a layer of LI neurons.
    std::vector<double> evaluate(const Extents& in, const Extents& out,
                                 const std::vector<double>& x,
                                 const std::function<void(NirGraph&)>& op) {
        const Network n = import([&](NirGraph& g) {
            g.input("input", in);
            op(g);
            g.li("li", out);
            g.output("output", out);
            g.chain({"input", "op", "li", "output"});
        });
        EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
        EXPECT_EQ(n.projections.size(), 1u);
        EXPECT_TRUE(n.projections[0].connectivity->repeats_rows());
        std::vector<double> y = apply(*n.projections[0].connectivity, x);
        const std::vector<double> b = bias(n.populations[1]);
        for (std::size_t i = 0; i < y.size(); ++i) {
            y[i] += b[i];
        }
        return y;
    }
};

TEST_F(GoldenOps, Conv1dWithStrideAndPadding) {
    ConvolutionFields f;
    f.out_channels = 5;
    f.in_channels_per_group = 3;
    f.kernel = {4};
    f.weight = golden::conv1d::kWeight;
    f.bias = golden::conv1d::kBias;
    f.stride = {2};
    f.padding = {1};
    f.dilation = {1};
    f.input_shape = {{20}};
    EXPECT_EQ(evaluate({3, 20}, {5, 10}, golden::conv1d::kInput,
                       [&](NirGraph& g) { g.convolution("op", f); }),
              golden::conv1d::kOutput);
}

TEST_F(GoldenOps, Conv2dWithOblongKernelAndUnequalStrides) {
    ConvolutionFields f;
    f.out_channels = 4;
    f.in_channels_per_group = 2;
    f.kernel = {3, 5};
    f.weight = golden::conv2d_nonsquare::kWeight;
    f.bias = golden::conv2d_nonsquare::kBias;
    f.stride = {2, 1};
    f.padding = {1, 2};
    f.dilation = {1, 1};
    EXPECT_EQ(evaluate({2, 9, 11}, {4, 5, 11}, golden::conv2d_nonsquare::kInput,
                       [&](NirGraph& g) { g.convolution("op", f); }),
              golden::conv2d_nonsquare::kOutput);
}

TEST_F(GoldenOps, Conv2dPaddedValid) {
    ConvolutionFields f;
    f.out_channels = 3;
    f.in_channels_per_group = 2;
    f.kernel = {3, 3};
    f.weight = golden::conv2d_valid::kWeight;
    f.bias = golden::conv2d_valid::kBias;
    f.padding_text = "valid";
    EXPECT_EQ(evaluate({2, 7, 6}, {3, 5, 4}, golden::conv2d_valid::kInput,
                       [&](NirGraph& g) { g.convolution("op", f); }),
              golden::conv2d_valid::kOutput);
}

TEST_F(GoldenOps, AvgPool2dCountsThePadding) {
    const std::vector<double> y =
        evaluate({3, 7, 8}, {3, 4, 4}, golden::avg_pool::kInput, [](NirGraph& g) {
            g.pool("op", "AvgPool2d", {2, 3}, {2, 2}, {1, 1});
        });
    ASSERT_EQ(y.size(), golden::avg_pool::kOutput.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
        EXPECT_NEAR(y[i], golden::avg_pool::kOutput[i], 1e-6) << i;
    }
}

TEST_F(GoldenOps, SumPool2dAddsTheWindow) {
    EXPECT_EQ(evaluate({1, 2, 4}, {1, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8},
                       [](NirGraph& g) {
                           g.pool("op", "SumPool2d", {2, 2}, {2, 2}, {0, 0});
                       }),
              (std::vector<double>{14, 22}));
}

TEST_F(GoldenOps, EvenKernelPaddedSamePadsMoreRightAndBelow) {
    // y[i] = x[i] + 10 x[i + 1]: nothing in front, one zero behind.
    ConvolutionFields f;
    f.kernel = {2};
    f.weight = {1, 10};
    f.padding_text = "same";
    EXPECT_EQ(evaluate({1, 3}, {1, 3}, {1, 2, 3}, [&](NirGraph& g) { g.convolution("op", f); }),
              (std::vector<double>{21, 32, 3}));
}

}  // namespace
}  // namespace cortile
