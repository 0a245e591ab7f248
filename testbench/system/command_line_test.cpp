// SPDX-License-Identifier: Apache-2.0
// The program as its users meet it: commands, messages, exit codes, result folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"
#include "testbench/support/shell.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

Outcome cortile(const std::string& arguments) {
    return shell(std::string(CORTILE_PROGRAM) + " " + arguments);
}

class CommandLine : public testing::Test {
  protected:
    CommandLine() {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {2});
        net.linear("fc", 3, 2, {1, 0, 0.5, 0.5, 0, 1});
        net.lif("lif", {3}, {.tau = {2e-3}, .v_threshold = {0.3}});
        net.output("output", {3});
        net.chain({"input", "fc", "lif", "output"});
        writer.close();
        folder.write("input.csv", "1,0\n1,1\n0,0\n");
    }

    std::string experiment(const std::string& text) {
        return folder.write("experiment.yaml", text).string();
    }
    std::string good() {
        return experiment(
            "preset: tiny_2x2\n"
            "network: {file: network.nir}\n"
            "stimulus: {kind: raster, files: [input.csv]}\n"
            "run: {probes: [\"lif:spikes,v\"]}\n");
    }
    std::string out(const std::string& name = "out") { return (folder.path() / name).string(); }

    TestFolder folder;
};

TEST_F(CommandLine, RunWritesEveryFileOfAResultFolder) {
    const Outcome run = cortile("run " + good() + " --out " + out());
    ASSERT_EQ(run.code, 0) << run.text;
    for (const char* name : {"effective.yaml", "summary.json", "energy.csv", "layers.csv",
                             "cores.csv", "probes.h5", "report.txt"}) {
        EXPECT_GT(fs::file_size(folder.path() / "out" / name), 0u) << name;
    }
}

TEST_F(CommandLine, SummaryHoldsThePromisedKeys) {
    ASSERT_EQ(cortile("run " + good() + " --out " + out()).code, 0);
    const auto summary = nlohmann::json::parse(contents(folder.path() / "out" / "summary.json"));
    for (const char* key :
         {"accuracy", "samples", "timesteps", "neuron_spikes", "synaptic_operations",
          "neuron_updates", "packets", "hops", "cores_used", "modelled_seconds",
          "latency_seconds_per_sample", "energy_joules", "wall_seconds", "peak_rss_bytes"}) {
        EXPECT_TRUE(summary.contains(key)) << key;
    }
    for (const char* key :
         {"total", "dynamic", "static", "per_sample", "per_spike_dynamic", "per_spike_total",
          "per_synaptic_operation_dynamic", "per_synaptic_operation_total"}) {
        EXPECT_TRUE(summary["energy_joules"].contains(key)) << key;
    }
}

// Every file but the lines of summary.json that hold wall time, memory, threads and command.
std::map<std::string, std::string> reproducible_contents(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::istringstream text(contents(entry.path()));
        std::string kept;
        for (std::string line; std::getline(text, line);) {
            bool volatile_line = false;
            for (const char* key :
                 {"\"wall_seconds\"", "\"peak_rss_bytes\"", "\"threads\"", "\"command\""}) {
                volatile_line |= line.find(key) != std::string::npos;
            }
            kept += volatile_line ? "" : line + "\n";
        }
        files[entry.path().filename().string()] = kept;
    }
    return files;
}

TEST_F(CommandLine, ResultFilesAreTheSameBytesForAnyThreadCount) {
    const std::string file = good();
    ASSERT_EQ(cortile("run " + file + " --threads 1 --out " + out("one")).code, 0);
    ASSERT_EQ(cortile("run " + file + " --threads 2 --out " + out("two")).code, 0);
    const auto one = reproducible_contents(folder.path() / "one");
    EXPECT_GE(one.size(), 7u);
    EXPECT_EQ(one, reproducible_contents(folder.path() / "two"));
}

TEST_F(CommandLine, EffectiveConfigurationReproducesTheResult) {
    ASSERT_EQ(cortile("run " + good() + " --set noc.hop_x=7ns --out " + out("first")).code, 0);
    const Outcome again = cortile("run " + out("first") + "/effective.yaml --out " + out("second"));
    ASSERT_EQ(again.code, 0) << again.text;
    EXPECT_EQ(reproducible_contents(folder.path() / "first"),
              reproducible_contents(folder.path() / "second"));
}

