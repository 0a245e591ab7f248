// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cortile {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, IsPrivateAndGoesAwayWithAllThatItHolds) {
    fs::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
        fs::create_directories(path / "a" / "b");
        std::ofstream(path / "a" / "b" / "c") << "x";
    }
    EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace cortile
