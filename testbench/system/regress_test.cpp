// SPDX-License-Identifier: Apache-2.0
// `cortile regress` as its users meet it, on a copy of one of our datapaths.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "rtl/verilated/datapath_library.h"
#include "testbench/support/shell.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

constexpr const char* kDatapath = "rtl/neuron_datapath/cuba_lif";
constexpr const char* kSource = "rtl/neuron_datapath/cuba_lif/cuba_lif.sv";
constexpr const char* kPipeline = "rtl/contract/datapath_pipeline.sv";
// The threshold of the neuron, and the same not strict.
constexpr const char* kStrict = "v_next1[W-2:0]} > {{W";
constexpr const char* kNotStrict = "v_next1[W-2:0]} >= {{W";

struct Outcome {
    int code = -1;
    std::string out, err;
};

// The first part of `text` that `pattern` captures.
std::string part(const std::string& text, const std::string& pattern) {
    std::smatch match;
    return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : "";
}

class Regress : public testing::Test {
  protected:
    // One folder for all, one test after another: what a test builds the next finds in the cache,
    // which goes by the sources' paths too.
    Regress() : folder(CORTILE_TEST_FOLDER) {
        fs::remove_all(folder);
        fs::create_directories(folder / "rtl" / "neuron_datapath");
        for (const char* part_of_it : {"rtl/contract", kDatapath}) {
            fs::copy(fs::path(CORTILE_SOURCE_DIR) / part_of_it, folder / part_of_it,
                     fs::copy_options::recursive);
        }
        write_list("  random: {stimulus: random, iterations: 3, operations: 3000, seed: 5}\n");
    }
    void write_list(const std::string& tests, const std::string& more = "") {
        write("list.yaml",
              std::string("datapaths: [") + kDatapath + "]\n" + more + "tests:\n" + tests);
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name) << text;
    }
    void replace(const char* file, const std::string& what, const std::string& by) {
        std::string text = contents(folder / file);
        const auto at = text.find(what);
        ASSERT_NE(at, std::string::npos) << "the source has changed: adapt this test";
        write(file, text.replace(at, what.size(), by));
    }
    // Runs a command there; "cortile" is the program.
    Outcome run(std::string command) {
        const std::string name = "cortile ";
        for (auto at = command.find(name); at != std::string::npos; at = command.find(name, at)) {
            command.replace(at, name.size(), std::string(CORTILE_PROGRAM) + " ");
            at += std::string(CORTILE_PROGRAM).size();
        }
        command = "export CORTILE_CACHE=" CORTILE_TEST_CACHE "; cd " + folder.string() + " && { " +
                  command + "; } >out.txt 2>err.txt";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                contents(folder / "out.txt"), contents(folder / "err.txt")};
    }
    std::string result(const std::string& name) {
        return contents(folder / "regress_results" / name);
    }
    bool has(const std::string& name) { return fs::exists(folder / name); }

    fs::path folder;
};

// Those that need the RTL built.
class RegressRtl : public Regress {
  protected:
    void SetUp() override {
        if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }
};

TEST_F(Regress, ListsWhatItWouldRun) {
    const Outcome outcome = run("cortile regress list.yaml --list --seed 7");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("cuba_lif/random.7  random, 3,000 operations\n"),
                                   HasSubstr("cuba_lif/random.9 ")));
    EXPECT_FALSE(has("regress_results"));
    const Outcome ours = run("cortile regress --list");
    EXPECT_EQ(ours.code, 0) << ours.err;
    EXPECT_THAT(ours.out, HasSubstr("cuba_lif/directed.1"));
    EXPECT_EQ(run("cortile regress nightly --list").code, 0);
}

