// SPDX-License-Identifier: Apache-2.0
// Do registers allow what their access says, and nothing else?
#include <gtest/gtest.h>

#include <array>

#include "hw_model/registers/register_block.h"

namespace cortile {
namespace {

// Bits by access: ro, rw, wo, w1c, rc.
constexpr std::array<RegisterRow, 6> kRows{{
    {"RO", 0x00, 0x1234, 1, 4, ~0u, 0, 0, 0, 0},
    {"RW", 0x04, 7, 1, 4, 0, ~0u, 0, 0, 0},
    {"WO", 0x08, 0, 1, 4, 0, 0, ~0u, 0, 0},
    {"W1C", 0x0C, 0xFF, 1, 4, 0, 0, 0, ~0u, 0},
    {"FIELDS", 0x10, 0x21, 1, 4, 0x0F, 0xF0, 0xF00, 0, 0},
    {"ARRAY", 0x20, 5, 3, 8, 0, ~0u, 0, 0, 0},
}};

class Block : public RegisterBlock {
  public:
    Block() : RegisterBlock(kRows) {}
    std::uint32_t& at(std::uint32_t first, std::uint32_t index = 0) { return value(first, index); }
    std::uint32_t written = 0;
    bool refuse = false;

  private:
    bool on_write(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t bits) override {
        written = bits;
        return !refuse;
    }
};

TEST(RegisterBlock, ReadOnly) {
    Block block;
    EXPECT_EQ(block.read(0x00), 0x1234u);
    EXPECT_FALSE(block.write(0x00, 0x1234));
    EXPECT_FALSE(block.write(0x00, 0));
    EXPECT_EQ(block.read(0x00), 0x1234u);
}

TEST(RegisterBlock, ReadAndWrite) {
    Block block;
    EXPECT_EQ(block.read(0x04), 7u);
    EXPECT_TRUE(block.write(0x04, 0xFFFFFFFF));
    EXPECT_EQ(block.read(0x04), 0xFFFFFFFFu);
}

TEST(RegisterBlock, WriteOnly) {
    Block block;
    EXPECT_EQ(block.read(0x08), std::nullopt);
    EXPECT_TRUE(block.write(0x08, 42));
    EXPECT_EQ(block.written, 42u);
}

TEST(RegisterBlock, WrittenOnesClear) {
    Block block;
    EXPECT_TRUE(block.write(0x0C, 0x0F));
    EXPECT_EQ(block.read(0x0C), 0xF0u);
    EXPECT_TRUE(block.write(0x0C, 0));
    EXPECT_EQ(block.read(0x0C), 0xF0u);
}

TEST(RegisterBlock, FieldsOfOneRegister) {
    Block block;
    EXPECT_EQ(block.read(0x10), 0x21u);
    EXPECT_TRUE(block.write(0x10, 0x531)) << "the read-only field has the value that it has";
    EXPECT_EQ(block.written, 0x531u) << "the write-only field arrives";
    EXPECT_EQ(block.read(0x10), 0x31u) << "and reads as zero";
    EXPECT_FALSE(block.write(0x10, 0x42)) << "another value for the read-only field";
    EXPECT_EQ(block.read(0x10), 0x31u);
    EXPECT_FALSE(block.write(0x10, 0x1031)) << "ones in bits that no field has";
}

TEST(RegisterBlock, Arrays) {
    Block block;
    EXPECT_TRUE(block.write(0x28, 9));
    EXPECT_EQ(block.read(0x20), 5u);
    EXPECT_EQ(block.read(0x28), 9u);
    EXPECT_EQ(block.read(0x30), 5u);
    EXPECT_EQ(block.at(0x20, 1), 9u);
    EXPECT_EQ(block.read(0x24), std::nullopt) << "between two elements";
    EXPECT_EQ(block.read(0x38), std::nullopt) << "behind the last";
}

TEST(RegisterBlock, NoRegister) {
    Block block;
    for (const std::uint32_t offset : {0x14u, 0x01u, 0x1000u, 0xFFFFFFFCu}) {
        EXPECT_EQ(block.read(offset), std::nullopt) << offset;
        EXPECT_FALSE(block.write(offset, 0)) << offset;
        EXPECT_EQ(block.peek(offset), std::nullopt) << offset;
    }
}

TEST(RegisterBlock, WhatADeviceRefusesChangesNothing) {
    Block block;
    block.refuse = true;
    EXPECT_FALSE(block.write(0x04, 8));
    EXPECT_EQ(block.read(0x04), 7u);
}

}  // namespace
}  // namespace cortile
