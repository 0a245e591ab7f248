// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/packing.h"

#include <gtest/gtest.h>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

std::uint32_t width_for(std::uint32_t neurons) {
    return kIndexWidths[index_class(neurons)];
}

TEST(Packing, IndexWidthsAreThoseOfTheHardware) {
    EXPECT_EQ(width_for(1), 0u);
    EXPECT_EQ(width_for(2), 6u);
    EXPECT_EQ(width_for(64), 6u);
    EXPECT_EQ(width_for(65), 7u);
    EXPECT_EQ(width_for(1024), 10u);
    EXPECT_EQ(width_for(4096), 12u);
    EXPECT_EQ(width_for(4097), 13u);
    EXPECT_THROW(index_class(65537), ConfigError);
}

// By hand, Loihi 1: blocks of 64 synapses with 10 header bits each, 64-bit words.
TEST(Packing, RowsByHand) {
    const SynapsePacking loihi;
    EXPECT_EQ(packed_row_bits(loihi, 0, 8, 10), 0u);
    EXPECT_EQ(packed_row_bits(loihi, 1, 8, 10), 64u);     // 18 + 10 = 28
    EXPECT_EQ(packed_row_bits(loihi, 3, 8, 10), 64u);     // 54 + 10 = 64
    EXPECT_EQ(packed_row_bits(loihi, 4, 8, 10), 128u);    // 72 + 10 = 82
    EXPECT_EQ(packed_row_bits(loihi, 64, 8, 10), 1216u);  // 1152 + 10 = 1162: 19 words
    EXPECT_EQ(packed_row_bits(loihi, 65, 8, 10), 1280u);  // and a block of one
    EXPECT_EQ(packed_row_bits(loihi, 128, 8, 10), 2432u);
    EXPECT_EQ(packed_row_bits(loihi, 64, 8, 0), 576u);     // 512 + 10 = 522: 9 words
    EXPECT_EQ(packed_row_bits(loihi, 64, 14, 10), 1600u);  // 6 delay bits: 1546, 25 words
}

TEST(Packing, TagsAndWordsCount) {
    SynapsePacking packing;
    packing.tag_bits = 4;
    packing.word_bits = 32;
    packing.block_header_bits = 0;
    packing.block_synapses = 2;
    EXPECT_EQ(packed_row_bits(packing, 5, 8, 6), 64u + 64u + 32u);  // 36, 36 and 18 bits
}

}  // namespace
}  // namespace cortile
