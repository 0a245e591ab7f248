// SPDX-License-Identifier: Apache-2.0
// The incremental count while cutting against the plain count of measure(), and sharing of rows.
#include <gmock/gmock.h>

#include <algorithm>

#include "testbench/unit/mapping/mapping_networks.h"
#include "workload/mapping/contiguous_partition.h"
#include "workload/mapping/measure.h"

namespace cortile {
namespace {

std::vector<Piece> pieces_of(PopulationId p, const std::vector<Run>& runs) {
    std::vector<Piece> pieces;
    for (const Run& run : runs) {
        pieces.push_back({p, run.begin, run.end});
    }
    return pieces;
}

CoreUse use_of_run(const QuantizedNetwork& network, const CoreLimits& limits, PopulationId p,
                   std::uint32_t begin, std::uint32_t end) {
    std::vector<Piece> pieces;
    if (begin > 0) {
        pieces.push_back({p, 0, begin});
    }
    pieces.push_back({p, begin, end});
    const std::size_t at = pieces.size() - 1;
    if (end < network[p].size) {
        pieces.push_back({p, end, network[p].size});
    }
    return core_use(pieces[at], measure(network, limits, pieces, {}).pieces[at]);
}

// Every run fits, and none could have taken one neuron more.
void expect_greedy(const QuantizedNetwork& network, const CoreLimits& limits, PopulationId p) {
    const std::vector<Run> runs = contiguous_runs(network, p, limits).runs;
    ASSERT_GT(runs.size(), 2u);
    std::uint32_t next = 0;
    for (const Run& run : runs) {
        EXPECT_EQ(run.begin, next);
        next = run.end;
        Resource shortage{};
        EXPECT_FALSE(exceeds(use_of_run(network, limits, p, run.begin, run.end), limits, shortage));
        if (run.end < network[p].size) {
            EXPECT_TRUE(
                exceeds(use_of_run(network, limits, p, run.begin, run.end + 1), limits, shortage))
                << run.begin << " to " << run.end;
            EXPECT_EQ(shortage, run.limited_by);
        }
    }
    EXPECT_EQ(next, network[p].size);
}

QuantizedNetwork sparse_network() {
    NetworkBuilder b;
    const auto in = b.input(150), fc = b.neurons("fc", {400});
    b.connect(in, fc, random_sparse(150, 400, 0.1, 3))
        .connect(fc, fc, random_sparse(400, 400, 0.05, 4));
    b.network().projections[1].weight_bits = 5;
    return b.network();
}

TEST(ContiguousRuns, AreAsLongAsSynapseMemoryAllows) {
    CoreLimits limits = unlimited();
    limits.synapse_memory_bits = 40000;
    expect_greedy(sparse_network(), limits, PopulationId{1u});
}

TEST(ContiguousRuns, AreAsLongAsInputAxonsAllow) {
    CoreLimits limits = unlimited();
    limits.input_axons = 420;
    expect_greedy(sparse_network(), limits, PopulationId{1u});
}

TEST(ContiguousRuns, AreAsLongAsMemoryAllowsWithDenseRows) {
    NetworkBuilder b;
    const auto in = b.input(60), fc = b.neurons("fc", {300});
    b.connect(in, fc, random_sparse(60, 300, 0.9, 5)).connect(in, fc, all_to_all(60, 300));
    CoreLimits limits = unlimited();
    limits.packing.stores_index = false;
    limits.synapse_memory_bits = 100000;
    expect_greedy(b.network(), limits, PopulationId{1u});
}

TEST(ContiguousRuns, AreAsLongAsMemoryAllowsWithSharedRows) {
    NetworkBuilder b;
    const auto in = b.input(2 * 64), conv = b.neurons("conv", {512});
    b.connect(in, conv, convolution_3x3(2, 8, 8));
    CoreLimits limits = unlimited();
    limits.synapse_memory_bits = 9000;
    expect_greedy(b.network(), limits, PopulationId{1u});
}

TEST(ContiguousRuns, WholeChannelsWherePossible) {
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {8, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 8, 8));
    CoreLimits limits = unlimited();
    limits.neurons = 200;  // three channels and a bit; three cores either way
    const auto runs = contiguous_runs(b.network(), conv, limits).runs;
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].end, 192u);
    EXPECT_EQ(runs[1].end, 384u);
}

