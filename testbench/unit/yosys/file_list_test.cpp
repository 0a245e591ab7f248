// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "rtl/yosys/file_list.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::ThrowsMessage;
using testing::UnorderedElementsAre;

class FileListTest : public testing::Test {
  protected:
    FileListTest() { fs::create_directories(folder_ / "sub"); }

    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    const TemporaryFolder own_;
    const fs::path folder_ = own_.path();
};

TEST_F(FileListTest, NamesFilesFoldersAndDefinesRelativeToItself) {
    write("sub/more.f", "b.v  // beside this list\n+define+DEEP\n");
    const FileList list = read_file_list(write("all.f",
                                               "# sources\n"
                                               "a.sv\n"
                                               "-F sub/more.f\n"
                                               "+incdir+include+sub/include -I more\n"
                                               "-DWIDTH=24 +define+FAST+SIZE=2\n"
                                               "--trace -Wall\n"
                                               "-v cells.v -y nowhere\n"));
    EXPECT_THAT(list.sources,
                ElementsAre(folder_ / "a.sv", folder_ / "sub/b.v", folder_ / "cells.v"));
    EXPECT_THAT(list.include_directories,
                ElementsAre(folder_ / "include", folder_ / "sub/include", folder_ / "more"));
    EXPECT_THAT(list.defines, UnorderedElementsAre(Pair("DEEP", ""), Pair("WIDTH", "24"),
                                                   Pair("FAST", ""), Pair("SIZE", "2")));
}

TEST_F(FileListTest, ThatNamesItselfIsRefused) {
    const fs::path list = write("all.f", "-f all.f\n");
    EXPECT_THAT([&] { read_file_list(list); },
                ThrowsMessage<ConfigError>(HasSubstr("without end")));
}

TEST_F(FileListTest, ThatIsMissingIsRefused) {
    EXPECT_THAT([&] { read_file_list(folder_ / "none.f"); },
                ThrowsMessage<ConfigError>(HasSubstr("cannot be read")));
}

}  // namespace
}  // namespace cortile
