// SPDX-License-Identifier: Apache-2.0
// RTL against its reference, by itself and in the cores of a chip, as a user of the program sees
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "hw_model/base/external_program.h"
#include "rtl/verilated/datapath_library.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/shell.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const fs::path kSource = CORTILE_SOURCE_DIR;
const fs::path kDatapaths = kSource / "rtl" / "neuron_datapath";

class Rtl : public testing::Test {
  protected:
    void SetUp() override {
        setenv("CORTILE_CACHE", CORTILE_TEST_CACHE, 1);
        if (const std::string missing = missing_rtl_tools(); !missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }

    ProgramEnd cortile(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), CORTILE_PROGRAM);
        return run_program(arguments, folder.path());
    }
    ProgramEnd fashion_mnist(const std::string& datapath, const std::string& out,
                             std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{
            "run",   (kSource / "examples/fashion_mnist/experiment.yaml").string(),
            "--set", "stimulus.samples=20",
            "--set", "cores.datapath=" + datapath,
            "--out", (folder.path() / out).string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return cortile(arguments);
    }
    // A copy of a datapath with one of its seeded bugs in it.
    fs::path with_bug(const std::string& name, const SeededBug& bug) const {
        const fs::path root = folder.path() / bug.name;
        fs::create_directories(root / "neuron_datapath");
        fs::copy(kSource / "rtl/contract", root / "contract");
        fs::copy(kDatapaths / name, root / "neuron_datapath" / name);
        const fs::path source = root / "neuron_datapath" / name / bug.file;
        std::string text = contents(source);
        const std::size_t at = text.find(bug.find);
        EXPECT_NE(at, std::string::npos) << bug.name << " is no longer in " << bug.file;
        std::ofstream(source) << text.replace(at, bug.find.size(), bug.replace);
        return root / "neuron_datapath" / name;
    }

    TestFolder folder;
};

class OurDatapath : public Rtl, public testing::WithParamInterface<const char*> {};

TEST_P(OurDatapath, Conforms) {
    const ProgramEnd end = cortile({"cosim", (kDatapaths / GetParam()).string()});
    EXPECT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output, AllOf(HasSubstr("random"), HasSubstr("stalls"), HasSubstr("directed")));
}

TEST_P(OurDatapath, DoesNotConformWithAnyOfItsSeededBugs) {
    const DatapathDescription description = read_datapath(kDatapaths / GetParam());
    ASSERT_GE(description.seeded_bugs.size(), 3u);
    for (const SeededBug& bug : description.seeded_bugs) {
        const ProgramEnd end = cortile({"cosim", with_bug(GetParam(), bug).string()});
        EXPECT_EQ(end.exit_code, 4) << bug.name << ": " << bug.what << "\n" << end.output;
    }
}

INSTANTIATE_TEST_SUITE_P(Rtl, OurDatapath,
                         testing::Values("cuba_lif", "fcore_soma", "fcore_mac_row"),
                         [](const auto& datapath) { return std::string(datapath.param); });

// Faults of the handshake, which no operation shows by itself.
TEST_F(Rtl, FaultsThatOnlyBackPressureShowsAreFound) {
    const SeededBug loses{"loses_what_is_not_taken", "../../contract/datapath_pipeline.sv",
                          "assign advance = !rsp_valid || rsp_ready;", "assign advance = 1'b1;",
                          ""};
    const ProgramEnd lost = cortile({"cosim", with_bug("cuba_lif", loses).string()});
    EXPECT_EQ(lost.exit_code, 4) << lost.output;

    const SeededBug early{"retires_while_it_waits", "../../contract/datapath_pipeline.sv",
                          "assign retire_valid = rsp_valid && rsp_ready;",
                          "assign retire_valid = rsp_valid;", ""};
    const ProgramEnd retired = cortile({"cosim", with_bug("cuba_lif", early).string()});
    EXPECT_EQ(retired.exit_code, 4);
    EXPECT_THAT(retired.output, HasSubstr("handshake: retires without a response"));
}

