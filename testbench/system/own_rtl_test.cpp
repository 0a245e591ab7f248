// SPDX-License-Identifier: Apache-2.0
// Anybody's RTL behind a datapath.yaml, through the program: examples/rtl, and neurons of every
// timing style.
#include <gmock/gmock.h>

#include "testbench/system/own_rtl.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(OwnRtl, CombinationalExamplePasses) {
    const Outcome outcome = cortile("cosim " + example("combinational_lif"));
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("passed: "), Not(HasSubstr("never changes"))));
}

TEST_F(OwnRtl, NegativeEdgeExamplePasses) {
    const Outcome outcome = cortile("cosim " + example("negedge_lif"));
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("passed: "), Not(HasSubstr("never changes"))));
}

TEST_F(OwnRtl, SerialExamplesBugIsFoundAndReplayedByTheLineThatIsPrinted) {
    const Outcome outcome = cortile("cosim " + example("serial_lif") + " --out report");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("FAILED: "), HasSubstr("<-")));
    EXPECT_EQ(read("report/report.txt"), outcome.text);
    const std::string mark = "\nreplay: cortile ";
    const std::size_t at = outcome.text.find(mark);
    ASSERT_NE(at, std::string::npos) << outcome.text;
    const std::size_t begin = at + mark.size();
    const Outcome again = cortile(
        outcome.text.substr(begin, outcome.text.find('\n', begin) - begin) + " --trace waves.fst");
    EXPECT_EQ(again.code, 4) << again.text;
    EXPECT_THAT(again.text, HasSubstr("v: expected 55, got 161"));
    EXPECT_GT(fs::file_size(folder.path() / "waves.fst"), 100u);
}

TEST_F(OwnRtl, SerialExampleConformsWithABitMore) {
    fs::copy(example("serial_lif"), folder.path() / "serial", fs::copy_options::recursive);
    write("serial/datapath.yaml",
          read("serial/datapath.yaml") + "\ndefines: {SERIAL_LIF_SUM_BITS: 9}\n");
    const Outcome outcome = cortile("cosim serial");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, HasSubstr("stalls"));
}

TEST_F(OwnRtl, EquationsOfOptionsCanBeShownAndRun) {
    const Outcome shown = cortile("cosim " + example("serial_lif") + " --equations");
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.text, HasSubstr("total = current * weight"));
    const Outcome run = cortile("cosim " + example("serial_lif") +
                                " --operation v=100,current=2,weight=3 --operation v=4");
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, HasSubstr("2 operations, no difference"));
}

TEST_F(OwnRtl, FixedClocksAfterAStart) {
    const Outcome outcome = cosim(R"(
module n(input logic clk, rst, start, input logic [7:0] a, b, output logic [7:0] y);
    logic [1:0] c;
    logic [7:0] t;
    always_ff @(posedge clk)
        if (rst) begin c <= 0; y <= 0; end
        else if (start && c == 0) begin t <= a; c <= 1; end
        else if (c == 1) begin t <= t + b; c <= 2; end
        else if (c == 2) begin y <= t ^ 8'h55; c <= 0; end
endmodule)",
                                  std::string(kClocked) +
                                      "timing: {style: multi_cycle, latency: 3}\n"
                                      "handshake: {request_valid: start}\n"
                                      "reference:\n  semantics: equations\n  program: |\n"
                                      "    input a, b: u8\n    output y: u8\n"
                                      "    y = wrap(a + b, u8) ^ 0x55\n"
                                      "ports: {a: {in: a}, b: {in: b}, y: {out: y}}\n");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
}

// A level that is held until it is answered, and an asynchronous reset that is active low.
TEST_F(OwnRtl, RequestHeldUntilTheResponse) {
    const Outcome outcome = cosim(R"(
module n(input logic clk, rst_n, go, input logic [7:0] a, output logic [7:0] y, output logic idle);
    logic [2:0] c;
    logic ack;
    assign idle = !ack;
    always_ff @(posedge clk or negedge rst_n)
        if (!rst_n) begin c <= 0; ack <= 0; end
        else begin
            ack <= 0;
            if (!go) c <= 0;
            else if (!ack) begin
                c <= c + 1;
                if (c == 3) begin ack <= 1; y <= a + 1; c <= 0; end
            end
        end
endmodule)",
                                  "clock: {port: clk}\nreset: {port: rst_n, active: low}\n"
                                  "timing: {style: multi_cycle, latency: 5, hold_request: true}\n"
                                  "handshake: {request_valid: go, response_valid: \"!idle\"}\n"
                                  "reference:\n  semantics: equations\n  program: |\n"
                                  "    input a: u8\n    output y: u8\n    y = wrap(a + 1, u8)\n"
                                  "ports: {a: {in: a}, y: {out: y}}\n");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
}

