// SPDX-License-Identifier: Apache-2.0
#include "rtl/yosys/yosys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "rtl/yosys/yosys_sources.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class YosysTest : public testing::Test {
  protected:
    YosysTest() {
        make_folder(folder_ / "work");
        datapath_.folder = folder_;
        datapath_.top = "top";
    }

    fs::path write(const std::string& name, const std::string& text) const {
        write_text_file(folder_ / name, text);
        return folder_ / name;
    }

    const TemporaryFolder own_;
    const fs::path folder_ = own_.path();
    DatapathDescription datapath_;
};

TEST_F(YosysTest, SourcesGetPlainNamesThatLeadBackToThem) {
    datapath_.sources = {write("strange name.sv", "module top; endmodule\n"), write("old.v", "")};
    datapath_.parameters = {{"WIDTH", "12"}};
    datapath_.defines = {{"FAST", ""}};
    const YosysSources sources(datapath_, folder_ / "work");
    EXPECT_THAT(sources.read_commands(),
                AllOf(HasSubstr("read_verilog -sv -Ifolder_0 source_0.sv\n"),
                      HasSubstr("read_verilog -Ifolder_0 source_1.v\n"),
                      HasSubstr("verilog_defines -DFAST\n")));
    EXPECT_EQ(sources.elaborate_commands(),
              "hierarchy -check -top top -chparam WIDTH 12\nrename -top top\n");
    EXPECT_TRUE(fs::equivalent(folder_ / "work/source_0.sv", datapath_.sources[0]));

    EXPECT_EQ(sources.place("source_0.sv:16.3-17.9").file, datapath_.sources[0]);
    EXPECT_EQ(sources.place("source_0.sv:16.3-17.9").line, 16u);
    EXPECT_EQ(sources.place("folder_0/sub/x.svh:4.1-4.2").file, folder_ / "sub/x.svh");
    EXPECT_EQ(sources.place("").line, 0u);
}

TEST_F(YosysTest, ReadsWhatIsIncludedAndSetsParameters) {
    if (!missing_yosys().empty()) {
        GTEST_SKIP() << missing_yosys();
    }
    fs::create_directories(folder_ / "deep");
    write("deep/width.svh", "localparam int W = 2 * HALF;\n");
    datapath_.sources = {write("deep/top.sv",
                               "module top #(parameter int HALF = 1) (output logic [W-1:0] y);\n"
                               "`include \"width.svh\"\nassign y = '1;\nendmodule\n")};
    datapath_.parameters = {{"HALF", "3"}};
    const YosysSources sources(datapath_, folder_ / "work");
    run_yosys(
        sources.read_commands() + sources.elaborate_commands() + "tee -q -o ports.txt portlist\n",
        folder_ / "work", "ports", "here");
    const auto ports = parse_port_list(read_text_file(folder_ / "work/ports.txt"), "ports.txt");
    EXPECT_EQ(ports.at("y").width, 6u);
}

TEST_F(YosysTest, ErrorsNameTheUsersFile) {
    if (!missing_yosys().empty()) {
        GTEST_SKIP() << missing_yosys();
    }
    datapath_.sources = {write("broken one.sv", "module top;\n  assign = 1;\nendmodule\n")};
    const YosysSources sources(datapath_, folder_ / "work");
    EXPECT_THAT(
        [&] { run_yosys(sources.read_commands(), folder_ / "work", "read", "datapath.yaml"); },
        ThrowsMessage<ConfigError>(AllOf(HasSubstr("datapath.yaml: yosys: "),
                                         HasSubstr("/broken one.sv:2: ERROR: syntax error"),
                                         Not(HasSubstr("source_0")))));
    EXPECT_THAT(read_text_file(folder_ / "work/read.log"), HasSubstr("syntax error"));
}

TEST(PortList, IsReadWithDirectionsAndWidths) {
    const auto ports =
        parse_port_list("module lif\ninput [0:0] clk\ninput [9:0] tag\noutput [23:0] u\n", "ports");
    ASSERT_EQ(ports.size(), 3u);
    EXPECT_TRUE(ports.at("clk").input);
    EXPECT_EQ(ports.at("clk").width, 1u);
    EXPECT_EQ(ports.at("tag").width, 10u);
    EXPECT_FALSE(ports.at("u").input);
    EXPECT_EQ(ports.at("u").width, 24u);
}

TEST(PortList, WithoutPortsIsRefused) {
    EXPECT_THAT([] { parse_port_list("module lif\n", "ports"); },
                ThrowsMessage<ConfigError>(HasSubstr("lists no port")));
}

}  // namespace
}  // namespace cortile
