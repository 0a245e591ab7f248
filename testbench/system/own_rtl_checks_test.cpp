// SPDX-License-Identifier: Apache-2.0
// What is found in anybody's RTL and how it is told: comparisons, resets, replays, errors.
#include <gmock/gmock.h>

#include "testbench/system/own_rtl.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The spike shows v as it was: only the input before can bring v to its threshold.
TEST_F(OwnRtl, RegisteredComparisonThatIsOffAtEqualityAlone) {
    const std::string yaml =
        std::string(kClocked) +
        "timing: {style: pipelined, latency: 1}\nstate: inside\n"
        "reference: {semantics: lif, state_width: 24, state_signed: true, input_width: 24, "
        "input_signed: true, leak: keep, leak_value: 1, threshold: 100000, spike_from: before, "
        "reset_when: instead, overflow: wrap}\n"
        "ports: {v: {out: v}, current: {in: i}, spike: {out: spike}}\n";
    const std::string module = R"(
module n(input clk, input rst, input signed [23:0] i, output reg spike, output reg signed [23:0] v);
    always @(posedge clk)
        if (rst) begin v <= 0; spike <= 0; end
        else begin
            spike <= v >= 24'sd100000;
            if (v >= 24'sd100000) v <= 0; else v <= (v >>> 1) + i;
        end
endmodule)";
    const Outcome right = cosim(module, yaml);
    EXPECT_EQ(right.code, 0) << right.text;
    EXPECT_THAT(right.text, Not(HasSubstr("never equal")));
    std::string wrong = module;
    wrong.replace(wrong.find("v >= "), 5, "v > ");
    const Outcome found = cosim(wrong, yaml);
    EXPECT_EQ(found.code, 4);
    EXPECT_THAT(found.text,
                AllOf(HasSubstr("directed, operation"), HasSubstr("spike: expected 1, got 0")));
}

constexpr const char* kDelayed =
    "reference:\n  semantics: equations\n  program: |\n    state v: u8\n    state held: u8\n"
    "    input i: u8\n    v = held\n    held = i\nports: {v: {out: v}, i: {in: i}}\n";

TEST_F(OwnRtl, RegisterThatSurvivesResetIsNamedAndReplayed) {
    const Outcome outcome = cosim(R"(
module n(input clk, input rst, input [7:0] i, output reg [7:0] v);
    reg [7:0] held;
    always @(posedge clk) if (rst) v <= 0; else begin held <= i; v <= held; end
endmodule)",
                                  std::string(kClocked) + "state: inside\n" + kDelayed);
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.text,
                AllOf(HasSubstr("FAILED: 1 of 5 checks"), HasSubstr("reset, operation 0: v: "),
                      HasSubstr("state survives reset"), HasSubstr(" --before /")));
    const std::size_t at = outcome.text.find("\nreplay: cortile ") + 17;
    const std::string line = outcome.text.substr(at, outcome.text.find('\n', at) - at);
    const Outcome again = cortile(line);
    EXPECT_EQ(again.code, 4) << line << again.text;
    EXPECT_THAT(again.text, HasSubstr("v: expected 0, got "));
    const std::size_t before = line.find(" --before"), after = line.find(" --operation");
    EXPECT_EQ(cortile(line.substr(0, before) + line.substr(after)).code, 0);
    EXPECT_EQ(cortile(line.substr(0, after)).code, 2) << "no operations after the reset";
}

TEST_F(OwnRtl, InitialValuesInPlaceOfAReset) {
    const Outcome outcome = cosim(R"(
module n(input clk, input [7:0] i, output reg [7:0] v);
    reg [7:0] held;
    initial begin v = 0; held = 0; end
    always @(posedge clk) begin held <= i; v <= held; end
endmodule)",
                                  std::string("clock: {port: clk}\nstate: inside\n") + kDelayed);
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, Not(HasSubstr("\nreset ")));
    EXPECT_THAT(cortile("cosim dut --operation i=1 --before x.csv").text, HasSubstr("has none"));
}

TEST_F(OwnRtl, ReplayOfManyOperationsDoesNotLitter) {
    const Outcome outcome =
        cosim(R"(
module n(input clk, input rst, input [7:0] i, output reg [7:0] v);
    always @(posedge clk) if (rst) v <= 0; else v <= v + (v == 200 ? 0 : i);
endmodule)",
              std::string(kClocked) +
                  "state: inside\nreference:\n  semantics: equations\n"
                  "  program: |\n    state v: u8\n    input i: u8\n"
                  "    v = wrap(v + i, u8)\nports: {v: {out: v}, i: {in: i}}\n");
    EXPECT_EQ(outcome.code, 4);
    const std::string mark = " --replay ";
    const std::size_t at = outcome.text.find(mark);
    ASSERT_NE(at, std::string::npos) << outcome.text;
    const std::size_t begin = at + mark.size();
    const fs::path file = outcome.text.substr(begin, outcome.text.find('\n', begin) - begin);
    EXPECT_TRUE(file.is_absolute()) << file;
    EXPECT_EQ(cortile("cosim dut --replay " + file.string()).code, 4);
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        EXPECT_NE(entry.path().extension(), ".csv") << entry.path();
    }
    fs::remove_all(file.parent_path());
    // Two of the same name do not write the same file.
    fs::copy(folder.path() / "dut", folder.path() / "other", fs::copy_options::recursive);
    EXPECT_THAT(cortile("cosim other --random 200").text, Not(HasSubstr(file.string())));
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(OwnRtl, ErrorsOfSourcesHaveHintsThatFit) {
    const std::string yaml =
        "timing: {style: combinational}\nreference:\n  semantics: equations\n"
        "  program: |\n    input a: u1\n    output b: u1\n    b = a\n"
        "ports: {a: {in: a}, b: {out: b}}\n";
    EXPECT_THAT(cosim("module n(input a, output b); assign b = a; endmodule\nendmodule", yaml).text,
                AllOf(HasSubstr("an endmodule too many"), Not(HasSubstr("language: verilog"))));
    EXPECT_THAT(cosim("module n(input a, output b); assign b = a endmodule", yaml).text,
                AllOf(HasSubstr("syntax error"), Not(HasSubstr("language: verilog"))));
    EXPECT_THAT(cosim("module n(input bit, output b); assign b = bit; endmodule", yaml).text,
                HasSubstr("language: verilog"));
    EXPECT_THAT(cosim("module n(input a, output b); always @* b = a; endmodule", yaml).text,
                AllOf(HasSubstr("PROCASSWIRE"), HasSubstr("output reg")));
    EXPECT_THAT(
        cosim("module n(input [3:0] a, output b); assign b = a[a[1]:0]; endmodule", yaml).text,
        AllOf(HasSubstr("Expecting expression to be constant"), HasSubstr("hint: bounds")));
    EXPECT_THAT(
        cosim("module n(input a, c, d, output b); assign b = a ^ c ^ d; endmodule", yaml).text,
        AllOf(HasSubstr("nothing drives inputs c, d of module n"), HasSubstr("{c: 0, d: 0}")));
}

}  // namespace
}  // namespace cortile::test
