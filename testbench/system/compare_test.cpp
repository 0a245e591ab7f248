// SPDX-License-Identifier: Apache-2.0
// `cortile compare` as its users meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Compare : public testing::Test {
  protected:
    Compare() {
        fs::create_directory(folder.path() / "tmp");
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {2});
        net.linear("fc", 3, 2, {1, 0, 0.5, 0.5, 0, 1});
        net.lif("lif", {3}, {.tau = {2e-3}, .v_threshold = {0.3}});
        net.output("output", {3});
        net.chain({"input", "fc", "lif", "output"});
        writer.close();
        folder.write("input.csv", "1,0\n1,1\n0,0\n");
        folder.write("labels.txt", "0\n");
    }

    // What it keeps for itself must be gone afterwards: see left_behind().
    Outcome compare(const std::string& arguments) {
        return shell("TMPDIR=" + (folder.path() / "tmp").string() +
                     " " CORTILE_PROGRAM " compare " + arguments);
    }
    std::string write(const std::string& name, const std::string& text) {
        return folder.write(name, text).string();
    }
    std::string small() {
        return write("small.yaml",
                     "preset: tiny_2x2\n"
                     "network: {file: network.nir}\n"
                     "stimulus: {kind: raster, files: [input.csv], labels: labels.txt}\n");
    }
    // 160 neurons: tiny_2x2 has 4 cores of 32.
    std::string large() {
        return write("large.yaml",
                     "network: {generate: {neurons: 160, synapses_per_neuron: 1}}\n"
                     "stimulus: {kind: silent, timesteps: 5}\n");
    }
    std::string path(const std::string& name = "out") { return (folder.path() / name).string(); }

    std::vector<std::string> left_behind() {
        std::vector<std::string> names;
        for (const auto& place : {folder.path(), folder.path() / "tmp"}) {
            for (const auto& entry : fs::directory_iterator(place)) {
                const std::string name = entry.path().filename().string();
                if (name.find("partial") != std::string::npos || place != folder.path()) {
                    names.push_back(name);
                }
            }
        }
        return names;
    }

    TestFolder folder;
};

TEST_F(Compare, RunsOnEveryPresetAndWritesEverything) {
    const Outcome run = compare(small() + " --preset loihi,loihi_fitted,tiny_2x2 --out " + path());
    ASSERT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("loihi_fitted"), HasSubstr("100.00 %"),
                                HasSubstr("1 / 4"), HasSubstr("1 / 128")));
    for (const char* file : {"compare.txt", "compare.csv", "compare.json", "loihi/summary.json",
                             "loihi_fitted/effective.yaml", "tiny_2x2/report.txt"}) {
        EXPECT_GT(fs::file_size(folder.path() / "out" / file), 0u) << file;
    }
    EXPECT_EQ(run.text,
              contents(folder.path() / "out" / "compare.txt") + "\nresults: " + path() + "\n");
    EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Compare, FiguresAreThoseOfRun) {
    ASSERT_EQ(compare(small() + " --preset loihi --out " + path()).code, 0);
    ASSERT_EQ(shell(std::string(CORTILE_PROGRAM) + " run " + small() +
                    " --set preset=loihi --out " + path("run"))
                  .code,
              0);
    const auto summary = nlohmann::json::parse(contents(folder.path() / "run" / "summary.json"));
    const auto comparison = nlohmann::json::parse(contents(folder.path() / "out" / "compare.json"));
    const auto& run = comparison["runs"][0];
    EXPECT_EQ(run["accuracy"], summary["accuracy"]);
    EXPECT_EQ(run["latency_seconds_per_sample"], summary["latency_seconds_per_sample"]);
    EXPECT_EQ(run["energy_dynamic"]["joules_per_sample"],
              summary["energy_joules"]["per_sample_dynamic"]);
    EXPECT_EQ(run["energy_all_in"]["joules_per_spike"],
              summary["energy_joules"]["per_spike_total"]);
    EXPECT_EQ(contents(folder.path() / "out" / "loihi" / "effective.yaml"),
              contents(folder.path() / "run" / "effective.yaml"));
}

TEST_F(Compare, AChipThatCannotRunItIsAnAnswerBesideTheOthers) {
    const Outcome run = compare(large() + " --preset loihi,tiny_2x2 --out " + path());
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("cannot run"), HasSubstr("has 160 neurons"),
                                HasSubstr("remedy:"), HasSubstr("would fit with:  --set")));
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "loihi"));
    EXPECT_FALSE(fs::exists(folder.path() / "out" / "tiny_2x2"));
}

