// SPDX-License-Identifier: Apache-2.0
// Does firmware on the management processors do what the host does, and is it told what goes wrong?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "hw_model/base/child_process.h"
#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "hw_model/registers/management_registers.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const fs::path kExperiment =
    fs::path(CORTILE_SOURCE_DIR) / "examples/fashion_mnist/experiment.yaml";

std::string elf(const std::string& name) {
    return (fs::path(CORTILE_FIRMWARE_FOLDER) / (name + ".elf")).string();
}

class Firmware : public testing::Test {
  protected:
    ProgramEnd cortile(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), CORTILE_PROGRAM);
        return run_program(arguments, folder.path());
    }
    // `cortile run` of the example, with `more`.
    ProgramEnd run(const std::vector<std::string>& more, const std::string& samples = "2") {
        std::vector<std::string> arguments{"run", kExperiment.string(), "--set",
                                           "stimulus.samples=" + samples};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return cortile(arguments);
    }
    std::string result(const std::string& out, const std::string& file) {
        return read_text_file(folder.path() / out / file);
    }
    // Columns of samples.csv but for the latency, which firmware adds to.
    std::string classes(const std::string& out) {
        std::istringstream lines(result(out, "samples.csv"));
        std::string text;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream fields(line);
            std::string field;
            for (int i = 0; std::getline(fields, field, ','); ++i) {
                text += i == 4 ? "" : field + ",";
            }
            text += "\n";
        }
        return text;
    }

    TestFolder folder;
};

TEST_F(Firmware, DrivesFashionMnistAsTheHostDoes) {
    const std::vector<std::string> probes{"--probe", "lif2:spikes,v", "--probe", "lif1:spikes"};
    std::vector<std::string> host = probes, firmware = probes;
    host.insert(host.end(), {"--out", "host"});
    firmware.insert(firmware.end(), {"--out", "firmware", "--firmware", elf("inference")});
    ASSERT_EQ(run(host, "20").exit_code, 0);
    const ProgramEnd end = run(firmware, "20");
    ASSERT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output,
                AllOf(HasSubstr(" bytes of image loaded\n"), HasSubstr("inference.elf:")));
    for (const char* same : {"probes.h5", "layers.csv", "cores.csv", "links.csv"}) {
        EXPECT_EQ(result("host", same), result("firmware", same)) << same;
    }
    EXPECT_EQ(classes("host"), classes("firmware"));

    const auto summary = nlohmann::json::parse(result("firmware", "summary.json"));
    const auto without = nlohmann::json::parse(result("host", "summary.json"));
    EXPECT_EQ(summary["accuracy"], without["accuracy"]);
    const auto& what = summary["firmware"];
    EXPECT_GT(what["processors"][0]["instructions"], 20 * 18 * 100);
    EXPECT_NEAR(
        summary["modelled_seconds"].get<double>(),
        without["modelled_seconds"].get<double>() + what["management_seconds"].get<double>(),
        1e-12);
    EXPECT_FALSE(without.contains("firmware"));
    EXPECT_THAT(result("firmware", "energy.csv"),
                AllOf(HasSubstr("management,management,instruction,"),
                      HasSubstr("management,management,bus_word,")));
    EXPECT_THAT(result("firmware", "report.txt"), HasSubstr("firmware between timesteps"));
}

// Rows of integers and of reals, weight tables, crossbars: each has its own kind of memory in the
// image.
TEST_F(Firmware, LoadsEveryKindOfCore) {
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {3});
        net.linear("fc", 3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1});
        net.if_("if", {3}, {.v_threshold = {0.5}});
        net.output("output", {3});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    folder.write("a.csv", "0,1,1\n0,0,1\n1,0,1\n");
    for (const std::string preset :
         {"tiny_2x2", "ideal", "odin", "tianjic", "truenorth", "tianjic_5x5"}) {
        folder.write("experiment.yaml", "preset: " + preset +
                                            "\nnetwork: {file: network.nir}\n"
                                            "stimulus: {kind: raster, files: [a.csv]}\n");
        const ProgramEnd host = cortile({"run", "experiment.yaml", "--out", "host"});
        ASSERT_EQ(host.exit_code, 0) << host.output;
        const ProgramEnd end =
            cortile({"run", "experiment.yaml", "--out", "chip", "--firmware", elf("inference")});
        ASSERT_EQ(end.exit_code, 0) << preset << end.output;
        EXPECT_THAT(result("chip", "layers.csv"), HasSubstr("if,3,1,5,")) << preset;
        EXPECT_EQ(result("host", "layers.csv"), result("chip", "layers.csv")) << preset;
        EXPECT_EQ(classes("host"), classes("chip")) << preset;
    }
}

