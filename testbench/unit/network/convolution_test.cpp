// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "hw_model/base/error.h"
#include "testbench/unit/network/dense_reference.h"
#include "workload/network/connectivity.h"

namespace cortile {
namespace {

using test::Draws;
using test::Matrix;
using test::matrix_of;
using test::zeros;

// The definition, output by output:
// y[o,oy,ox] = sum W[o,i',ky,kx] x[g Cig + i', oy s - p + ky d, ox s - p + kx d], 0 outside.
Matrix reference(const Convolution2d& c) {
    Matrix m = zeros(std::size_t{c.out_channels} * c.out_height * c.out_width,
                     std::size_t{c.in_channels} * c.in_height * c.in_width);
    const int per_group = static_cast<int>(c.in_channels / c.groups);
    const int group_outputs = static_cast<int>(c.out_channels / c.groups);
    const int height = static_cast<int>(c.in_height);
    const int width = static_cast<int>(c.in_width);
    std::size_t target = 0;
    for (int o = 0; o < static_cast<int>(c.out_channels); ++o) {
        for (int oy = 0; oy < static_cast<int>(c.out_height); ++oy) {
            for (int ox = 0; ox < static_cast<int>(c.out_width); ++ox, ++target) {
                std::size_t w = static_cast<std::size_t>(o) * static_cast<std::size_t>(per_group) *
                                c.kernel_height * c.kernel_width;
                for (int i = 0; i < per_group; ++i) {
                    for (int ky = 0; ky < static_cast<int>(c.kernel_height); ++ky) {
                        for (int kx = 0; kx < static_cast<int>(c.kernel_width); ++kx, ++w) {
                            const int y = oy * static_cast<int>(c.stride_y) -
                                          static_cast<int>(c.pad_top) +
                                          ky * static_cast<int>(c.dilation_y);
                            const int x = ox * static_cast<int>(c.stride_x) -
                                          static_cast<int>(c.pad_left) +
                                          kx * static_cast<int>(c.dilation_x);
                            if (y < 0 || y >= height || x < 0 || x >= width) {
                                continue;
                            }
                            const int channel = o / group_outputs * per_group + i;
                            m[target]
                             [static_cast<std::size_t>((channel * height + y) * width + x)] +=
                                c.weight[w];
                        }
                    }
                }
            }
        }
    }
    return m;
}

std::uint32_t extent(std::uint32_t in, std::uint32_t pads, std::uint32_t kernel,
                     std::uint32_t dilation, std::uint32_t stride) {
    return (in + pads - dilation * (kernel - 1) - 1) / stride + 1;
}

Convolution2d random_convolution(Draws& d) {
    Convolution2d c;
    c.groups = d.between(1, 3);
    c.in_channels = c.groups * d.between(1, 3);
    c.out_channels = c.groups * d.between(1, 3);
    c.kernel_height = d.between(1, 4);
    c.kernel_width = d.between(1, 5);
    c.stride_y = d.between(1, 3);
    c.stride_x = d.between(1, 3);
    c.dilation_y = d.between(1, 3);
    c.dilation_x = d.between(1, 3);
    c.pad_top = d.below(4);
    c.pad_left = d.below(4);
    const std::uint32_t pad_bottom = d.below(4);
    const std::uint32_t pad_right = d.below(4);
    c.in_height = c.dilation_y * (c.kernel_height - 1) + d.between(1, 5);
    c.in_width = c.dilation_x * (c.kernel_width - 1) + d.between(1, 5);
    c.out_height =
        extent(c.in_height, c.pad_top + pad_bottom, c.kernel_height, c.dilation_y, c.stride_y);
    c.out_width =
        extent(c.in_width, c.pad_left + pad_right, c.kernel_width, c.dilation_x, c.stride_x);
    c.weight.resize(std::size_t{c.out_channels} * (c.in_channels / c.groups) * c.kernel_height *
                    c.kernel_width);
    for (float& w : c.weight) {
        w = d.weight();
    }
    return c;
}

TEST(Convolution, RowsEqualTheDefinition) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Draws draws(seed);
        const Convolution2d c = random_convolution(draws);
        ASSERT_EQ(matrix_of(*make_convolution(c)), reference(c)) << "seed " << seed;
    }
}