TEST_F(Regress, ABadListIsCode2WithItsPlace) {
    write_list("  random: {stimulus: random, operation: 5}\n");
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err,
              "cortile: list.yaml:3: tests.random.operation: unknown key\n"
              "  hint: did you mean tests.random.operations?\n");
    EXPECT_THAT(run("cortile regress weekly").err, HasSubstr("is neither a file nor a list"));
    write_list("  random: {stimulus: random}\n");
    EXPECT_THAT(run("cortile regress list.yaml --only randon --list").err,
                HasSubstr("did you mean random?"));
    EXPECT_EQ(run("cortile regress list.yaml --seed 1 --reseed --list").code, 2);
}

TEST_F(Regress, WithoutVerilatorItSaysSoInOneLine) {
    const Outcome outcome = run("PATH=/nowhere cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, MatchesRegex("cortile: list.yaml: RTL co-simulation is off: verilator "
                                          "is not installed .*\n"));
}

TEST_F(RegressRtl, SoundRtlPassesWithFullCoverage) {
    write_list(
        "  directed: {stimulus: directed, stalls: 0.3}\n"
        "  random: {stimulus: random, iterations: 2, operations: 20000, stalls: 0.3}\n",
        "coverage: {line: 100, toggle: 100, functional: 100}\n");
    const Outcome outcome = run("cortile regress list.yaml -j 2");
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_EQ(outcome.out, result("summary.txt") + "\nresults: regress_results/\n");
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("3 of 3 passed"), HasSubstr("100.00 %")));
    EXPECT_THAT(result("junit.xml"), HasSubstr("tests=\"4\" failures=\"0\" errors=\"0\""));
    EXPECT_THAT(result("report.html"), HasSubstr("<title>passed: list.yaml</title>"));
    EXPECT_THAT(result("coverage.txt"), HasSubstr("all points are covered"));
    EXPECT_FALSE(has("regress_results/failures"));
}

TEST_F(RegressRtl, AMissedTargetIsCode4AndNamesWhatIsMissing) {
    write_list("  random: {stimulus: random, operations: 3}\n", "coverage: {functional: 50}\n");
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("\ncoverage target missed: cuba_lif: functional "));
    EXPECT_THAT(outcome.out, HasSubstr("1 of 1 passed"));
    EXPECT_THAT(result("coverage.txt"), HasSubstr("functional: voltage_saturates_above"));
    EXPECT_THAT(result("coverage.txt"), HasSubstr(std::string(kSource) + ":"));
    EXPECT_EQ(run("cortile regress list.yaml --only random").code, 0) << "no target is checked";
}

TEST_F(RegressRtl, ABugIsCode4WithAMinimalCaseAndAWaveform) {
    replace(kSource, kStrict, kNotStrict);
    const Outcome outcome = run("cortile regress list.yaml -j 2");
    ASSERT_EQ(outcome.code, 4) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("differs from the reference"));
    EXPECT_THAT(outcome.out, HasSubstr("the last "));
    EXPECT_THAT(outcome.err, HasSubstr("failed: cuba_lif/random.5: operation "));
    EXPECT_THAT(result("junit.xml"), HasSubstr("<failure type=\"failed\""));
    EXPECT_THAT(result("report.html"), HasSubstr("<title>failed: list.yaml</title>"));

    // The command that the summary gives shows the same again, with one operation.
    const std::string minimal = part(outcome.out, "minimal +(cortile cosim [^\n]*)");
    EXPECT_THAT(minimal, HasSubstr("--operation '"));
    const Outcome again = run(minimal);
    EXPECT_EQ(again.code, 4) << minimal;
    EXPECT_THAT(again.out, HasSubstr("operation 0: "));
    const std::string threshold = part(minimal, "threshold=([0-9]+)");
    EXPECT_THAT(minimal, testing::AnyOf(HasSubstr("v=" + threshold + ","),
                                        HasSubstr("bias=" + threshold + ",")))
        << "a voltage that equals its threshold, and little else";

    const std::string wave = part(outcome.out, "waveform +([^\n]*)");
    ASSERT_TRUE(has(wave));
    EXPECT_LT(fs::file_size(folder / wave), 200'000u) << "a window, not the whole run";
    // Of the format FST: a header block (0) of 329 bytes.
    EXPECT_EQ(contents(folder / wave).substr(0, 9), std::string("\0\0\0\0\0\0\0\x01\x49", 9));
    const std::string message = contents((folder / wave).parent_path() / "message.txt");
    EXPECT_THAT(message, AllOf(HasSubstr("expected"), HasSubstr("minimal case: 1 operation"),
                               HasSubstr("waveform: wave.fst, operations "),
                               HasSubstr("replay: cortile regress list.yaml --only cuba_lif/")));
}

