// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/datapath_description.h"

#include <gmock/gmock.h>

#include <fstream>

#include "hw_model/base/temporary_folder.h"
#include "rtl/verilated/harness.h"

namespace cortile {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const std::string kGood =
    "name: toy\n"
    "top: toy\n"
    "sources: [toy.sv]\n"
    "interface: contract\n"
    "reference: {semantics: loihi_cuba_lif}\n";

class Description : public testing::Test {
  protected:
    Description() { std::ofstream(folder_ / "toy.sv") << "module toy; endmodule\n"; }

    DatapathDescription read(const std::string& yaml) {
        std::ofstream(folder_ / "datapath.yaml") << yaml;
        return read_datapath(folder_);
    }
    std::string message(const std::string& yaml) {
        try {
            read(yaml);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    }

    const TemporaryFolder own_;
    const fs::path folder_ = own_.path();
};

TEST_F(Description, TheContractsPortsNeedNotBeNamed) {
    const DatapathDescription d = read(kGood);
    EXPECT_EQ(d.pins.at("u").in.at(0).port, "req_u");
    EXPECT_EQ(d.pins.at("u").retire_before.at(0).port, "retire_u_before");
    EXPECT_EQ(d.reset.port, "rst_n");
    EXPECT_TRUE(d.reset.inverted);
}

TEST_F(Description, MistakesNameFileLineAndWhatToDo) {
    EXPECT_THAT(message(kGood + "clok: {port: c}\n"),
                AllOf(HasSubstr("datapath.yaml:6"), HasSubstr("clock")));
    EXPECT_THAT(message("name: toy\n"), HasSubstr("reference.semantics is missing"));
    EXPECT_THAT(message("name: toy\nreference: {semantics: lif_of_nobody}\n"),
                AllOf(HasSubstr("datapath.yaml:2"), HasSubstr("loihi_cuba_lif")));
    EXPECT_THAT(message("name: toy\ntop: toy\nreference: {semantics: loihi_cuba_lif}\n"),
                HasSubstr("names no source"));
    EXPECT_THAT(message(kGood + "ports: {u: {in: \"a[3:0]\"}}\n"),
                HasSubstr("a has 4 bits, the field has 24"));
    EXPECT_THAT(message(kGood + "ports: {du: {out: x}}\n"), HasSubstr("du is an operand"));
    EXPECT_THAT(message(kGood + "ports: {du: {values: \"0 4096\"}}\n"),
                HasSubstr("4096 is outside 0 .. 4095"));
}

TEST_F(Description, AnOperandWithoutAPortNeedsAFixedValue) {
    const std::string custom =
        "name: toy\ntop: toy\nsources: [toy.sv]\nclock: {port: clk}\nstate: inside\n"
        "reference: {semantics: loihi_cuba_lif}\nports: {spike: {out: s}, input: {in: i}";
    EXPECT_THAT(message(custom + "}\n"), HasSubstr("ports.du: the operand has no port"));
    const std::string fixed =
        ", du: {fixed: 5}, dv: {fixed: 6}, bias: {fixed: 0}, threshold: {fixed: 9}"
        ", refractory: {fixed: 1}, spike_enable: {fixed: 1}}\n";
    EXPECT_EQ(read(custom + fixed).contract.parameters[0].allowed, std::vector<std::int64_t>{5});
}

TEST_F(Description, PortsOfAnotherWidthOrNoneAreNamed) {
    const DatapathDescription d = read(kGood);
    const auto complaint = [&](const std::map<std::string, RtlPort>& ports) {
        try {
            write_harness(d, ports, {});
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    EXPECT_THAT(complaint({{"req_uu", {true, 24}}}), HasSubstr("did you mean req_uu?"));
    EXPECT_THAT(complaint({{"req_u", {true, 23}}}),
                HasSubstr("port req_u has 23 bits, expected 24"));
    EXPECT_THAT(complaint({{"req_u", {false, 24}}}), HasSubstr("req_u is an output"));
}

TEST(VerilatedPorts, AreReadFromTheModelsHeader) {
    const auto ports = verilated_ports(
        "VL_IN8(&clk,0,0);\nVL_OUT(&rsp_u,23,0);\nVL_INW(&req_w,127,0,4);\nCData x;");
    ASSERT_EQ(ports.size(), 3u);
    EXPECT_TRUE(ports.at("clk").input);
    EXPECT_EQ(ports.at("rsp_u").width, 24u);
    EXPECT_EQ(ports.at("req_w").width, 128u);
}

}  // namespace
}  // namespace cortile