// Without hardware integers projections cannot learn: an error about the network's file.
TEST_F(Compare, AReasonNamesFilesAsTheyAreFromHere) {
    write("learn.yaml",
          "network: {file: network.nir}\n"
          "stimulus: {kind: silent, timesteps: 2}\n"
          "core: {learning: {projections: [fc], dw: x0}}\n");
    const Outcome run = shell("cd " + folder.path().string() +
                              " && " CORTILE_PROGRAM " compare learn.yaml --preset loihi,ideal");
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("cannot run:      network.nir: projection 'fc'"),
                                Not(HasSubstr(folder.path().string()))));
    const Outcome alone =
        shell("cd " + folder.path().string() + " && " CORTILE_PROGRAM " run learn.yaml");
    EXPECT_THAT(alone.text, testing::StartsWith("cortile: network.nir: projection 'fc'"));
}

TEST_F(Compare, TheNearestChangeIsEnoughAndLessIsNot) {
    ASSERT_EQ(compare(large() + " --preset tiny_2x2,loihi --out " + path()).code, 0);
    const auto json = nlohmann::json::parse(contents(folder.path() / "out" / "compare.json"));
    const auto changes = json["runs"][0]["problem"]["changes"];
    ASSERT_FALSE(changes.empty());
    bool raises_neurons = false;
    for (const auto& change : changes) {
        EXPECT_TRUE(change["smallest"].get<bool>());
        std::string set;
        for (const auto& assignment : change["set"]) {
            set += " --set \"" + assignment.get<std::string>() + "\"";
        }
        EXPECT_EQ(compare(large() + " --preset tiny_2x2" + set).code, 0) << set;
        if (change["set"] == nlohmann::json::array({"core.neurons=40"})) {
            raises_neurons = true;  // 160 neurons on 4 cores
            EXPECT_EQ(compare(large() + " --preset tiny_2x2 --set core.neurons=39").code, 2);
        }
    }
    EXPECT_TRUE(raises_neurons) << changes.dump();
}

TEST_F(Compare, WhenNoChipCanRunItTheCodeIs2AndEachReasonIsGiven) {
    const Outcome run = compare(large() + " --preset tiny_2x2");
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, AllOf(HasSubstr("has 160 neurons"), HasSubstr("no chip can run it")));
}

TEST_F(Compare, AMistakeInTheExperimentIsOneError) {
    for (const char* text : {"network: {file: none.nir}\nstimulus: {kind: silent}\n",
                             "network: {file: network.nir}\nstimulus: {kind: movies}\n",
                             "network: {file: network.nir}\nstimulus: {kind: silent, step: 1}\n",
                             "network: {file: network.nir}\n"
                             "stimulus: {kind: raster, files: [input.csv], samples: 2}\n",
                             "network: {file: network.nir}\nstimulus: {kind: silent}\n"
                             "run: {probes: [\"fc:v\"]}\n"}) {
        const Outcome run =
            compare(write("bad.yaml", text) + " --preset loihi,loihi_fitted --out " + path());
        EXPECT_EQ(run.code, 2);
        EXPECT_EQ(run.text.rfind("cortile: ", 0), 0u) << run.text;
        EXPECT_EQ(run.text.find("cortile: ", 1), std::string::npos) << run.text;
        EXPECT_FALSE(fs::exists(folder.path() / "out"));
        EXPECT_THAT(left_behind(), IsEmpty());
    }
}

TEST_F(Compare, ABadExperimentIsToldBeforeAGoodOneRuns) {
    const std::string bad =
        write("bad.yaml", "network: {file: none.nir}\nstimulus: {kind: silent}\n");
    const Outcome run = compare(small() + " " + bad);
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, AllOf(HasSubstr("none.nir"), Not(HasSubstr("ran"))));
}

TEST_F(Compare, AnUnknownPresetIsOneError) {
    const Outcome run = compare(small() + " --preset loihi,lohi");
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.text, AllOf(HasSubstr("lohi"), Not(HasSubstr("accuracy"))));
}

TEST_F(Compare, TwiceGivesTheSameBytes) {
    const std::string arguments = small() + " --preset loihi,tiny_2x2 --threads ";
    ASSERT_EQ(compare(arguments + "1 --out " + path("one")).code, 0);
    ASSERT_EQ(compare(arguments + "2 --out " + path("two")).code, 0);
    for (const char* file : {"compare.txt", "compare.csv", "compare.json", "loihi/report.txt",
                             "tiny_2x2/energy.csv"}) {
        EXPECT_EQ(contents(folder.path() / "one" / file), contents(folder.path() / "two" / file));
    }
}