TEST_F(RegressRtl, ALateFailureIsShownInAWindow) {
    // A fault that needs an operation of its own kind, which comes late.
    replace(kSource, kStrict, "v_next1[W-2:0]} + (du0 == 1234 && dv0 == 0) > {{W");
    write_list("  random: {stimulus: random, operations: 3000000, seed: 5}\n");
    const Outcome outcome = run("cortile regress list.yaml");
    if (outcome.code == 0) {
        GTEST_FAIL() << "the fault did not show: take another seed";
    }
    const fs::path found = folder / part(outcome.out, "message +([^\n]*)");
    const std::string text = contents(found);
    const auto first = std::stoull("0" + part(text, "wave.fst, operations ([0-9]+) to"));
    const auto failed = std::stoull("0" + part(text, "of which ([0-9]+) failed"));
    EXPECT_GT(first, 0u) << text;
    EXPECT_GE(failed, first);
    EXPECT_LT(failed - first, 3u * 512) << text;
    EXPECT_LT(fs::file_size(found.parent_path() / "wave.fst"), 500'000u);
}

TEST_F(RegressRtl, WhatNeedsPausesIsRepeatedWithThem) {
    replace(kPipeline, "assign advance = !rsp_valid || rsp_ready;", "assign advance = 1;");
    write_list(
        "  random: {stimulus: random, operations: 2000}\n"
        "  stalled: {stimulus: random, operations: 2000, stalls: 0.3}\n");
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("1 of 2 passed"));
    const std::string minimal = part(outcome.out, "minimal +(cortile cosim [^\n]*)");
    EXPECT_THAT(minimal, HasSubstr(" --stalls "));
    EXPECT_EQ(run(minimal).code, 4) << minimal;
    EXPECT_EQ(run(minimal.substr(0, minimal.find(" --stalls"))).code, 0)
        << "it does not fail without pauses";
}

TEST_F(RegressRtl, SeedsStickUntilTheyPass) {
    replace(kSource, kStrict, kNotStrict);
    ASSERT_EQ(run("cortile regress list.yaml --seed 1234 --scale 0.3").code, 4);
    EXPECT_THAT(result("failing_seeds.txt"), HasSubstr("\ncuba_lif/random.1234\n"));
    // With other seeds it still runs, and first.
    const Outcome plan = run("cortile regress list.yaml --list");
    EXPECT_THAT(plan.out, HasSubstr("\ncuba_lif/random.1234  random, 3,000 operations  failed "
                                    "before\ncuba_lif/random.5 "));
    replace(kSource, kNotStrict, kStrict);
    const Outcome mended = run("cortile regress list.yaml");
    EXPECT_EQ(mended.code, 0) << mended.out;
    EXPECT_THAT(mended.out, HasSubstr("4 of 4 passed"));
    EXPECT_FALSE(has("regress_results/failing_seeds.txt"));
    EXPECT_THAT(run("cortile regress list.yaml --list").out, Not(HasSubstr("1234")));
}