// Logic of inputs and old state is read before the edge, the registers after it; state that no port
// shows; bits of ports, inverted ones, constants.
TEST_F(OwnRtl, RegistersAndLogicEachAtTheirTime) {
    const Outcome outcome = cosim(R"(
module n(input logic clk, rst, input logic [7:0] pins, output logic fires_n, output logic [8:0] bus);
    logic [5:0] v, w;
    logic [6:0] sum;
    assign sum = {1'b0, v} + {3'b0, pins[3:0]};
    assign fires_n = !(sum > 50 && pins[7:6] == 2);
    assign bus = {v, 3'b101};
    always_ff @(posedge clk)
        if (rst) begin v <= 7; w <= {2'b0, pins[3:0]}; end
        else begin
            v <= fires_n ? (sum > 63 ? 63 : sum[5:0]) : w;
            w <= w + 1;
        end
endmodule)",
                                  std::string(kClocked) +
                                      "timing: {style: pipelined, latency: 1}\nstate: inside\n"
                                      "tie: {\"pins[7:6]\": 2}\n"
                                      "reference:\n  semantics: equations\n  program: |\n"
                                      "    state v: u6 = 7\n    state w: u6\n"
                                      "    input current: u4\n    output spike: bool\n"
                                      "    spike = v + current > 50\n"
                                      "    v = spike ? w : sat(v + current, u6)\n"
                                      "    w = wrap(w + 1, u6)\n"
                                      "ports:\n  v: {out: \"bus[8:3]\"}\n"
                                      "  current: {in: \"pins[3:0]\"}\n"
                                      "  spike: {out: \"!fires_n\", latency: 0}\n");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, HasSubstr("no port shows it: not compared"));
}

TEST_F(OwnRtl, LanesInArraysAndPackedPorts) {
    const Outcome outcome =
        cosim(R"(
module n(input logic signed [7:0] w[0:3], input logic [3:0][1:0] x, input logic a0, a1,
         output logic signed [9:0] y[2], output logic [79:0] wide);
    assign y[0] = a0 ? w[0] + w[1] : 0;
    assign y[1] = a1 ? w[2] + w[3] : 0;
    assign wide = {x, 72'd0};
endmodule)",
              "timing: {style: combinational}\n"
              "reference:\n  semantics: equations\n  program: |\n"
              "    input w: s8[4]\n    input x: u2[4]\n    input a: bool[2]\n"
              "    output y: s10[2]\n    output wide: u2[4]\n"
              "    for i in 0 .. 1 { y[i] = a[i] ? w[2 * i] + w[2 * i + 1] : 0 }\n"
              "    for i in 0 .. 3 { wide[i] = x[i] }\n"
              "ports: {w: {in: w}, x: {in: x}, a: {in: a0 a1}, y: {out: y}, "
              "wide: {out: \"wide[79:72]\"}}\n");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
}

// What foreign sources have in them.
TEST_F(OwnRtl, DelaysDisplaysTestbenchesAndVerilogsNames) {
    const Outcome outcome = cosim(R"(
`timescale 1ns/1ps
module n(clk, rst, soft, bit, v);
    input clk, rst;
    input [3:0] soft, bit;
    output reg [7:0] v;
    initial $display("hello");
    always @(posedge clk or posedge rst)
        if (rst) v <= #1 0;
        else begin
            $display("v is %d", v);
            v <= #1 v + soft + bit;
        end
endmodule
module bench; reg clk = 0; always #5 clk = ~clk; initial #100 $finish; endmodule)",
                                  std::string(kClocked) +
                                      "language: verilog\ntiming: {latency: 1}\nstate: inside\n"
                                      "reference:\n  semantics: equations\n  program: |\n"
                                      "    state v: u8\n    input a, b: u4\n"
                                      "    v = wrap(v + a + b, u8)\n"
                                      "ports: {v: {out: v}, a: {in: soft}, b: {in: bit}}\n");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, Not(HasSubstr("hello")));
    const Outcome other = cortile("cosim dut --random 10");
    EXPECT_EQ(other.code, 0);
    std::string yaml = read("dut/datapath.yaml");
    yaml.replace(yaml.find("language: verilog\n"), 18, "");
    write("dut/datapath.yaml", yaml);
    EXPECT_THAT(cortile("cosim dut").text,
                AllOf(HasSubstr("verilator refuses the sources"), HasSubstr("hint:"),
                      HasSubstr("language: verilog"), Not(HasSubstr("%Warning"))));
}

// A fault that shows only after a pause is found, and the line replays the pauses too.
TEST_F(OwnRtl, FaultThatDependsOnPauses) {
    const Outcome outcome = cosim(R"(
module n(input logic clk, rst, start, input logic [7:0] a, output logic [7:0] y, output logic done);
    logic [3:0] idle;
    logic [1:0] c;
    always_ff @(posedge clk)
        if (rst) begin c <= 0; idle <= 0; done <= 0; end
        else begin
            done <= c == 1;
            if (start && c == 0) begin c <= 2; y <= idle == 2 ? ~a : a; idle <= 0; end
            else if (c != 0) c <= c - 1;
            else idle <= idle + 1;
        end
endmodule)",
                                  std::string(kClocked) +
                                      "timing: {style: multi_cycle, latency: 3}\n"
                                      "handshake: {request_valid: start, response_valid: done}\n"
                                      "reference:\n  semantics: equations\n  program: |\n"
                                      "    input a: u8\n    output y: u8\n    y = a\n"
                                      "ports: {a: {in: a}, y: {out: y}}\n");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("FAILED: 1 of 6 checks"),
                                    HasSubstr("replay: cortile cosim dut --operation 'a=")));
    const std::size_t line = outcome.text.find("cosim dut --operation");
    const std::string replay = outcome.text.substr(line, outcome.text.find('\n', line) - line);
    const std::size_t stalls = replay.find(" --stalls");
    ASSERT_NE(stalls, std::string::npos);
    EXPECT_EQ(cortile(replay).code, 4);
    EXPECT_EQ(cortile(replay.substr(0, stalls)).code, 0);
    EXPECT_THAT(cortile(replay.substr(0, stalls) + " --stalls 1").text,
                HasSubstr("expected SEED:SHARE"));
}

}  // namespace
}  // namespace cortile::test