TEST_F(Firmware, HandsOverNegativeValues) {
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {2});
        net.linear("fc", 1, 2, {1, 1});
        net.if_("if", {1}, {.v_threshold = {4.5}});
        net.output("output", {1});
        net.chain({"input", "fc", "if", "output"});
        writer.close();
    }
    // By timestep: 7 - 3, then 7 + 3.
    folder.write("a.npy", npy({7, -3, 7, 3}, {2, 2}));
    folder.write("experiment.yaml",
                 "preset: tiny_2x2\nnetwork: {file: network.nir}\n"
                 "stimulus: {kind: raster, files: [a.npy], entries: values}\n");
    const ProgramEnd host =
        cortile({"run", "experiment.yaml", "--out", "host", "--probe", "if:v,spikes"});
    ASSERT_EQ(host.exit_code, 0) << host.output;
    const ProgramEnd end = cortile({"run", "experiment.yaml", "--out", "chip", "--probe",
                                    "if:v,spikes", "--firmware", elf("inference")});
    ASSERT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(result("host", "layers.csv"), HasSubstr("if,1,1,1,")) << "of the second step";
    EXPECT_EQ(result("host", "probes.h5"), result("chip", "probes.h5"));
}

// By itself: the program shows cues, sees actions, and says which one was right. Halfway it
// reverses what is right.
TEST_F(Firmware, LearnsWithoutAHost) {
    const fs::path reward = kExperiment.parent_path().parent_path() / "reward/experiment.yaml";
    const ProgramEnd end =
        cortile({"run", reward.string(), "--firmware", elf("learn"), "--out", "learn"});
    ASSERT_EQ(end.exit_code, 0) << end.output;
    std::istringstream messages(result("learn", "messages.csv"));
    std::vector<int> correct;
    std::string line;
    std::getline(messages, line);
    while (std::getline(messages, line)) {
        EXPECT_THAT(line, testing::ContainsRegex(",,[0-9]+,5,")) << "no sample of the host's";
        correct.push_back(std::stoi(line.substr(line.rfind(',') + 1)));
    }
    ASSERT_EQ(correct.size(), 8u);
    EXPECT_GE(correct[3], 48) << "of 50: learned";
    EXPECT_LE(correct[4], 35) << "what was learned is wrong now";
    EXPECT_GE(correct[7], 48) << "learned anew";
    EXPECT_THAT(end.output, HasSubstr("learn: epoch 7: "));
    EXPECT_THAT(run({"--firmware", elf("learn")}).output,
                AllOf(HasSubstr("this is not the network of examples/reward"),
                      HasSubstr("ended with code 64")));
}

TEST_F(Firmware, IsDeterministic) {
    ASSERT_EQ(run({"--out", "a", "--firmware", elf("inference")}).exit_code, 0);
    ASSERT_EQ(run({"--out", "b", "--threads", "2", "--firmware", elf("inference")}).exit_code, 0);
    for (const char* same : {"samples.csv", "energy.csv", "report.txt"}) {
        EXPECT_EQ(result("a", same), result("b", same)) << same;
    }
}

TEST_F(Firmware, BootTestsTheChip) {
    const ProgramEnd end = run({"--firmware", elf("boot")});
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_THAT(end.output, AllOf(HasSubstr("boot: 8 x 4 tiles, 128 cores, 1 processors"),
                                  HasSubstr("packets over the mesh to 4 cores\n"),
                                  HasSubstr("boot: self-test passed in")));
}

