// SPDX-License-Identifier: Apache-2.0
// A first datapath.yaml out of a module: cortile cosim FOLDER --new.
#include <gmock/gmock.h>

#include "testbench/system/own_rtl.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(OwnRtl, SkeletonFindsWhatThePortsTell) {
    write("src/neuron.sv", R"(
module leaf(input logic ck, input logic d, output logic q);
    always_ff @(negedge ck) q <= d;
endmodule
module neuron #(parameter WIDTH = 12) (
    input logic ck, aresetn, start, input logic signed [WIDTH-1:0] i_syn, input logic [3:0] cfg_leak,
    input logic en, input logic [7:0] taps[3], output logic signed [WIDTH-1:0] v, output logic spike,
    output logic busy);
    logic [5:0] acc;
    leaf l(.ck, .d(start), .q(spike));
    assign busy = acc != 0;
    always_ff @(negedge ck or negedge aresetn)
        if (!aresetn) begin acc <= 0; v <= 0; end
        else if (en) begin acc <= acc + 6'(taps[0]); v <= i_syn - 12'(cfg_leak); end
endmodule
module neuron_tb; logic ck; neuron dut(.ck); endmodule)");
    const Outcome outcome = cortile("cosim guess --new src/neuron.sv");
    ASSERT_EQ(outcome.code, 0) << outcome.text;
    const std::string yaml = read("guess/datapath.yaml");
    EXPECT_THAT(yaml, AllOf(HasSubstr("top: neuron\nsources: [../src/neuron.sv]"),
                            HasSubstr("clock: {port: ck, edge: falling}"),
                            HasSubstr("reset: {port: aresetn, active: low}"),
                            HasSubstr("request_valid: start, response_valid: \"!busy\""),
                            HasSubstr("tie: {en: 1}"), HasSubstr("#   WIDTH = 12\n"),
                            HasSubstr("state  v: s12"), HasSubstr("state  acc: u6")));
    EXPECT_THAT(yaml, AllOf(HasSubstr("input  i_syn: s12"), HasSubstr("input  taps: u8[3]"),
                            HasSubstr("param  cfg_leak: u4"), HasSubstr("output spike: u1"),
                            HasSubstr("spike = 0")));
    // It is whole: it builds and runs, and fails for what it cannot know.
    EXPECT_EQ(cortile("cosim guess --random 100").code, 4);
    EXPECT_THAT(cortile("cosim guess --new src/neuron.sv").text, HasSubstr("exists already"));
    write("src/two.sv", "module a(input x); endmodule module b(input x); endmodule");
    EXPECT_THAT(cortile("cosim other --new src/two.sv").text,
                AllOf(HasSubstr("which module is it: a, b?"), HasSubstr("--top NAME")));
    EXPECT_THAT(cortile("cosim other --new src/none.sv").text, HasSubstr("does not exist"));
}

// The types that a module has; what it hides, with its place; and a file that builds.
TEST_F(OwnRtl, SkeletonKnowsSignsLanesPlacesAndWidePorts) {
    write("src/n.sv", R"(
module leaf(input logic clk, input logic [3:0] d, output logic q);
    logic signed [3:0] leak;
    logic [7:0] memory[300];
    always_ff @(posedge clk) begin leak <= d; q <= leak[0]; memory[d] <= 8'(d); end
endmodule
module n #(parameter signed [7:0] A = -8'sd42, parameter logic signed [31:0] C = -65 <<< 16,
           parameter integer D = -3, parameter U = 8'd200)
    (input logic clk, rst, input logic signed [7:0] w[4], input logic [2:0][4:0] x,
     input logic signed [63:0] i, input logic [71:0] events,
     output logic signed [63:0] v, output logic q0, q1);
    leaf a(.clk, .d(w[0][3:0]), .q(q0));
    leaf b(.clk, .d(w[1][3:0]), .q(q1));
    always_ff @(posedge clk) if (rst) v <= 0; else v <= v + i;
endmodule)");
    const Outcome outcome = cortile("cosim dut --new src/n.sv");
    ASSERT_EQ(outcome.code, 0) << outcome.text;
    const std::string yaml = read("dut/datapath.yaml");
    EXPECT_THAT(yaml, AllOf(HasSubstr("  w: s8[4]\n"), HasSubstr("  x: u5[3]\n"),
                            HasSubstr("#   A = -42\n"), HasSubstr("#   C = -4259840\n"),
                            HasSubstr("#   D = -3\n"), HasSubstr("#   U = 200\n")));
    EXPECT_THAT(yaml, AllOf(HasSubstr("v: u32[2]   # ??? 64 bits, wider than 63"),
                            HasSubstr("i: u32[2]   # ??? 64 bits, wider than 63"),
                            HasSubstr("events: u1[72]   # ??? 72 bits, wider than 63: lanes"),
                            HasSubstr("leak: s4   # inside (a.leak), no port shows it"),
                            HasSubstr("leak_: s4   # inside (b.leak), no port shows it"),
                            Not(HasSubstr("memory"))));
    EXPECT_EQ(cortile("cosim dut --random 100").code, 4);
}

TEST_F(OwnRtl, SkeletonOfLogicFindsStatesAndTiesAReset) {
    write("src/n.sv", R"(
module n(input logic rst_n, input logic [7:0] curr_v, u_curr, output logic [7:0] next_v, u_next);
    assign next_v = rst_n ? curr_v + u_curr : 0;
    assign u_next = u_curr;
endmodule)");
    ASSERT_EQ(cortile("cosim dut --new src/n.sv").code, 0);
    EXPECT_THAT(read("dut/datapath.yaml"),
                AllOf(HasSubstr("tie: {rst_n: 1}"), HasSubstr("{in: curr_v, out: next_v}"),
                      HasSubstr("{in: u_curr, out: u_next}"), Not(HasSubstr("rst_n: u1"))));
}

}  // namespace
}  // namespace cortile::test