TEST_F(RegressRtl, TheReplayLineRunsOneRunAndKeepsTheReports) {
    replace(kSource, kStrict, kNotStrict);
    const Outcome all = run("cortile regress list.yaml --seed 70");
    ASSERT_EQ(all.code, 4);
    const std::string summary = result("summary.txt");
    const std::string replay = part(all.out, "replay +(cortile regress [^\n]*)");
    EXPECT_THAT(replay, StartsWith("cortile regress list.yaml --only cuba_lif/random.7"));
    const Outcome one = run(replay);
    EXPECT_EQ(one.code, 4);
    EXPECT_THAT(one.out, HasSubstr("0 of 1 passed"));
    EXPECT_EQ(part(one.out, "(operation [0-9]+: [^\n]*)"),
              part(all.out, "(operation [0-9]+: [^\n]*)"));
    EXPECT_EQ(result("summary.txt"), summary);
    EXPECT_THAT(result("failing_seeds.txt"), HasSubstr("cuba_lif/random.71"));
}

TEST_F(RegressRtl, ResultsDoNotDependOnHowManyProcessesThereAre) {
    const auto outputs = [&](const std::string& arguments, int code) {
        fs::remove_all(folder / "regress_results");
        EXPECT_EQ(run("cortile regress list.yaml " + arguments).code, code);
        std::string text = result("summary.txt") + result("coverage.txt");
        for (const auto& entry : fs::recursive_directory_iterator(folder / "regress_results")) {
            if (entry.path().extension() == ".csv" || entry.path().filename() == "message.txt") {
                text += entry.path().string() + contents(entry.path());
            }
        }
        return text;
    };
    const std::string coverage = outputs("--coverage -j 1", 0);
    EXPECT_THAT(coverage, HasSubstr("100.00 %"));
    EXPECT_EQ(coverage, outputs("--coverage -j 4", 0));
    replace(kSource, kStrict, kNotStrict);
    const std::string failures = outputs("-j 1", 4);
    EXPECT_THAT(failures, HasSubstr("failed"));
    EXPECT_EQ(failures, outputs("-j 4", 4));
}

TEST_F(RegressRtl, RtlThatDoesNotCompileIsCode2WithVerilatorsMessage) {
    replace(kSource, "endmodule", "endmodul");
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("0 of 3 passed"), HasSubstr("for 1 reason"),
                      HasSubstr("verilator refuses the sources"), HasSubstr("cuba_lif.sv")));
    EXPECT_THAT(result("junit.xml"), HasSubstr("<error type=\"broken\""));
}

TEST_F(RegressRtl, RtlThatNeverAnswersIsAFailureOfItsRunAlone) {
    // From the hundredth operation on.
    replace(kPipeline, "assign rsp_valid = valid[STAGES-1];",
            "assign rsp_valid = valid[STAGES-1] && retire_order < 100;");
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_EQ(outcome.code, 4) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("handshake: "));
    EXPECT_THAT(outcome.out, HasSubstr("0 of 3 passed; 3 failed, for 1 reason"));
}

TEST_F(RegressRtl, ARunThatTakesTooLongFailsAndTheOthersDoNot) {
    write_list(
        "  long: {stimulus: random, operations: 1000000000, time_limit: 0.3 s}\n"
        "  random: {stimulus: random, operations: 3000}\n");
    const Outcome outcome = run("cortile regress list.yaml -j 2");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 of 2 passed"), HasSubstr("took longer than 0.3 s"),
                                   HasSubstr("allow it more with time_limit")));
    EXPECT_THAT(result("junit.xml"), HasSubstr("<error type=\"timed out\""));
}

TEST_F(RegressRtl, ARunThatDiesFailsAndTheOthersDoNot) {
    write_list(
        "  long: {stimulus: random, operations: 1000000000}\n"
        "  random: {stimulus: random, operations: 3000}\n");
    ASSERT_EQ(run("cortile regress list.yaml --only random").code, 0) << "it is built now";
    // A process that takes more than a second of processor time is ended by SIGXCPU.
    const Outcome outcome = run("( ulimit -S -t 1; cortile regress list.yaml -j 2 )");
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 of 2 passed"), HasSubstr("ended by SIGXCPU")));
    EXPECT_THAT(result("junit.xml"), HasSubstr("<error type=\"crashed\""));
    EXPECT_THAT(result("failing_seeds.txt"), HasSubstr("cuba_lif/long.1"));
}

