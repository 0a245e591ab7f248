// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hw_model/base/error.h"
#include "rtl/yosys/yosys.h"

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
    FileListTest() {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::path(testing::TempDir()) / (std::string("cortile_") + info->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_ / "sub");
    }
    ~FileListTest() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    fs::path folder_;
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

TEST_F(FileListTest, SourcesGetPlainNamesThatLeadBackToThem) {
    DatapathDescription d;
    d.folder = folder_;
    d.top = "top";
    d.sources = {write("strange name.sv", "module top; endmodule\n"), write("old.v", "")};
    d.parameters = {{"WIDTH", "12"}};
    d.defines = {{"FAST", ""}};
    fs::create_directories(folder_ / "work");
    const YosysSources sources(d, folder_ / "work");
    EXPECT_THAT(sources.commands(), HasSubstr("read_verilog -sv -Ifolder_0 source_0.sv\n"));
    EXPECT_THAT(sources.commands(), HasSubstr("read_verilog -Ifolder_0 source_1.v\n"));
    EXPECT_THAT(sources.commands(), HasSubstr("verilog_defines -DFAST\n"));
    EXPECT_THAT(sources.commands(), HasSubstr("hierarchy -check -top top -chparam WIDTH 12\n"));
    EXPECT_TRUE(fs::equivalent(folder_ / "work/source_0.sv", d.sources[0]));

    EXPECT_EQ(sources.place("source_0.sv:16.3-17.9").file, d.sources[0]);
    EXPECT_EQ(sources.place("source_0.sv:16.3-17.9").line, 16u);
    EXPECT_EQ(sources.place("folder_0/sub/x.svh:4.1-4.2").file, folder_ / "sub/x.svh");
    EXPECT_EQ(sources.place("").line, 0u);
}

}  // namespace
}  // namespace cortile