// A chip file of one's own, named relative to the experiment, is found from the result folder too.
TEST_F(CommandLine, EffectiveConfigurationFindsTheUsersChipFile) {
    fs::copy_file(fs::path(CORTILE_SOURCE_DIR) / "hw_model/presets/tiny_2x2.yaml",
                  folder.path() / "mine.yaml");
    const std::string file = experiment(
        "preset: mine.yaml\nnetwork: {file: network.nir}\n"
        "stimulus: {kind: raster, files: [input.csv]}\n");
    ASSERT_EQ(cortile("run " + file + " --out " + out("first")).code, 0);
    const Outcome again = cortile("run " + out("first") + "/effective.yaml --out " + out("second"));
    ASSERT_EQ(again.code, 0) << again.text;
    EXPECT_EQ(reproducible_contents(folder.path() / "first"),
              reproducible_contents(folder.path() / "second"));
}

TEST_F(CommandLine, ChipFileHoldsNothingOfAnExperiment) {
    folder.write("mine.yaml", "preset: loihi\n");
    const Outcome run =
        cortile("run " + experiment("preset: mine.yaml\nnetwork: {file: network.nir}\n"
                                    "stimulus: {kind: silent}\n"));
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, AllOf(HasSubstr("mine.yaml"), HasSubstr("cannot hold 'preset'")));
}

TEST_F(CommandLine, ProbeOptionAddsToTheProbesOfTheFile) {
    const Outcome run = cortile("run " + good() + " --probe lif:u --out " + out());
    ASSERT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(contents(folder.path() / "out" / "effective.yaml"),
                AllOf(HasSubstr("lif:spikes,v"), HasSubstr("lif:u")));
}

TEST_F(CommandLine, ProbeOptionRecordsWhatTheFileDoesNotAskFor) {
    const Outcome run = cortile("run " +
                                experiment("preset: tiny_2x2\nnetwork: {file: network.nir}\n"
                                           "stimulus: {kind: raster, files: [input.csv]}\n") +
                                " --probe lif:u --out " + out());
    ASSERT_EQ(run.code, 0) << run.text;
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "probes.h5"));
}

TEST_F(CommandLine, MapSaysOnHowManyCores) {
    const Outcome map = cortile("map " + good());
    EXPECT_EQ(map.code, 0);
    EXPECT_THAT(map.text, AllOf(HasSubstr("cores used: 1"), HasSubstr("tightest")));
}

TEST_F(CommandLine, MapTakesABareNetwork) {
    const Outcome map = cortile("map " + out("network.nir"));
    EXPECT_EQ(map.code, 0) << map.text;
    EXPECT_THAT(map.text, HasSubstr("cores used: 1"));
}

TEST_F(CommandLine, MapOfWhatIsTooBigNamesResourcePopulationNeedAndLimit) {
    const Outcome map = cortile("map " + good() + " --set core.fan_in=1");
    EXPECT_EQ(map.code, 2);
    EXPECT_THAT(map.text,
                AllOf(HasSubstr("needs 2 synapses into one neuron"), HasSubstr("'lif'"),
                      HasSubstr("a core has 1"), HasSubstr("core.fan_in"), HasSubstr("hint")));
}

TEST_F(CommandLine, ListShowsPresetsCoreTypesAndParameters) {
    EXPECT_THAT(cortile("list").text,
                AllOf(HasSubstr("loihi_fitted"), HasSubstr("tiny_2x2"), HasSubstr("core types")));
    EXPECT_THAT(cortile("list parameters").text,
                AllOf(HasSubstr("noc.hop_x"), HasSubstr("stimulus.encoder"),
                      HasSubstr("core.energy.synaptic_operation")));
    EXPECT_THAT(cortile("list loihi").text, AllOf(HasSubstr("23.6 pJ"), HasSubstr("[simulated]")));
}

TEST_F(CommandLine, CheckRunsNothingAndSaysOk) {
    const Outcome check = cortile("check " + good());
    EXPECT_EQ(check.code, 0);
    EXPECT_THAT(check.text, HasSubstr("ok"));
}

struct BadExperiment {
    const char* name;
    const char* text;
    std::vector<std::string> expected;

    friend void PrintTo(const BadExperiment& bad, std::ostream* out) { *out << bad.name; }
};

