// SPDX-License-Identifier: Apache-2.0
// Anybody's RTL behind a datapath.yaml, through the program: examples/rtl, and neurons of every
// timing style. docs/how_to/bring_your_own_rtl.md is followed literally; what is taken from it:
//   File `PATH`:                          the code block after it is that file
//   In `PATH`, replace `TEXT` by          the line TEXT becomes the code block after it
//   ```console                            commands ("$ ...") with their output; … stands for
//   anything
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "rtl/verilated/datapath_library.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Outcome {
    int code = -1;
    std::string text;  // standard output and error together
};

class OwnRtl : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }

    // `cortile ARGUMENTS`, in the test's folder.
    Outcome cortile(const std::string& arguments) const {
        const std::string command = "cd " + folder.path().string() +
                                    " && CORTILE_CACHE=" + CORTILE_TEST_CACHE + " " +
                                    CORTILE_PROGRAM + " " + arguments + " 2>&1";
        FILE* const pipe = popen(command.c_str(), "r");
        Outcome outcome;
        std::array<char, 4096> buffer{};
        for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
            outcome.text.append(buffer.data(), n);
        }
        const int status = pclose(pipe);
        outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return outcome;
    }
    void write(const fs::path& name, const std::string& text) const {
        fs::create_directories((folder.path() / name).parent_path());
        std::ofstream(folder.path() / name, std::ios::binary) << text;
    }
    std::string read(const fs::path& name) const {
        std::ostringstream text;
        text << std::ifstream(folder.path() / name).rdbuf();
        return text.str();
    }
    // A datapath of `module` and the rest of datapath.yaml; fewer random operations than a user's.
    Outcome cosim(const std::string& module, const std::string& yaml) const {
        write("dut/n.sv", module);
        write("dut/datapath.yaml", "name: n\ntop: n\nsources: [n.sv]\n" + yaml);
        return cortile("cosim dut --random 2000");
    }

    static std::string example(const std::string& name) {
        return std::string(CORTILE_SOURCE_DIR) + "/examples/rtl/" + name;
    }

    TestFolder folder;
};

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

constexpr const char* kClocked = "clock: {port: clk}\nreset: {port: rst}\n";

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

// -- the how-to
// ------------------------------------------------------------------------------------

struct Step {
    enum class Kind { file, replacement, command } kind = Kind::file;
    std::string path, from;  // of a file, and the line to replace
    std::string text;        // the file, the new line, the command
    std::string output;
};

std::string between(const std::string& line, std::size_t number) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < 2 * number + 1; ++i) {
        at = line.find('`', at) + 1;
    }
    return line.substr(at, line.find('`', at) - at);
}

std::vector<Step> steps_of(const fs::path& page) {
    std::vector<Step> steps;
    std::ifstream stream(page);
    std::optional<Step> pending;
    std::string block, kind;
    bool inside = false;
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("```")) {
            if (!inside) {
                kind = line.substr(3);
                block.clear();
            } else if (kind == "console") {
                std::istringstream lines(block);
                for (std::string text; std::getline(lines, text);) {
                    if (text.starts_with("$ cortile ")) {
                        steps.push_back({Step::Kind::command, "", "", text.substr(10), ""});
                    } else {
                        steps.back().output += text + "\n";
                    }
                }
            } else if (pending) {
                pending->text = block;
                steps.push_back(*pending);
                pending.reset();
            }
            inside = !inside;
        } else if (inside) {
            block += line + "\n";
        } else if (line.starts_with("File `")) {
            pending = Step{Step::Kind::file, between(line, 0), "", "", ""};
        } else if (line.starts_with("In `")) {
            pending = Step{Step::Kind::replacement, between(line, 0), between(line, 1), "", ""};
        }
    }
    return steps;
}

// Does `text` have the pieces of `pattern` between its …, in their order?
testing::AssertionResult matches(const std::string& text, const std::string& pattern) {
    std::size_t at = 0;
    std::string rest = pattern;
    for (bool first = true;; first = false) {
        const std::size_t end = rest.find("…");
        std::string piece = rest.substr(0, end);
        const std::size_t found = text.find(piece, at);
        if (found == std::string::npos || (first && found != 0)) {
            return testing::AssertionFailure() << "not found: " << piece << "\nin: " << text;
        }
        at = found + piece.size();
        if (end == std::string::npos) {
            return testing::AssertionSuccess();
        }
        rest.erase(0, end + std::string("…").size());
    }
}

TEST_F(OwnRtl, HowToWorksAsItStands) {
    const std::vector<Step> steps =
        steps_of(fs::path(CORTILE_SOURCE_DIR) / "docs/how_to/bring_your_own_rtl.md");
    std::size_t commands = 0;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::file) {
            write(step.path, step.text);
        } else if (step.kind == Step::Kind::replacement) {
            std::string text = read(step.path);
            const std::size_t at = text.find(step.from + "\n");
            ASSERT_NE(at, std::string::npos) << step.from;
            text.replace(at, step.from.size() + 1, step.text);
            write(step.path, text);
        } else {
            ++commands;
            const Outcome outcome = cortile(step.text);
            EXPECT_TRUE(matches(outcome.text, step.output)) << "cortile " << step.text;
        }
    }
    EXPECT_EQ(commands, 4u);
    EXPECT_THAT(read("my_neuron/datapath.yaml"), HasSubstr("wrap(current"));
}

}  // namespace
}  // namespace cortile::test
