// SPDX-License-Identifier: Apache-2.0
// Chips with parts that are dead, and networks that lose packets, as users meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include <nlohmann/json.hpp>

#include "hw_model/base/external_program.h"
#include "hw_model/base/text_file.h"
#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Options = std::vector<std::string>;

class Faults : public testing::Test {
  protected:
    void SetUp() override {
        experiment = folder.write("experiment.yaml",
                                  "preset: tiny_2x2\n"
                                  "chip: {mesh: {width: 3, height: 3}}\n"
                                  "noc: {clock: 1 GHz}\n"
                                  "network:\n"
                                  "  generate: {neurons: 60, synapses_per_neuron: 8, "
                                  "firing_rate: 0.3}\n"
                                  "stimulus: {kind: silent, timesteps: 6, samples: 2}\n"
                                  "mapping: {cores: 7, partition: contiguous}\n");
    }
    ProgramEnd cortile(const std::string& command, const Options& settings,
                       const Options& more = {}) const {
        Options arguments{CORTILE_PROGRAM, command, experiment.string()};
        for (const std::string& setting : settings) {
            arguments.insert(arguments.end(), {"--set", setting});
        }
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_program(arguments, folder.path());
    }
    struct Run {
        std::string text, summary, cores;
        nlohmann::json json;
    };
    // Summary and cores without what differs from run to run, that is, the last four keys.
    Run run(const Options& settings, const Options& more = {}) const {
        Options arguments{"--out", "out"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const ProgramEnd end = cortile("run", settings, arguments);
        EXPECT_EQ(end.exit_code, 0) << end.output;
        Run result;
        result.text = std::regex_replace(end.output, std::regex("\\s+"), " ");  // lines are wrapped
        result.cores = read_text_file(folder.path() / "out" / "cores.csv");
        result.summary = read_text_file(folder.path() / "out" / "summary.json");
        result.json = nlohmann::json::parse(result.summary);
        result.summary.erase(result.summary.find("\"wall_seconds\""));
        return result;
    }
    std::string refusal(const Options& settings) const {
        const ProgramEnd end = cortile("check", settings);
        EXPECT_EQ(end.exit_code, 2) << end.output;
        return end.output;
    }

    TestFolder folder;
    fs::path experiment;
};

TEST_F(Faults, RatesOfZeroChangeNoByte) {
    const Run without = run({});
    const Run with = run({"noc.faults.drop_rate=0", "noc.faults.corrupt_rate=0"});
    EXPECT_EQ(with.summary, without.summary);
    EXPECT_EQ(with.cores, without.cores);
    EXPECT_FALSE(without.json.contains("noc_faults"));
    EXPECT_FALSE(without.json.contains("cores_dead"));
    EXPECT_EQ(run({"noc.faults.seed=7"}).summary, without.summary);
}

TEST_F(Faults, ALossIsCountedAndTheSameWithTwoThreadsAndAtEveryLevel) {
    const Options rate{"noc.faults.drop_rate=0.1"};
    const Run one = run(rate);
    const nlohmann::json& faults = one.json["noc_faults"];
    const double packets = one.json["packets"], hops = one.json["hops"];
    const double dropped = faults["packets_dropped"];
    ASSERT_GT(packets, 500);
    EXPECT_EQ(faults["packets_lost"], faults["packets_dropped"]);
    // The mean over ways of 0 to 4 links is close to that of the mean way.
    const double expected = packets * (1 - std::pow(0.9, hops / packets + 1));
    EXPECT_NEAR(dropped, expected, 4 * std::sqrt(expected) + 0.02 * packets);
    EXPECT_THAT(one.text, AllOf(HasSubstr("Faults of packets"), HasSubstr(" dropped"),
                                HasSubstr("rates per link: drop 0.1, corrupt 0")));

    EXPECT_EQ(run(rate, {"--threads", "2"}).summary, one.summary);
    for (const char* level : {"loosely_timed", "cycle_accurate"}) {
        const Run other = run({rate[0], std::string("noc.timing=") + level});
        EXPECT_EQ(other.json["noc_faults"], faults) << level;
        EXPECT_EQ(other.json["neuron_spikes"], one.json["neuron_spikes"]) << level;
        EXPECT_EQ(other.json["synaptic_operations"], one.json["synaptic_operations"]) << level;
    }
    const Run other_seed = run({rate[0], "noc.faults.seed=2"});
    EXPECT_NE(other_seed.cores, one.cores);  // other packets reached other cores
}

TEST_F(Faults, NothingArrivesIfEverythingIsDropped) {
    const Run all = run({"noc.faults.drop_rate=1"});
    EXPECT_EQ(all.json["synaptic_operations"], 0);
    EXPECT_GT(all.json["packets"], 100);
    EXPECT_EQ(all.json["noc_faults"]["packets_lost"], all.json["packets"]);
}

TEST_F(Faults, ChangesAreFoundUnlessTheyAreNotLookedFor) {
    const Run found = run({"noc.faults.corrupt_rate=0.1"});
    const nlohmann::json detected = found.json["noc_faults"];
    EXPECT_GT(detected["packets_corrupted_detected"], 50);
    EXPECT_EQ(detected["packets_lost"], detected["packets_corrupted_detected"]);
    const Run taken = run({"noc.faults.corrupt_rate=0.1", "noc.faults.detect=false"});
    const nlohmann::json altered = taken.json["noc_faults"];
    EXPECT_GT(altered["packets_corrupted_delivered"], 10);
    EXPECT_EQ(altered["packets_lost"], altered["packets_corrupted_unknown_address"]);
    EXPECT_EQ(altered["packets_corrupted_detected"], 0);
    EXPECT_THAT(taken.text, HasSubstr("corrupted and delivered"));
}

TEST_F(Faults, ACompareOfRunsThatLosePacketsWorks) {
    const ProgramEnd end =
        cortile("compare", {"noc.faults.drop_rate=0.1"}, {"--preset", "tiny_2x2,loihi"});
    EXPECT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output, AllOf(HasSubstr("tiny_2x2"), HasSubstr("loihi")));
}

