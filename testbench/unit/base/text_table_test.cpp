// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/text_table.h"

#include <gtest/gtest.h>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesNoTrailingBlanks) {
    EXPECT_EQ(
        text_table({{"name", "size", "note"}, {"a", "12345", ""}, {"long name", "1", "x"}}, "<><"),
        "name        size  note\n"
        "a          12345\n"
        "long name      1  x\n");
}

TEST(TextTable, RefusesARowOfAnotherLength) {
    EXPECT_THROW(text_table({{"a", "b"}}, "<"), ContractViolation);
}

}  // namespace
}  // namespace cortile