class BadExperiments : public CommandLine, public testing::WithParamInterface<BadExperiment> {};

TEST_P(BadExperiments, IsOneClearMessageAndExitCode2) {
    folder.write("nan.csv", "1,nan\n");
    folder.write("broken.nir", std::string("\x89HDF\r\n\x1a\n", 8) + "broken");
    const Outcome run = cortile("run " + experiment(GetParam().text) + " --out " + out());
    EXPECT_EQ(run.code, 2) << run.text;
    EXPECT_EQ(run.text.rfind("cortile: ", 0), 0u) << run.text;
    for (const std::string& expected : GetParam().expected) {
        EXPECT_THAT(run.text, HasSubstr(expected));
    }
    EXPECT_FALSE(fs::exists(folder.path() / "out")) << "a half-written result folder";
}

INSTANTIATE_TEST_SUITE_P(
    Input, BadExperiments,
    testing::Values(
        BadExperiment{"NoNetwork", "stimulus: {kind: silent}\n", {"network.file"}},
        BadExperiment{"MissingNetwork",
                      "network: {file: none.nir}\nstimulus: {kind: silent}\n",
                      {"none.nir"}},
        BadExperiment{"BrokenNetwork",
                      "network: {file: broken.nir}\nstimulus: {kind: silent}\n",
                      {"broken.nir", "HDF5"}},
        BadExperiment{"MisspeltKey",
                      "network: {file: network.nir}\nstimulus:\n  kind: silent\n  timestep: 3\n",
                      {"experiment.yaml:4", "stimulus.timestep", "timesteps"}},
        BadExperiment{"MissingUnit",
                      "network: {file: network.nir, time_step: 1}\nstimulus: {kind: silent}\n",
                      {"experiment.yaml:1", "network.time_step", "ms"}},
        BadExperiment{"WrongUnit",
                      "network: {file: network.nir, time_step: 1 pJ}\nstimulus: {kind: silent}\n",
                      {"network.time_step", "time"}},
        BadExperiment{"WrongType",
                      "network: {file: network.nir}\nstimulus: {kind: silent, timesteps: many}\n",
                      {"stimulus.timesteps", "many"}},
        BadExperiment{"UnknownPreset",
                      "preset: lohi\nnetwork: {file: network.nir}\nstimulus: {kind: silent}\n",
                      {"lohi", "loihi"}},
        BadExperiment{"UnknownChoice",
                      "network: {file: network.nir}\nstimulus: {kind: movies}\n",
                      {"stimulus.kind", "movies", "images"}},
        BadExperiment{"NotYaml", "network: {file: [\n", {"experiment.yaml:"}},
        BadExperiment{"NanInRaster",
                      "network: {file: network.nir}\n"
                      "stimulus: {kind: raster, files: [nan.csv]}\n",
                      {"nan.csv:1"}},
        BadExperiment{"UnknownProbe",
                      "network: {file: network.nir}\nstimulus: {kind: silent}\n"
                      "run: {probes: [\"fc:v\"]}\n",
                      {"run.probes", "fc", "lif"}},
        BadExperiment{"TooManySamples",
                      "network: {file: network.nir}\n"
                      "stimulus: {kind: raster, files: [input.csv], samples: 2}\n",
                      {"stimulus.samples"}},
        BadExperiment{"IntegerBeyondItsRange",
                      "network: {file: network.nir}\nstimulus: {kind: silent}\n"
                      "run: {drain: 4294967293}\n",
                      {"run.drain", "maximum"}},
        BadExperiment{"TimeBeyondItsRange",
                      "network: {file: network.nir}\nstimulus: {kind: silent}\n"
                      "noc: {hop_x: {value: 100000 s, source: nobody, grade: assumed}}\n",
                      {"noc.hop_x", "maximum"}},
        BadExperiment{"TooManyNeurons",
                      "network: {generate: {neurons: 16000000}}\nstimulus: {kind: silent}\n",
                      {"neurons", "131072"}},
        BadExperiment{"StimulusOfAnotherSize",
                      "network: {file: network.nir}\n"
                      "stimulus: {kind: events, files: [input.csv], shape: 2 3 4}\n",
                      {"input"}}),
    [](const auto& param) { return std::string(param.param.name); });