// Strides and dilations leave gaps between the taps, where nothing is connected.
TEST(Convolution, WithZerosItHasATapForEachWeight) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Draws draws(seed);
        Convolution2d c = random_convolution(draws);
        const auto zeros = make_convolution(c)->with_zeros();
        std::fill(c.weight.begin(), c.weight.end(), 1.0F);
        const auto ones = make_convolution(c);
        std::vector<Connection> row, taps;
        for (std::uint32_t source = 0; source < ones->source_size(); ++source) {
            zeros->row(source, row);
            ones->row(source, taps);
            ASSERT_TRUE(std::equal(
                row.begin(), row.end(), taps.begin(), taps.end(),
                [](const Connection& a, const Connection& b) { return a.target == b.target; }))
                << "seed " << seed << ", source " << source;
        }
    }
}

TEST(Convolution, ChainOfTwoEqualsTheProduct) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Draws draws(seed);
        const Convolution2d a = random_convolution(draws);
        Convolution2d b;
        b.in_channels = b.groups = b.out_channels = a.out_channels;
        b.in_height = a.out_height;
        b.in_width = a.out_width;
        b.kernel_height = b.kernel_width = b.stride_y = b.stride_x = 2;
        b.pad_top = b.pad_left = 1;
        b.out_height = extent(b.in_height, 2, 2, 1, 2);
        b.out_width = extent(b.in_width, 2, 2, 1, 2);
        b.weight.assign(std::size_t{b.out_channels} * 4, 1.0F);
        const auto chain = make_chain(make_convolution(a), make_convolution(b));
        ASSERT_EQ(matrix_of(*chain), test::product(reference(b), reference(a))) << "seed " << seed;
        ASSERT_TRUE(chain->repeats_rows());
    }
}

TEST(Convolution, EvenKernelPadsLessOnTopAndLeft) {
    // "same" for kernel 2: one row and column of padding in all, below and to the right.
    Convolution2d c;
    c.in_channels = c.out_channels = 1;
    c.in_height = c.in_width = c.out_height = c.out_width = 2;
    c.kernel_height = c.kernel_width = 2;
    c.weight = {1, 2, 3, 4};
    std::vector<Connection> row;
    make_convolution(c)->row(3, row);
    // Pixel (1,1) is seen by output (0,0) at tap (1,1), by (0,1) at (1,0), by (1,0) at (0,1).
    ASSERT_EQ(row.size(), 4u);
    EXPECT_EQ(row[0].weight, 4.0F);
    EXPECT_EQ(row[1].weight, 3.0F);
    EXPECT_EQ(row[2].weight, 2.0F);
    EXPECT_EQ(row[3].weight, 1.0F);
}

TEST(Convolution, GroupsMustDivideTheChannels) {
    Convolution2d c;
    c.in_channels = 3;
    c.out_channels = 2;
    c.groups = 2;
    c.in_height = c.in_width = c.out_height = c.out_width = 1;
    c.kernel_height = c.kernel_width = 1;
    c.weight.assign(3, 1.0F);
    EXPECT_THROW(make_convolution(c), ContractViolation);
}

TEST(Convolution, WeightOfWrongSizeIsRefused) {
    Convolution2d c;
    c.in_channels = c.out_channels = 1;
    c.in_height = c.in_width = c.out_height = c.out_width = 1;
    c.kernel_height = c.kernel_width = 1;
    c.weight.assign(2, 1.0F);
    EXPECT_THROW(make_convolution(c), ContractViolation);
}

}  // namespace
}  // namespace cortile