TEST_F(Faults, DeadCoresAreNotUsedAndNotCounted) {
    for (const char* level : {"approximately_timed", "loosely_timed", "cycle_accurate"}) {
        const Run dead = run({"chip.dead_cores=[0, 4]", std::string("noc.timing=") + level});
        EXPECT_EQ(dead.json["cores_used"], 7);
        EXPECT_EQ(dead.json["cores_total"], 7);
        EXPECT_EQ(dead.json["cores_dead"], 2);
        EXPECT_THAT(dead.cores,
                    AllOf(Not(HasSubstr("\n0,")), Not(HasSubstr("\n4,")), HasSubstr("\n8,")));
        EXPECT_THAT(dead.text, HasSubstr("7 of 7 cores that work (2 dead) used"));
    }
    EXPECT_THAT(refusal({"chip.dead_cores=[0, 4, 5]"}),
                HasSubstr("expected at most the 6 cores of the chip, found 7"));
    EXPECT_THAT(refusal({"chip.dead_cores=[9]"}),
                AllOf(HasSubstr("--set: chip.dead_cores: there is no core 9: the chip has cores 0 "
                                "to 8"),
                      HasSubstr("hint: cores are numbered tile by tile")));
    EXPECT_THAT(refusal({"chip.dead_cores=[x]"}), HasSubstr("--set: chip.dead_cores: "));
    EXPECT_THAT(refusal({"chip.dead_cores=[0,1,2,3,4,5,6,7,8]"}),
                HasSubstr("no core is left that works"));
}