// It takes a reset while operations are under way.
TEST_F(Rtl, AResetThatKeepsWhatIsUnderWayIsFound) {
    const SeededBug keeps{"reset_keeps_what_is_under_way", "../../contract/datapath_pipeline.sv",
                          "valid <= '0;", "", ""};
    const ProgramEnd end = cortile({"cosim", with_bug("cuba_lif", keeps).string()});
    EXPECT_EQ(end.exit_code, 4) << end.output;
    EXPECT_THAT(end.output, HasSubstr("handshake: a response with the wrong tag"));
}

// Right values, and in time as long as nobody pauses.
TEST_F(Rtl, ResponsesThatAreLateOnlyUnderPausesAreFound) {
    const SeededBug late{"waits_for_nobody", "../../contract/datapath_pipeline.sv",
                         "assign advance = !rsp_valid || rsp_ready;", "assign advance = rsp_ready;",
                         ""};
    const ProgramEnd end = cortile({"cosim", with_bug("cuba_lif", late).string()});
    EXPECT_EQ(end.exit_code, 4) << end.output;
    EXPECT_THAT(end.output, HasSubstr("not taken in its turn, with pauses on both sides"));
}

TEST_F(Rtl, AWrongLatencyInTheDescriptionFails) {
    const SeededBug none{"unchanged", "cuba_lif.sv", "module cuba_lif", "module cuba_lif", ""};
    const fs::path copy = with_bug("cuba_lif", none);
    std::string yaml = contents(copy / "datapath.yaml");
    const std::string stated = "latency: 3";
    ASSERT_NE(yaml.find(stated), std::string::npos);
    std::ofstream(copy / "datapath.yaml")
        << yaml.replace(yaml.find(stated), stated.size(), "latency: 2");
    const ProgramEnd end = cortile({"cosim", copy.string()});
    EXPECT_EQ(end.exit_code, 4);
    EXPECT_THAT(end.output, HasSubstr("measured: 3 and 1"));
}

// What a run computed, without what RTL changes: times, and words about the run.
nlohmann::json computed(const fs::path& out) {
    const auto summary = nlohmann::json::parse(std::ifstream(out / "summary.json"));
    nlohmann::json result;
    for (const char* key : {"correct_samples", "neuron_spikes", "synaptic_operations", "packets"}) {
        result[key] = summary.at(key);
    }
    return result;
}

// Several models in one process: destroying one in the context of another used to hang.
TEST_F(Rtl, InAllCoresOfAChipComputesWhatTheModelDoes) {
    for (const char* datapath : {"model", "rtl", "lockstep"}) {
        const ProgramEnd end = fashion_mnist(datapath, datapath);
        ASSERT_EQ(end.exit_code, 0) << end.output;
    }
    const nlohmann::json model = computed(folder.path() / "model");
    EXPECT_GT(model["neuron_spikes"], 1000);
    EXPECT_EQ(computed(folder.path() / "rtl"), model);
    EXPECT_EQ(computed(folder.path() / "lockstep"), model);
}

TEST_F(Rtl, SomaAndDendriteOfTheHybridExampleComputeWhatTheModelDoes) {
    for (const std::string datapath : {"model", "lockstep"}) {
        const ProgramEnd end = cortile(
            {"run", (kSource / "examples/hybrid/snn.yaml").string(), "--set", "stimulus.samples=1",
             "--set", "cores.datapath=" + datapath, "--out", (folder.path() / datapath).string()});
        ASSERT_EQ(end.exit_code, 0) << end.output;
    }
    const nlohmann::json model = computed(folder.path() / "model");
    EXPECT_GT(model["neuron_spikes"], 1000);
    EXPECT_EQ(computed(folder.path() / "lockstep"), model);
}