TEST_F(Compare, SeveralExperimentsHaveAColumnEach) {
    const Outcome run = compare(small() + " " + large() + " --preset loihi --out " + path());
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("small on loihi"), HasSubstr("large on loihi")));
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "small-loihi" / "summary.json"));
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "large-loihi" / "summary.json"));
}

TEST_F(Compare, WithoutPresetsExperimentsRunOnTheirOwn) {
    const Outcome run = compare(small() + " " + large());
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("small on tiny_2x2"), HasSubstr("large on loihi")));
}

TEST_F(Compare, ChipsMayBeFilesNamedFromTheCurrentFolder) {
    // tiny_2x2 as a chip file: what a run's effective configuration says of the chip.
    std::istringstream preset(contents(CORTILE_SOURCE_DIR "/hw_model/presets/tiny_2x2.yaml"));
    std::ostringstream fast;
    fast << preset.rdbuf();
    fs::create_directory(folder.path() / "chips");
    folder.write("chips/mine.yaml", fast.str());
    const std::string file = small();
    const Outcome run =
        shell("cd " + (folder.path() / "chips").string() + " && " CORTILE_PROGRAM " compare " +
              file + " --preset mine.yaml,tiny_2x2 --out ../out");
    EXPECT_EQ(run.code, 0) << run.text;
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "mine" / "summary.json"));
    const auto json = nlohmann::json::parse(contents(folder.path() / "out" / "compare.json"));
    EXPECT_EQ(json["runs"][0]["energy_dynamic"], json["runs"][1]["energy_dynamic"]);
}

TEST_F(Compare, AForeignFolderIsNotOverwritten) {
    fs::create_directory(folder.path() / "out");
    folder.write("out/letter.txt", "dear reader");
    EXPECT_EQ(compare(small() + " --preset loihi --out " + path()).code, 2);
    EXPECT_EQ(contents(folder.path() / "out" / "letter.txt"), "dear reader");
    EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Compare, AnEarlierComparisonIsReplacedAsAWhole) {
    ASSERT_EQ(compare(small() + " --preset loihi,tiny_2x2 --out " + path()).code, 0);
    ASSERT_EQ(compare(small() + " --preset loihi --out " + path()).code, 0);
    EXPECT_TRUE(fs::exists(folder.path() / "out" / "loihi"));
    EXPECT_FALSE(fs::exists(folder.path() / "out" / "tiny_2x2"));
    EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Compare, InterruptLeavesNothingBehind) {
    const std::string file = write("endless.yaml",
                                   "network: {generate: {neurons: 2000}}\n"
                                   "stimulus: {kind: silent, timesteps: 20, samples: 100000000}\n");
    for (const char* signal : {"INT", "TERM", "HUP"}) {
        // The child's parent is the program; it must be gone as well.
        const Outcome run = shell(
            "export TMPDIR=" + (folder.path() / "tmp").string() + "; " CORTILE_PROGRAM " compare " +
            file + " --preset loihi,loihi_fitted --out " + path() +
            " & pid=$!; sleep 1.5; child=$(cat /proc/$pid/task/$pid/children); test -n \"$child\" "
            "|| echo no child; kill -" +
            signal + " $pid; wait $pid; code=$?; kill -0 $child && echo child lives; exit $code");
        EXPECT_EQ(run.code, 130) << run.text;
        EXPECT_THAT(run.text, HasSubstr("interrupted; nothing was written"));
        EXPECT_THAT(run.text, AllOf(Not(HasSubstr("no child")), Not(HasSubstr("child lives"))));
        EXPECT_FALSE(fs::exists(folder.path() / "out"));
        EXPECT_THAT(left_behind(), IsEmpty());
    }
}

TEST_F(Compare, AFullDiskIsCode2AndLeavesNothing) {
    const Outcome run =
        shell("ulimit -f 1; TMPDIR=" + (folder.path() / "tmp").string() +
              " " CORTILE_PROGRAM " compare " + small() + " --preset loihi --out " + path());
    EXPECT_EQ(run.code, 2) << run.text;
    EXPECT_FALSE(fs::exists(folder.path() / "out"));
    EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Compare, AMissingTemporaryFolderIsNamedWithItsRemedy) {
    const Outcome run =
        shell("TMPDIR=/nowhere " CORTILE_PROGRAM " compare " + small() + " --preset tiny_2x2");
    EXPECT_EQ(run.code, 2) << run.text;
    EXPECT_THAT(run.text, AllOf(HasSubstr("TMPDIR: "), HasSubstr("hint: set TMPDIR")));
}

}  // namespace
}  // namespace cortile::test
