// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/short_paths.h"

#include <gtest/gtest.h>

namespace cortile {
namespace {

TEST(ShortPaths, AreFromTheFolder) {
    const auto from_me = [](const std::string& message) {
        return short_paths(message, "/home/me");
    };
    EXPECT_EQ(from_me("/home/me/a.nir: is damaged"), "a.nir: is damaged");
    EXPECT_EQ(from_me("a.yaml:3: '/home/me/nets/a.nir', \"/home/me/b\" and /home/me/c"),
              "a.yaml:3: 'nets/a.nir', \"b\" and c");
    EXPECT_EQ(from_me("no path"), "no path");
}

TEST(ShortPaths, OtherPathsStayAsTheyAre) {
    const auto stays = [](const std::string& message, const char* folder) {
        return short_paths(message, folder) == message;
    };
    EXPECT_TRUE(stays("/home/meg/a.nir", "/home/me"));
    EXPECT_TRUE(stays("/data/home/me/a.nir", "/home/me"));
    EXPECT_TRUE(stays("/home/me/ is a folder", "/home/me"));
    EXPECT_TRUE(stays("/home/me/", "/home/me"));
    EXPECT_TRUE(stays("/home/me/a.nir", "/"));
}

}  // namespace
}  // namespace cortile