// A program that goes on by itself and writes to a log.
class Started {
  public:
    Started(const fs::path& log, std::vector<std::string> arguments) : log_(log) {
        std::vector<char*> pointers;
        for (std::string& argument : arguments) {
            pointers.push_back(argument.data());
        }
        pointers.push_back(nullptr);
        const int output = open(log_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        child_ = start_child(
            [&] {
                execvp(pointers[0], pointers.data());
                return EXIT_FAILURE;
            },
            output);
        close(output);
    }
    // Waits until the log holds `text`, and returns the line that it is in; empty: it does not
    // come.
    std::string line_with(const std::string& text) const {
        for (int tries = 0; tries < 600; ++tries) {
            const std::string all = output();
            const std::size_t at = all.find(text), end = all.find('\n', at);
            if (at != std::string::npos && end != std::string::npos) {
                const std::size_t begin = all.rfind('\n', at);
                return all.substr(begin + 1, end - begin - 1);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return "";
    }
    void signal(int number) const { kill(child_, number); }
    int wait() const {
        int status = 0;
        waitpid(child_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string output() const { return read_text_file(log_); }

  private:
    fs::path log_;
    pid_t child_;
};

// The example with a program.
std::vector<std::string> firmware_run(const std::string& name) {
    return {CORTILE_PROGRAM, "run",    kExperiment.string(), "--set", "stimulus.samples=1",
            "--firmware",    elf(name)};
}

// A program that waits for gdb, and gdb with `commands`, which gets Ctrl-C when the program has
// printed `interrupt_at`. Nothing: gdb is not installed.
struct Debugged {
    std::string gdb, program;  // what they printed
    int exit_code = 0;         // of the program
};
std::optional<Debugged> debug(const fs::path& folder, const std::string& name,
                              const std::vector<std::string>& commands,
                              const std::string& interrupt_at = "") {
    if (!find_program("gdb-multiarch")) {
        return std::nullopt;
    }
    std::vector<std::string> run = firmware_run(name);
    run.insert(run.end(), {"--gdb", "0"});
    const Started started(folder / "log", run);
    const std::string mark = "target remote ", line = started.line_with(mark);
    if (line.empty()) {
        ADD_FAILURE() << started.output();
        return std::nullopt;
    }
    std::vector<std::string> arguments{
        "gdb-multiarch", "-q", "-nx", "-batch", elf(name), "-ex", line.substr(line.find(mark))};
    for (const std::string& command : commands) {
        arguments.insert(arguments.end(), {"-ex", command});
    }
    Debugged result;
    const Started gdb(folder / "gdb.log", arguments);
    if (!interrupt_at.empty() && !started.line_with(interrupt_at).empty()) {
        gdb.signal(SIGINT);
    }
    gdb.wait();
    result.gdb = gdb.output();
    result.exit_code = started.wait();
    result.program = started.output();
    return result;
}

// The real debugger: a breakpoint, registers, memory, variables, a watchpoint, steps.
TEST_F(Firmware, IsDebuggedByGdb) {
    const auto end =
        debug(folder.path(), "inference",
              {"print/x $pc", "break class_of_sample", "continue", "info symbol $pc", "bt",
               "x/1xw 0xA0000000", "x/1xw 0x40000000", "print/x $mtvec - (int)&trap_entry",
               "delete", "watch *(int*)counts", "set var *(int*)counts = 77", "print counts[0]",
               "set var counts[0] = 0", "stepi", "info symbol $pc", "delete", "print $a0 = 5",
               "info registers a0", "continue"});
    if (!end) {
        GTEST_SKIP() << "gdb-multiarch is not installed";
    }
    EXPECT_EQ(end->exit_code, 0) << end->program;
    EXPECT_THAT(end->gdb, HasSubstr("$1 = 0x10000\n")) << "stopped before the first instruction";
    EXPECT_THAT(end->gdb, HasSubstr("Breakpoint 1, "));
    EXPECT_THAT(end->gdb, HasSubstr("class_of_sample"));
    EXPECT_THAT(end->gdb, HasSubstr("main () at firmware/apps/inference/inference.c"));
    EXPECT_THAT(end->gdb, HasSubstr("0xa0000000:\t0x494e5443"));
    EXPECT_THAT(end->gdb, HasSubstr("0x40000000:\t0x00000001")) << "STATUS of a core";
    EXPECT_THAT(end->gdb, HasSubstr("$2 = 0x0\n"));
    EXPECT_THAT(end->gdb, HasSubstr("= 77\n"));
    EXPECT_THAT(end->gdb, HasSubstr("a0             0x5\t5"));
    EXPECT_THAT(end->gdb, HasSubstr("exited normally"));
}

TEST_F(Firmware, StopsAtWatchpoints) {
    const auto end = debug(folder.path(), "inference",
                           {"break show", "continue", "delete", "watch *(int*)&counts[9]",
                            "continue", "info symbol $pc", "delete", "continue"});
    if (!end) {
        GTEST_SKIP() << "gdb-multiarch is not installed";
    }
    EXPECT_THAT(end->gdb, HasSubstr("Hardware watchpoint 2: "));
    EXPECT_THAT(end->gdb, HasSubstr("Old value = 0\nNew value = 1"));
    EXPECT_THAT(end->gdb, HasSubstr("exited normally"));
    EXPECT_EQ(end->exit_code, 0);
}

TEST_F(Firmware, StopsAtControlC) {
    const auto end =
        debug(folder.path(), "endless", {"continue", "info symbol $pc", "kill"}, "spinning");
    if (!end) {
        GTEST_SKIP() << "gdb-multiarch is not installed";
    }
    EXPECT_THAT(end->gdb, HasSubstr("received signal SIGINT"));
    EXPECT_THAT(end->gdb, HasSubstr("spin in section .text"));
    EXPECT_EQ(end->exit_code, 3);
    EXPECT_THAT(end->program, HasSubstr("ended by the debugger: pc 0x80000"));
}

// Each change of the waves is at its time, and each transaction begins and ends.
TEST_F(Firmware, TracesTheBus) {
    const ProgramEnd end = run({"--firmware", elf("inference"), "--trace-bus", "bus.vcd"}, "1");
    ASSERT_EQ(end.exit_code, 0) << end.output;
    std::istringstream lines(read_text_file(folder.path() / "bus.vcd"));
    std::uint64_t time = 0, begun = 0, ended = 0, stores = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line[0] == '#') {
            const std::uint64_t next = std::stoull(line.substr(1));
            EXPECT_GE(next, time);
            time = next;
        }
        begun += line == "1v0";
        ended += line == "0v0";
        stores += line == "b10000000000000011000000000000 a0";  // UART.DATA
    }
    EXPECT_EQ(ended, begun + 1) << "and zero at the start";
    EXPECT_EQ(stores, std::string("inference: 827156 bytes of image loaded\n").size());
}

// The column `joules` of a line of energy.csv; a core's units and events hold no commas.
double energy_of(const std::string& line) {
    std::istringstream fields(line);
    std::string field;
    for (int column = 0; column <= 4; ++column) {
        std::getline(fields, field, ',');
    }
    return std::stod(field);
}

TEST_F(Firmware, MonitorReportsEveryTimestep) {
    const ProgramEnd end = run({"--firmware", elf("monitor"), "--out", "m"});
    ASSERT_EQ(end.exit_code, 0) << end.output;
    ASSERT_EQ(run({"--out", "host"}).exit_code, 0);
    EXPECT_EQ(result("m", "layers.csv"), result("host", "layers.csv"));
    // Sums of the messages are what the run counts, but for less than a pJ of energy.
    std::map<std::uint32_t, double> sums;
    std::istringstream messages(result("m", "messages.csv"));
    std::string line;
    std::getline(messages, line);
    EXPECT_EQ(line, "time_seconds,sample,timesteps,kind,value");
    while (std::getline(messages, line)) {
        const std::size_t value = line.rfind(','), kind = line.rfind(',', value - 1);
        sums[static_cast<std::uint32_t>(std::stoul(line.substr(kind + 1)))] +=
            std::stod(line.substr(value + 1));
    }
    const auto summary = nlohmann::json::parse(result("m", "summary.json"));
    EXPECT_EQ(sums[registers::message_operations], summary["synaptic_operations"]);
    std::istringstream energies(result("m", "energy.csv"));
    double joules = 0;
    while (std::getline(energies, line)) {
        joules += line.starts_with("core ") ? energy_of(line) : 0;
    }
    EXPECT_NEAR(sums[registers::message_energy], joules * 1e12, 1);
}

TEST_F(Firmware, RefusesImagesThatAreNone) {
    ASSERT_EQ(cortile({"image", kExperiment.string(), "--out", "image"}).exit_code, 0);
    const std::string image = read_text_file(folder.path() / "image");
    const auto outcome = [&](std::string changed) {
        write_text_file(folder.path() / "changed", changed);
        return run({"--firmware", elf("inference"), "--image", "changed"});
    };
    EXPECT_EQ(outcome(image).exit_code, 0);
    struct Case {
        std::size_t byte;
        const char* code;
    };
    // Magic, version, checksum, core type, and a synapse.
    for (const Case& some : {Case{0, "code 16: the network image does not begin"},
                             Case{4, "code 17: the network image has another version"},
                             Case{12, "code 18: the network image does not have its checksum"},
                             Case{16, "code 19: the network image is for another chip"},
                             Case{image.size() / 2, "code 18"}}) {
        std::string changed = image;
        changed[some.byte] = static_cast<char>(changed[some.byte] ^ 0x10);
        const ProgramEnd end = outcome(changed);
        EXPECT_EQ(end.exit_code, 3);
        EXPECT_THAT(end.output, HasSubstr(some.code)) << some.byte;
    }
    EXPECT_THAT(outcome(image.substr(0, image.size() - 4)).output, HasSubstr("code 18"));
    EXPECT_THAT(outcome("").output, HasSubstr("code 16"));
}

TEST_F(Firmware, ReportsWhatAProgramDoesWrong) {
    ProgramEnd end = run({"--firmware", elf("outside")});
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_THAT(end.output,
                HasSubstr("cortile: firmware: a trap that nothing handles: load access fault at "
                          "0x20000000, which is outside the memory map: pc 0x80000"));
    EXPECT_THAT(end.output, HasSubstr(", read_from (testbench/system/firmware/outside.c:9)"));
    end = run({"--firmware", elf("endless"), "--set", "management.watchdog=100000"});
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_THAT(end.output, AllOf(HasSubstr("made no progress in 1"), HasSubstr(", spin")));
    end = run({"--firmware", elf("early")});
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_THAT(end.output, HasSubstr("before the axon table at the edge was loaded"));
}

TEST_F(Firmware, ReportsTrapsThatNothingHandles) {
    ProgramEnd end = run({"--firmware", elf("recursion")});
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_THAT(end.output,
                AllOf(HasSubstr("a trap that nothing handles: "), HasSubstr(", trap_entry")))
        << "the stack has run over data and code";
    end = run({"--firmware", elf("interrupt")});
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_THAT(end.output, HasSubstr("a trap that nothing handles: timer interrupt: pc 0x8"));
}

// Though no timestep ever begins.
TEST_F(Firmware, EndsAtASignal) {
    const Started busy(folder.path() / "log", firmware_run("busy"));
    ASSERT_EQ(busy.line_with("busy"), "busy");
    busy.signal(SIGTERM);
    EXPECT_EQ(busy.wait(), 130);
    EXPECT_THAT(busy.output(), HasSubstr("interrupted after 0 finished samples"));
}

TEST_F(Firmware, EndsAtASignalWhileItWaitsForGdb) {
    std::vector<std::string> arguments = firmware_run("busy");
    arguments.insert(arguments.end(), {"--gdb", "0"});
    const Started waiting(folder.path() / "log", arguments);
    ASSERT_NE(waiting.line_with("waiting for gdb"), "");
    waiting.signal(SIGINT);
    EXPECT_EQ(waiting.wait(), 130);
}

TEST_F(Firmware, RefusesOtherPrograms) {
    const ProgramEnd end = run({"--firmware", CORTILE_PROGRAM});
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.output, HasSubstr("a 64-bit program"));
    EXPECT_EQ(run({"--firmware", "nowhere.elf"}).exit_code, 2);
    EXPECT_THAT(run({"--firmware", elf("boot"), "--set", "management.ram=256 KiB"}).output,
                HasSubstr("self-test passed"));
}

}  // namespace
}  // namespace cortile::test