TEST_F(RegressRtl, ARecordingIsATest) {
    write("operations.csv", "v,threshold,spike_enable\n100,99,1\n100,100,1\n100,101,1\n-5,0,1\n");
    write_list(
        "  all: {stimulus: recorded, recording: operations.csv}\n"
        "  slices: {stimulus: recorded, recording: operations.csv, operations: 3, iterations: "
        "2}\n");
    const Outcome sound = run("cortile regress list.yaml");
    EXPECT_EQ(sound.code, 0) << sound.out;
    EXPECT_THAT(sound.out, HasSubstr("Operations  8 checked")) << "4, then 3 and 1";
    replace(kSource, kStrict, kNotStrict);
    const Outcome outcome = run("cortile regress list.yaml");
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 of 3 passed"), HasSubstr("operation 1: v")));
    write("operations.csv", "v,thresold\n1,2\n");
    const Outcome misspelt = run("cortile regress list.yaml");
    EXPECT_EQ(misspelt.code, 2);
    EXPECT_THAT(misspelt.out, HasSubstr("did you mean threshold?"));
}

TEST_F(RegressRtl, TheSelfTestSeesASeededBug) {
    const Outcome seen = run("cortile regress list.yaml --self-test");
    EXPECT_EQ(seen.code, 0) << seen.out << seen.err;
    EXPECT_THAT(seen.out, AllOf(HasSubstr("cuba_lif  current_never_odd  yes"),
                                HasSubstr("the regression fails where it must")));
    EXPECT_FALSE(has("regress_results"));
    EXPECT_THAT(contents(folder / kSource),
                HasSubstr("assign u_negative0 = u0[W-1] && |u0[W-2:0];"))
        << "a copy is changed";
}

TEST_F(RegressRtl, ABugThatGoesUnnoticedIsCode4) {
    write_list("  random: {stimulus: random, operations: 1}\n");
    const Outcome blind = run("cortile regress list.yaml --bug hold_stuck");
    EXPECT_EQ(blind.code, 4);
    EXPECT_THAT(blind.out, AllOf(HasSubstr("cuba_lif  hold_stuck  NO"),
                                 HasSubstr("1 of 1 seeded bugs went unnoticed")));
    EXPECT_THAT(run("cortile regress list.yaml --bug hold_stck").err,
                HasSubstr("did you mean hold_stuck?"));
}

TEST_F(RegressRtl, AnInterruptedRegressionLeavesNothingButSeedsThatStick) {
    ASSERT_EQ(run("cortile regress list.yaml").code, 0);
    const std::string summary = result("summary.txt");
    replace(kSource, kStrict, kNotStrict);
    write_list(
        "  random: {stimulus: random, operations: 3000}\n"
        "  long: {stimulus: random, operations: 1000000000, datapaths: [cuba_lif]}\n");
    replace("list.yaml", "long: {stimulus: random",
            "long: {stimulus: recorded, recording: operations.csv");
    // Nothing in it fails, and it is long.
    std::ofstream operations(folder / "operations.csv");
    operations << "v\n";
    for (int i = 0; i < 3'000'000; ++i) {
        operations << "1\n";
    }
    operations.close();
    const Outcome outcome =
        run("cortile regress list.yaml -j 1 & for i in $(seq 600); do grep -q ^failed err.txt && "
            "break; "
            "sleep 0.2; done; kill -INT $!; wait $!");
    EXPECT_EQ(outcome.code, 130) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("interrupted; reports were not written"));
    EXPECT_EQ(result("summary.txt"), summary);
    EXPECT_THAT(result("failing_seeds.txt"), HasSubstr("cuba_lif/random.1"));
    for (const auto& entry : fs::directory_iterator(folder)) {
        EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("partial")));
    }
}

}  // namespace
}  // namespace cortile::test
