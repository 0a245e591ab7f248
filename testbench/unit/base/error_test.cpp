// SPDX-License-Identifier: Apache-2.0
// Does an error say where, what and how to mend it, in the form that users see?
#include "hw_model/base/error.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace cortile {
namespace {

TEST(ConfigError, message_is_place_then_finding_then_hint_on_a_line_of_its_own) {
    const ConfigError error("net.yaml:3: chip.mesh.width", "expected 1 to 64, found 0",
                            "give the mesh a width");
    EXPECT_STREQ(error.what(),
                 "net.yaml:3: chip.mesh.width: expected 1 to 64, found 0\n"
                 "  hint: give the mesh a width");
}

TEST(ConfigError, message_without_hint_is_one_line) {
    EXPECT_STREQ(ConfigError("a.nir", "expected a node, found none").what(),
                 "a.nir: expected a node, found none");
}

TEST(ConfigError, place_can_be_asked_for_alone) {
    EXPECT_EQ(ConfigError("a.nir: /node", "w", "h").where(), "a.nir: /node");
}

// The exit code rests on telling the three apart.
TEST(Errors, no_kind_is_caught_as_another) {
    EXPECT_FALSE((std::is_convertible_v<ConfigError*, CosimMismatch*>));
    EXPECT_FALSE((std::is_convertible_v<CosimMismatch*, ConfigError*>));
    EXPECT_FALSE((std::is_convertible_v<ContractViolation*, std::runtime_error*>));
    EXPECT_TRUE((std::is_convertible_v<ContractViolation*, std::logic_error*>));
}

}  // namespace
}  // namespace cortile
