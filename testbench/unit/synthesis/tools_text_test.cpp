// SPDX-License-Identifier: Apache-2.0
// What is read of yosys and OpenSTA, from text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "rtl/synthesis/sdf.h"
#include "rtl/synthesis/timing_analysis.h"
#include "testbench/unit/synthesis/small_library.h"

namespace cortile {
namespace {

using testing::HasSubstr;

template <typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Sdf, TakesTheSlowestOfWhatIsGiven) {
    const GateDelays delays = parse_sdf(
        "(DELAYFILE\n (SDFVERSION \"3.0\") (TIMESCALE 1ns)\n"
        " (CELL (CELLTYPE \"NAND2\") (INSTANCE c1)\n"
        "  (DELAY (ABSOLUTE\n"
        "    (INTERCONNECT a c1/A (0.5::0.5))\n"
        "    (IOPATH A Y (0.1::0.2) (0.3:0.4:0.5))\n"
        "    (IOPATH B Y (0.25))\n"
        "    (COND A == 1'b1 (IOPATH (posedge C) Y (0.1) (0.2)))\n"
        "    (COND A == 1'b0 (IOPATH (posedge C) Y (0.3) ()))\n"
        "  ))\n (TIMINGCHECK (SETUP (posedge D) (posedge CLK) (0.1::0.2))))\n)\n",
        "x.sdf");
    ASSERT_EQ(delays.size(), 3u);
    EXPECT_EQ(delays.at({"c1", "A", "Y"}).rise, 200'000);
    EXPECT_EQ(delays.at({"c1", "A", "Y"}).fall, 500'000);
    EXPECT_EQ(delays.at({"c1", "B", "Y"}).fall, 250'000);
    EXPECT_EQ(delays.at({"c1", "C", "Y"}).rise, 300'000);
    EXPECT_EQ(delays.at({"c1", "C", "Y"}).fall, 200'000);
}

TEST(Sdf, HonoursItsTimeScale) {
    const GateDelays delays = parse_sdf(
        "(DELAYFILE (TIMESCALE 10 ps) (CELL (INSTANCE c) (DELAY (ABSOLUTE (IOPATH A Y (3) "
        "(4))))))",
        "x.sdf");
    EXPECT_EQ(delays.at({"c", "A", "Y"}).rise, 30'000);
    EXPECT_EQ(delays.at({"c", "A", "Y"}).fall, 40'000);
}

TEST(Sdf, NamesTheLineOfWhatItCannotRead) {
    EXPECT_THAT(error_of([] { parse_sdf("module x;", "x.v"); }), HasSubstr("x.v:1: not an SDF"));
    EXPECT_THAT(error_of([] { parse_sdf("(DELAYFILE\n(CELL", "x.sdf"); }),
                HasSubstr("x.sdf:2: the file ends"));
    EXPECT_THAT(error_of([] { parse_sdf("(DELAYFILE\n\n(IOPATH A Y (soon) (1)))", "x.sdf"); }),
                HasSubstr("not a delay"));
    EXPECT_THAT(error_of([] { parse_sdf("(DELAYFILE (IOPATH A Y))", "x.sdf"); }),
                HasSubstr("a path without delays"));
}

TEST(TimingAnswers, AreReadInNanoseconds) {
    const TimingAnswers answers = parse_timing_answers(
        "slack -2.5\npath c1/Q c2/D\nslew c1/Q 0.1 0.2\nslew clk 0.3 0.4\nleast_period 12.5\n",
        "answers.txt");
    EXPECT_DOUBLE_EQ(answers.slack, -2.5e-9);
    EXPECT_DOUBLE_EQ(answers.least_period, 12.5e-9);
    EXPECT_EQ(answers.start, "c1/Q");
    EXPECT_EQ(answers.end, "c2/D");
    EXPECT_DOUBLE_EQ(answers.slews.at({"c1", "Q"}).fall, 0.2e-9);
    EXPECT_DOUBLE_EQ(answers.slews.at({"", "clk"}).rise, 0.3e-9);
}

TEST(TimingAnswers, OfAnAnalysisThatDiedAreRefused) {
    EXPECT_THAT(error_of([] { parse_timing_answers("slack 1\n", "answers.txt"); }),
                HasSubstr("did not finish"));
    EXPECT_THAT(error_of([] { parse_timing_answers("slew c1/Q NaNs\n", "answers.txt"); }),
                HasSubstr("cannot read 'slew c1/Q NaNs'"));
}

TEST(TimingScript, LeavesTheClockWithoutADriver) {
    const TimingQuestion question{"/l.lib", "/n.v", "top", "ck", 8e-9,
                                  "DFF",    "Q",    1e-10, "/a", "/s"};
    const std::string script = timing_script(question);
    EXPECT_THAT(script, HasSubstr("read_liberty {/l.lib}"));
    EXPECT_THAT(script, HasSubstr("set period 8\n"));
    EXPECT_THAT(script, HasSubstr("set_driving_cell -lib_cell DFF -pin Q $inputs"));
    EXPECT_THAT(script, HasSubstr("set_input_transition 0.1 [get_ports $clock]"));
}

constexpr const char* kJson = R"({"modules": {"top": {
  "ports": {"a": {"direction": "input", "bits": [2, 3]}, "y": {"direction": "output", "bits": [4]}},
  "cells": {
    "x": {"type": "XOR2", "connections": {"A": [2], "B": [3], "Y": [5]}},
    "i": {"type": "INV", "connections": {"A": [5], "Y": [4]}},
    "k": {"type": "XOR2", "connections": {"A": ["1"], "B": ["x"], "Y": []}}
  },
  "netnames": {"a": {"bits": [2, 3]}, "n1": {"bits": [5]}, "y": {"bits": [4]}}}}})";

TEST(GateNetlist, IsReadFromYosys) {
    const GateNetlist netlist = netlist_from_json(kJson, "top", test::small_library(), "x.json");
    ASSERT_EQ(netlist.cells.size(), 3u);
    EXPECT_EQ(netlist.port("a")->nets.size(), 2u);
    EXPECT_EQ(netlist.nets[netlist.port("a")->nets[1]], "a[1]");
    EXPECT_EQ(netlist.port("b"), nullptr);
    EXPECT_DOUBLE_EQ(netlist.area(), 7);
    EXPECT_DOUBLE_EQ(netlist.leakage(), 5e-9);
    EXPECT_EQ(netlist.cells_by_type().at("XOR2"), 2u);
    EXPECT_EQ(netlist.states(), 0u);
    EXPECT_DOUBLE_EQ(netlist.loads()[netlist.port("a")->nets[0]], 1e-15);
    EXPECT_DOUBLE_EQ(netlist.loads()[netlist.port("y")->nets[0]], 0);
}

TEST(GateNetlist, SaysWhatCouldNotBeMapped) {
    const auto error = [](std::string from, const std::string& to) {
        std::string text = kJson;
        text.replace(text.find(from), from.size(), to);
        return error_of(
            [&] { netlist_from_json(text, "top", test::small_library(), "datapath.yaml"); });
    };
    EXPECT_THAT(error("INV", "$_DLATCH_P_"), HasSubstr("write the state as flip-flops"));
    EXPECT_THAT(error("INV", "TRISTATE"), HasSubstr("three-state output"));
    EXPECT_THAT(error("\"Y\": [4]", "\"Z\": [4]"), HasSubstr("cell INV has no pin Z"));
    EXPECT_THAT(error("\"cells\"", "\"cell\""), HasSubstr("not a netlist of yosys"));
}

}  // namespace
}  // namespace cortile
