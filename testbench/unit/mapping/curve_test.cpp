// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/curve.h"

#include <gtest/gtest.h>

#include <set>

namespace cortile {
namespace {

struct Walk {
    std::uint32_t longest_step = 0, long_steps = 0;
    std::size_t distinct = 0;
};

Walk walk(const Topology& topology) {
    Walk result;
    const auto cores = cores_along_curve(topology);
    std::set<CoreId> seen(cores.begin(), cores.end());
    result.distinct = cores.size() == topology.cores() ? seen.size() : 0;
    for (std::size_t i = 1; i < cores.size(); ++i) {
        const std::uint32_t hops =
            topology.hops(topology.tile_of_core(cores[i - 1]), topology.tile_of_core(cores[i]));
        result.longest_step = std::max(result.longest_step, hops);
        result.long_steps += hops > 1 ? 1 : 0;
    }
    return result;
}

TEST(Curve, VisitsEveryCoreOnceOnAnyMesh) {
    for (std::uint32_t width = 1; width <= 13; ++width) {
        for (std::uint32_t height = 1; height <= 13; ++height) {
            const Topology topology{width, height, 2, {}};
            EXPECT_EQ(walk(topology).distinct, topology.cores()) << width << " x " << height;
        }
    }
}

TEST(Curve, NeighboursFollowEachOtherButForOneDiagonalStep) {
    for (std::uint32_t width = 1; width <= 13; ++width) {
        for (std::uint32_t height = 1; height <= 13; ++height) {
            const Walk result = walk({width, height, 1, {}});
            EXPECT_LE(result.longest_step, 2u) << width << " x " << height;
            EXPECT_LE(result.long_steps, 1u) << width << " x " << height;
        }
    }
}

TEST(Curve, HasNoLongStepOnPowersOfTwo) {
    for (const std::uint32_t side : {2u, 4u, 8u, 16u, 64u}) {
        EXPECT_EQ(walk({side, side, 1, {}}).long_steps, 0u) << side;
    }
    EXPECT_EQ(walk({8, 4, 4, {}}).long_steps, 0u);
}

TEST(Curve, FillsABoardChipByChip) {
    Topology topology{12, 8, 2, {}};
    topology.chip_width = topology.chip_height = 4;
    EXPECT_EQ(walk(topology).distinct, topology.cores());
    const auto cores = cores_along_curve(topology);
    std::set<std::uint32_t> seen;
    for (std::size_t begin = 0; begin < cores.size(); begin += 32) {
        const std::uint32_t chip = topology.chip(topology.tile_of_core(cores[begin]));
        EXPECT_TRUE(seen.insert(chip).second);
        for (std::size_t i = begin; i < begin + 32; ++i) {
            EXPECT_EQ(topology.chip(topology.tile_of_core(cores[i])), chip);
        }
    }
}

TEST(Curve, StretchesAreCompact) {
    // 64 tiles in sequence on a 32 x 32 mesh: a row-by-row order would span 32.
    const Topology topology{32, 32, 1, {}};
    const auto cores = cores_along_curve(topology);
    for (std::size_t begin = 0; begin < cores.size(); begin += 64) {
        std::uint32_t span = 0;
        for (std::size_t i = begin; i < begin + 64; ++i) {
            span = std::max(span, topology.hops(topology.tile_of_core(cores[begin]),
                                                topology.tile_of_core(cores[i])));
        }
        EXPECT_LE(span, 16u);
    }
}

}  // namespace
}  // namespace cortile