TEST_F(CommandLine, NetworkWithAnyFileNameIsRead) {
    for (const char* name : {"a\"b.nir", "a b.nir", "network.bin"}) {
        fs::copy_file(folder.path() / "network.nir", folder.path() / name);
        const Outcome map = cortile("map '" + out(name) + "'");
        EXPECT_EQ(map.code, 0) << map.text;
    }
}

TEST_F(CommandLine, ManySilentSamplesTakeNoMemory) {
    const Outcome check =
        cortile("check " + out("network.nir") + " --set stimulus.samples=2000000000");
    EXPECT_EQ(check.code, 0) << check.text;
}

TEST_F(CommandLine, FileSizeLimitIsAnErrorAndLeavesNothing) {
    const Outcome run = cortile("list > /dev/null; ulimit -f 1; " + std::string(CORTILE_PROGRAM) +
                                " run " + good() + " --out " + out());
    EXPECT_EQ(run.code, 2) << run.text;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        EXPECT_EQ(entry.path().string().find("partial"), std::string::npos) << entry.path();
    }
}

TEST_F(CommandLine, FullStandardOutputIsExitCode2) {
    EXPECT_EQ(cortile("list > /dev/full").code, 2);
}

TEST_F(CommandLine, NamedPipesAndFoldersAreNotWaitedFor) {
    ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
    for (const char* name : {"pipe", "."}) {
        const Outcome run =
            cortile("check " + experiment(std::string("network: {file: network.nir}\n"
                                                      "stimulus: {kind: raster, files: [") +
                                          name + "]}\n"));
        EXPECT_EQ(run.code, 2);
        EXPECT_THAT(run.text, HasSubstr("not a regular file"));
    }
}

TEST_F(CommandLine, EmptyNamesAreExitCode2) {
    EXPECT_EQ(cortile("check ''").code, 2);
    EXPECT_EQ(cortile("run " + good() + " --out ''").code, 2);
}

TEST_F(CommandLine, CheckFindsABadProbe) {
    const Outcome check = cortile("check " + good() + " --set run.probes=nobody:v");
    EXPECT_EQ(check.code, 2);
    EXPECT_THAT(check.text, HasSubstr("nobody"));
}

TEST_F(CommandLine, ProbeGivenTwiceIsRecordedOnce) {
    EXPECT_EQ(cortile("run " + good() + " --probe lif:u,u --out " + out()).code, 0);
}

// One byte of this file's string heap is wrong, which makes libhdf5 1.10.8 crash.
TEST_F(CommandLine, FileThatCrashesLibhdf5IsExitCode2) {
    const Outcome check =
        cortile("check " CORTILE_SOURCE_DIR "/testbench/system/damaged_string_heap.nir");
    EXPECT_EQ(check.code, 2) << check.text;
    EXPECT_THAT(check.text, HasSubstr("damaged_string_heap.nir"));
}

TEST_F(CommandLine, MissingExperimentIsExitCode2) {
    const Outcome run = cortile("run " + out("nothing.yaml"));
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, HasSubstr("nothing.yaml"));
}

TEST_F(CommandLine, UnknownOptionIsExitCode2) {
    EXPECT_EQ(cortile("run --fast " + good()).code, 2);
}

TEST_F(CommandLine, ForeignFolderIsNotOverwritten) {
    fs::create_directory(folder.path() / "out");
    folder.write("out/letter.txt", "dear reader");
    const Outcome run = cortile("run " + good() + " --out " + out());
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, HasSubstr("letter.txt"));
    EXPECT_EQ(contents(folder.path() / "out" / "letter.txt"), "dear reader");
}

TEST_F(CommandLine, InterruptReportsWhatWasKept) {
    const std::string file = experiment(
        "network: {generate: {neurons: 2000, synapses_per_neuron: 50}}\n"
        "stimulus: {kind: silent, timesteps: 20, samples: 1000000}\n"
        "mapping: {cores: 16}\n");
    const Outcome run = cortile("run " + file + " --out " + out() +
                                " 2>&1 & pid=$!; sleep 2; kill -INT $pid; wait $pid");
    EXPECT_EQ(run.code, 130) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("interrupted after"), HasSubstr(out())));
    const auto summary = nlohmann::json::parse(contents(folder.path() / "out" / "summary.json"));
    EXPECT_TRUE(summary["interrupted"].get<bool>());
    EXPECT_GT(summary["samples"].get<int>(), 0);
}

}  // namespace
}  // namespace cortile::test