TEST_F(Rtl, LockstepOnAChipStopsAtAMismatchThatItsReplayLineShows) {
    const SeededBug bug{"spikes_keep_v", "cuba_lif.sv", "rsp_v <= fires1 ? '0 : v_next1;",
                        "rsp_v <= v_next1;", ""};
    const fs::path broken = with_bug("cuba_lif", bug);
    const auto run = [&](const std::string& threads) {
        return fashion_mnist("lockstep", "broken" + threads,
                             {"--set", "cores.rtl_folder=" + (broken / "datapath.yaml").string(),
                              "--threads", threads});
    };
    const ProgramEnd end = run("1");
    EXPECT_EQ(end.exit_code, 4) << end.output;
    EXPECT_THAT(end.output, AllOf(HasSubstr("sample "), HasSubstr("timestep "), HasSubstr("core "),
                                  HasSubstr("neuron "), HasSubstr("v: expected 0, got "),
                                  HasSubstr("the last operations of the core")));
    EXPECT_EQ(run("2").output, end.output);

    const std::string mark = "--operation '";
    const std::size_t first = end.output.find(mark) + mark.size();
    const std::string operation = end.output.substr(first, end.output.find('\'', first) - first);
    const ProgramEnd replay = cortile({"cosim", broken.string(), "--operation", operation});
    EXPECT_EQ(replay.exit_code, 4) << replay.output;
    EXPECT_THAT(replay.output, HasSubstr("v: expected 0, got "));
}

TEST_F(Rtl, ReplayLineHasTheOperationsBeforeWhereTheFaultIsBetweenTwo) {
    const SeededBug bug{"stall_after_spike", "cuba_lif.sv", "v_kept1 <= v_kept0;",
                        "v_kept1 <= fires1 ? v_kept1 : v_kept0;", ""};
    const fs::path broken = with_bug("cuba_lif", bug);
    const ProgramEnd end = fashion_mnist(
        "lockstep", "broken", {"--set", "cores.rtl_folder=" + (broken / "datapath.yaml").string()});
    ASSERT_EQ(end.exit_code, 4) << end.output;
    const std::string mark = "replay: cortile cosim " + broken.string();
    ASSERT_THAT(end.output, HasSubstr(mark));
    std::istringstream words(end.output.substr(end.output.find(mark) + mark.size()));
    std::vector<std::string> arguments{"cosim", broken.string()};
    for (std::string word; words >> word;) {
        arguments.push_back(word[0] == '\'' ? word.substr(1, word.size() - 2) : word);
    }
    EXPECT_EQ(arguments.size(), 6u) << "two operations";
    const ProgramEnd replay = cortile(arguments);
    EXPECT_EQ(replay.exit_code, 4) << replay.output;
}

TEST_F(Rtl, RecordsTheOperationsOfARun) {
    const fs::path record = folder.path() / "record.csv";
    const ProgramEnd end = fashion_mnist(
        "rtl", "out",
        {"--set", "cores.record=" + record.string(), "--set", "cores.record_operations=500"});
    ASSERT_EQ(end.exit_code, 0) << end.output;
    const ProgramEnd replay =
        cortile({"cosim", (kDatapaths / "cuba_lif").string(), "--replay", record.string()});
    EXPECT_EQ(replay.exit_code, 0) << replay.output;
    EXPECT_THAT(replay.output, HasSubstr("500 operations, no difference"));
}

TEST(RtlWithoutVerilator, IsOneLineAndTheModelStillRuns) {
    TestFolder folder;
    const std::string nothing = "PATH=" + folder.path().string();
    const std::string experiment = (kSource / "examples/fashion_mnist/experiment.yaml").string();
    const auto run = [&](const std::string& datapath) {
        return run_program({"env", nothing, CORTILE_PROGRAM, "run", experiment, "--set",
                            "stimulus.samples=2", "--set", "cores.datapath=" + datapath},
                           folder.path());
    };
    EXPECT_EQ(run("model").exit_code, 0);
    const ProgramEnd end = run("lockstep");
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.output, HasSubstr("RTL co-simulation is off: verilator is not installed "
                                      "(apt install verilator)"));
}

}  // namespace
}  // namespace cortile::test