TEST(ContiguousRuns, WholeImageRowsWhereAChannelIsTooLarge) {
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {1, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 1, 8));
    CoreLimits limits = unlimited();
    limits.neurons = 28;  // three rows and a half
    const auto runs = contiguous_runs(b.network(), conv, limits).runs;
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].end, 24u);
}

TEST(ContiguousRuns, AlignmentDoesNotCostCores) {
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {4, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 4, 8));
    CoreLimits limits = unlimited();
    limits.neurons = 100;  // aligned to channels: 4 cores; free: 3
    EXPECT_EQ(contiguous_runs(b.network(), conv, limits).runs.size(), 3u);
}

TEST(ContiguousRuns, BandsOfImageRowsWhereChannelsShareTheirInputs) {
    // A band of r output rows needs r + 2 input rows of 8 pixels whatever the number of channels:
    // 40 input axons allow 3 rows, or 4 at an edge of the image. Channel by channel each of the 8
    // channels would take 2 cores and a neighbour's rest.
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {8, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 8, 8));
    CoreLimits limits = unlimited();
    limits.input_axons = 40;
    const Runs found = contiguous_runs(b.network(), conv, limits);
    ASSERT_EQ(found.runs.size(), 2u);
    EXPECT_EQ(found.runs[0].end, 4u * 64u);
    ASSERT_EQ(found.order.size(), 512u);
    EXPECT_EQ(found.order[8], 64u) << "after the first row of channel 0 that of channel 1";
    const auto m = measure(b.network(), limits, pieces_of(conv, found.runs), {{}, found.order});
    for (const PieceUse& use : m.pieces) {
        EXPECT_EQ(use.input_axons, 40u);
        // 5 x 8 rows, but only 5 different ones down the band and 3 across.
        EXPECT_LT(use.stored_synapses, use.synapses / 2);
    }
}

TEST(Measure, SharedRowsAreStoredOnce) {
    // A 3 x 3 kernel on 8 x 8 pixels: rows differ by which of three edges they touch in y and x.
    NetworkBuilder b;
    const auto in = b.input(64), conv = b.neurons("conv", {1, 8, 8});
    b.connect(in, conv, convolution_3x3(1, 1, 8));
    CoreLimits limits = unlimited();
    const std::vector<Piece> pieces = pieces_of(conv, {{0, 64}});
    const PieceUse use = measure(b.network(), limits, pieces, {}).pieces[0];
    EXPECT_EQ(use.input_axons, 64u) << "an axon per source neuron all the same";
    EXPECT_EQ(use.synapses, 22u * 22u);
    EXPECT_EQ(use.stored_synapses, 7u * 7u);  // (2 + 3 + 2) squared
    // Index width 6: rows of 4, 6 and 9 synapses of 14 bits take 2, 2 and 3 words.
    EXPECT_EQ(use.synapse_bits[index_class(64)], (4u * 128u) + (4u * 128u) + 192u);
    limits.shares_rows = false;
    EXPECT_EQ(measure(b.network(), limits, pieces, {}).pieces[0].stored_synapses, 22u * 22u);
}

TEST(Measure, RowsWithOtherWeightsAreNotShared) {
    NetworkBuilder b;
    const auto in = b.input(2), fc = b.neurons("fc", {4});
    b.connect(in, fc,
              std::make_shared<RowConnectivity>(
                  4,
                  std::vector<std::vector<Connection>>{{{0, 1.0F, 0}, {1, 2.0F, 0}},
                                                       {{2, 1.0F, 0}, {3, 3.0F, 0}}},
                  true));
    EXPECT_EQ(
        measure(b.network(), unlimited(), pieces_of(fc, {{0, 4}}), {}).pieces[0].stored_synapses,
        4u);
}