TEST_F(Faults, UpDownLeadsAroundADeadRouterAndGivesTheSameSpikes) {
    const Options dead{"noc.dead_routers=[\"(1, 1)\"]", "noc.dead_links=[\"(0, 0) east\"]",
                       "noc.timing=cycle_accurate"};
    Options around = dead;
    around.push_back("noc.routing=up_down");
    const Run run_around = run(around);
    EXPECT_EQ(run_around.json["cores_total"], 8);
    EXPECT_THAT(run_around.cores, Not(HasSubstr("\n4,")));
    const std::string links = read_text_file(folder.path() / "out" / "links.csv");
    EXPECT_THAT(links, AllOf(Not(HasSubstr("\n1,1,")), Not(HasSubstr("\n0,0,east"))));
    EXPECT_EQ(run_around.json["neuron_spikes"], run({}).json["neuron_spikes"]);

    Options xy = dead;
    EXPECT_THAT(refusal(xy),
                AllOf(HasSubstr("noc.routing: xy cannot lead every packet around the faults: a "
                                "packet from (0, 0) to (1, 0) has no way on from (0, 0): link "
                                "(0, 0) east is dead"),
                      HasSubstr("hint: noc.routing: up_down")));
    xy.pop_back();
    EXPECT_THAT(refusal(xy), AllOf(HasSubstr("--set: noc.dead_links: approximately_timed routes xy "
                                             "only; "),
                                   HasSubstr("hint: noc.timing: cycle_accurate with noc.routing: "
                                             "up_down")));
    EXPECT_THAT(refusal({"noc.dead_routers=[\"(0, 0)\"]"}),
                HasSubstr("--set: noc.dead_routers: the host's port is at the dead router (0, 0)"));
    EXPECT_THAT(refusal({"noc.dead_routers=[\"(3, 0)\"]"}),
                HasSubstr("--set: noc.dead_routers: (3, 0) is outside the mesh"));
}

// Lost packets of ways around what is dead: more links, more losses.
TEST_F(Faults, DetoursLoseMore) {
    const Options faults{"noc.timing=cycle_accurate", "noc.routing=up_down",
                         "noc.faults.drop_rate=0.05", "mapping.placement=linear"};
    Options detours = faults;
    detours.push_back("noc.dead_links=[\"(0, 1) east\", \"(0, 0) east\", \"(1, 1) east\"]");
    EXPECT_GT(run(detours).json["noc_faults"]["packets_lost"],
              run(faults).json["noc_faults"]["packets_lost"]);
}

TEST_F(Faults, TheNetworkAloneTakesWhatIsNaturalThere) {
    const fs::path config = folder.write("noc.yaml",
                                         "preset: tiny_2x2\n"
                                         "chip: {mesh: {width: 3, height: 3}}\n"
                                         "sweep: {warmup: 100, cycles: 200, rates: [0.1]}\n");
    experiment = config;
    const auto complaint = [&](const Options& settings) {
        const ProgramEnd end = cortile("noc", settings);
        EXPECT_EQ(end.exit_code, 2) << end.output;
        return end.output;
    };
    EXPECT_THAT(complaint({"noc.faults.drop_rate=0.1"}),
                AllOf(HasSubstr("--set: noc.faults.drop_rate: not of this command"),
                      HasSubstr("hint: cortile run counts what is lost")));
    EXPECT_THAT(
        complaint({"noc.dead_routers=[\"(1, 1)\"]"}),
        AllOf(HasSubstr("--set: noc.dead_routers: traffic patterns are of chips whose cores "
                        "all work"),
              HasSubstr("traffic.trace")));
    EXPECT_THAT(complaint({"noc.dead_links=[\"(1, 1) east\"]"}),
                HasSubstr("noc.routing: xy cannot lead every packet around the faults"));
    EXPECT_EQ(cortile("noc", {"noc.dead_links=[\"(1, 1) east\"]", "noc.routing=up_down"}).exit_code,
              0);
}

TEST_F(Faults, ATraceOfAChipWithADeadRouterIsReplayedOnOne) {
    const Options dead{"noc.dead_routers=[\"(1, 1)\"]", "noc.timing=cycle_accurate",
                       "noc.routing=up_down"};
    Options traced = dead;
    traced.push_back("noc.trace=trace.csv");
    run(traced);
    run({"noc.trace=whole.csv", "mapping.cores=9"});
    experiment = folder.write("replay.yaml",
                              "preset: tiny_2x2\n"
                              "chip: {mesh: {width: 3, height: 3}}\n"
                              "traffic: {trace: trace.csv}\n");
    const ProgramEnd end = cortile("noc", dead);
    EXPECT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output, testing::ContainsRegex("1 dead\\s+router"));
    Options other = dead;
    other.push_back("traffic.trace=whole.csv");
    const ProgramEnd refused = cortile("noc", other);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.output, HasSubstr("core 4, which is dead here"));
}

}  // namespace
}  // namespace cortile::test