TEST(Measure, PacketsGoOncePerTargetPieceAndProjection) {
    NetworkBuilder b;
    const auto in = b.input(3), fc = b.neurons("fc", {4});
    b.connect(in, fc, all_to_all(3, 4))
        .connect(fc, fc, all_to_all(4, 4))
        .connect(fc, fc, one_to_one(4));
    const auto m = measure(b.network(), unlimited(), pieces_of(fc, {{0, 1}, {1, 4}}), {});
    EXPECT_THAT(m.output_axons[1], testing::Each(3u));  // both pieces, and one of its own
    ASSERT_EQ(m.traffic.size(), 6u);
    EXPECT_EQ(m.traffic[0].packets, 2u);  // piece 0 to itself: one neuron, two projections
    EXPECT_EQ(m.traffic[2].packets, 3u);  // piece 1 to piece 0
    EXPECT_EQ(m.traffic[4].from, 2u);     // the input
    EXPECT_EQ(m.traffic[4].packets, 3u);
    EXPECT_EQ(m.pieces[1].output_axons, 9u);
    EXPECT_EQ(m.pieces[1].fan_in, 3u + 4u + 1u);
}

TEST(Measure, WeightsThatRoundToZeroTakeNothing) {
    NetworkBuilder b;
    const auto in = b.input(3), fc = b.neurons("fc", {4});
    b.connect(in, fc, all_to_all(3, 4));
    b.network().projections[0].scale = 0.1;
    const PieceUse use = measure(b.network(), unlimited(), pieces_of(fc, {{0, 4}}), {}).pieces[0];
    EXPECT_EQ(use.input_axons, 0u);
    EXPECT_EQ(use.synapses, 0u);
}

TEST(Measure, PermutedOrderCountsTheSameSynapses) {
    NetworkBuilder b;
    const auto fc = b.neurons("fc", {100});
    b.connect(fc, fc, random_sparse(100, 100, 0.2, 9));
    std::vector<std::uint32_t> reversed(100);
    for (std::uint32_t i = 0; i < 100; ++i) {
        reversed[i] = 99 - i;
    }
    const auto plain = measure(b.network(), unlimited(), pieces_of(fc, {{0, 30}, {30, 100}}), {});
    const auto turned =
        measure(b.network(), unlimited(), pieces_of(fc, {{0, 70}, {70, 100}}), {{reversed}});
    EXPECT_EQ(plain.pieces[0].synapses, turned.pieces[1].synapses);
    EXPECT_EQ(plain.pieces[0].input_axons, turned.pieces[1].input_axons);
    EXPECT_EQ(plain.pieces[0].synapse_bits, turned.pieces[1].synapse_bits);
    EXPECT_EQ(plain.pieces[0].output_axons, turned.pieces[1].output_axons);
}

// 3 x 3 kernels over 16 channels of 8 x 8 pixels: a pixel with all its channels takes 144 inputs. A
// row of one channel takes 3 x 8 x 16, beyond 256.
TEST(ContiguousRuns, CutImagesIntoPatchesWhereEachRowIsStored) {
    NetworkBuilder b;
    const auto in = b.input(16 * 64), conv = b.neurons("conv", {20, 8, 8});
    b.connect(in, conv, convolution_3x3(16, 20, 8));
    b.network().projections[0].scale = 0.05;
    CoreLimits limits = unlimited();
    limits.neurons = limits.input_axons = 256;
    limits.shares_rows = false;
    const Runs cut = contiguous_runs(b.network(), conv, limits);
    // 4 x 4 x 16 = 256 inputs are enough for 3 x 3 pixels at a corner, 2 x 2 inside. At best 3, 2
    // and 3 rows and columns make 9 patches; patches of one size make 10.
    EXPECT_EQ(cut.runs.size(), 10u);
    std::vector<std::uint32_t> sorted = cut.order;
    std::sort(sorted.begin(), sorted.end());
    for (std::uint32_t i = 0; i < 20 * 64; ++i) {
        ASSERT_EQ(sorted[i], i) << "each neuron once";
    }
    const auto measured = measure(b.network(), limits, pieces_of(conv, cut.runs), {{}, cut.order});
    for (const PieceUse& use : measured.pieces) {
        EXPECT_LE(use.input_axons, 256u);
    }
    limits.shares_rows = true;
    limits.input_axons = 1 << 20;
    EXPECT_TRUE(contiguous_runs(b.network(), conv, limits).order.empty())
        << "where rows are shared, images are not cut so";
}

}  // namespace
}  // namespace cortile
