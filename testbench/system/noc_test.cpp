// SPDX-License-Identifier: Apache-2.0
// `cortile noc` and packet traces of runs, as users meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/shell.h"

namespace cortile::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Outcome cortile(const std::string& arguments) {
    return shell(std::string(CORTILE_PROGRAM) + " " + arguments);
}

std::vector<std::vector<std::string>> csv(const fs::path& file) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        rows.emplace_back();
        std::istringstream fields(line + ",");
        for (std::string field; std::getline(fields, field, ',');) {
            rows.back().push_back(field);
        }
    }
    return rows;
}

std::set<std::string> files_of(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

class Noc : public testing::Test {
  protected:
    // 4 x 4 routers with one virtual channel: soon saturated.
    std::string config(const std::string& more = "") {
        return folder
            .write("noc.yaml",
                   "chip:\n"
                   "  mesh: {width: 4, height: 4}\n"
                   "  cores_per_tile: 1\n"
                   "noc:\n"
                   "  virtual_channels: 1\n"
                   "sweep: {warmup: 500, cycles: 2000, latency_limit: 100}\n" +
                       more)
            .string();
    }
    // A recurrent network of 20 neurons on four cores, with its host's spikes.
    std::string experiment() {
        return folder
            .write("experiment.yaml",
                   "preset: tiny_2x2\n"
                   "network:\n"
                   "  generate: {neurons: 20, synapses_per_neuron: 8, firing_rate: 0.3}\n"
                   "stimulus: {kind: silent, timesteps: 6, samples: 2}\n"
                   "mapping: {cores: 4, placement: linear, partition: contiguous}\n")
            .string();
    }
    std::string path(const std::string& name) { return (folder.path() / name).string(); }

    TestFolder folder;
};

TEST_F(Noc, SweepsToSaturationAndWritesEverything) {
    const Outcome outcome = cortile("noc " + config() + " --out " + path("out"));
    ASSERT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("NoC timing level      cycle_accurate"),
                                    HasSubstr("Saturation throughput 0.2"),
                                    HasSubstr("is saturated)"), HasSubstr("Bottleneck link")));
    EXPECT_EQ(files_of(folder.path() / "out"),
              (std::set<std::string>{"effective.yaml", "links.csv", "links.svg", "load.csv",
                                     "load.svg"}));
    const auto load = csv(folder.path() / "out" / "load.csv");
    EXPECT_THAT(load.at(0),
                ElementsAre("offered", "accepted", "packet_latency_mean", "packet_latency_p50",
                            "packet_latency_p99", "network_latency_mean", "hops_mean",
                            "energy_per_packet", "saturated"));
    ASSERT_GT(load.size(), 10u);
    EXPECT_NEAR(std::stod(load[1][2]), 19.5, 1.5);  // mean of 2.5 links: 5 x 3.5 + 2
    EXPECT_NEAR(std::stod(load[1][6]), 2.5, 0.2);
    // The default preset's energies: 3 and 4 pJ a hop, 1.7 pJ a packet.
    EXPECT_NEAR(std::stod(load[1][7]), (3.5 * std::stod(load[1][6]) + 1.7) * 1e-12, 0.1e-12);
    EXPECT_EQ(load[1][8], "0");
    EXPECT_EQ(load.back()[8], "1");

    const auto links = csv(folder.path() / "out" / "links.csv");
    EXPECT_THAT(links.at(0),
                ElementsAre("tile_x", "tile_y", "direction", "core", "flits_per_cycle"));
    EXPECT_EQ(links.size(), 1u + 2 * (3 * 4 + 3 * 4) + 16);
    for (const char* picture : {"load.svg", "links.svg"}) {
        EXPECT_THAT(contents(folder.path() / "out" / picture), StartsWith("<svg "));
    }
}

TEST_F(Noc, EffectiveConfigurationAndThreadsGiveTheSameBytes) {
    ASSERT_EQ(cortile("noc " + config() + " --out " + path("one")).code, 0);
    ASSERT_EQ(
        cortile("noc " + path("one") + "/effective.yaml --threads 2 --out " + path("two")).code, 0);
    for (const std::string& file : files_of(folder.path() / "one")) {
        EXPECT_EQ(contents(folder.path() / "one" / file), contents(folder.path() / "two" / file))
            << file;
    }
    // An earlier folder is replaced; one of anything else is not.
    EXPECT_EQ(cortile("noc " + config() + " --set sweep.rates=[0.1] --out " + path("one")).code, 0);
    EXPECT_EQ(csv(folder.path() / "one" / "load.csv").size(), 2u);
    folder.write("foreign", "");
    const Outcome outcome = cortile("noc " + config() + " --out " + folder.path().string());
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.text, HasSubstr("found 'noc.yaml', which is none of ours"));
}

TEST_F(Noc, EveryLevelPatternAndBursts) {
    const std::string rates = " --set 'sweep.rates=[0.1, 0.05]'";
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        const Outcome outcome = cortile("noc " + config() + rates + " --set noc.timing=" + level);
        EXPECT_EQ(outcome.code, 0) << outcome.text;
        EXPECT_THAT(outcome.text, AllOf(HasSubstr(level), HasSubstr(" 0.0500 "),
                                        HasSubstr("none up to 0.1 flits/core/cycle")));
    }
    EXPECT_THAT(cortile("noc " + config() + rates + " --set noc.timing=approximately_timed").text,
                HasSubstr("estimate, error 1."));
    for (const char* traffic :
         {"pattern: transpose", "pattern: bit_complement", "pattern: neighbour", "pattern: tornado",
          "pattern: hotspot, hotspots: [\"5\", \"6:2.5\"]", "burst: {cycles: 20, share: 0.5}"}) {
        const Outcome outcome =
            cortile("noc " + config(std::string("traffic: {") + traffic + "}\n") + rates);
        EXPECT_EQ(outcome.code, 0) << traffic << "\n" << outcome.text;
    }
}

// 2 x 2 chips of 2 x 2 tiles; 32 bits over 8 wires at 500 MHz are 8 cycles a packet. Half of the
// packets of a chip's four cores leave it to the east or west: the channels there are full at
// 1 / (8 x 4 / 2) = 0.0625 flits a core and cycle; at 0.058 packets wait 100 cycles. A packet
// passes one channel on average.
TEST_F(Noc, ChannelsBetweenChipsAreTheBottleneck) {
    const std::string board = config(
        "board:\n"
        "  width: 2\n"
        "  height: 2\n"
        "  packet_bits: {value: 32 bit, source: this test, grade: assumed}\n"
        "  link_width: {value: 8 bit, source: this test, grade: assumed}\n"
        "  link_clock: {value: 500 MHz, source: this test, grade: assumed}\n"
        "  link_latency: {value: 10 ns, source: this test, grade: assumed}\n"
        "  link_energy: {value: 500 pJ, source: this test, grade: assumed}\n");
    const std::string chips =
        " --set chip.mesh.width=2 --set chip.mesh.height=2 --set noc.virtual_channels=4";
    const Outcome sweep = cortile("noc " + board + chips);
    ASSERT_EQ(sweep.code, 0) << sweep.text;
    EXPECT_THAT(sweep.text,
                AllOf(HasSubstr("2 x 2 chips of 2 x 2 tiles of 1 core"),
                      HasSubstr("chip 8 a flit and 10 more"),
                      HasSubstr("Saturation throughput 0.058"), HasSubstr(" out of chip (")));
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        const Outcome outcome = cortile("noc " + board + chips + " --set noc.timing=" + level +
                                        " --set sweep.rates=[0.03] --out " + path(level));
        ASSERT_EQ(outcome.code, 0) << outcome.text;
        const auto load = csv(folder.path() / level / "load.csv");
        EXPECT_NEAR(std::stod(load[1][7]), (3.5 * 2.5 + 1.7 + 500) * 1e-12, 40e-12) << level;
        const auto links = csv(folder.path() / level / "links.csv");
        EXPECT_THAT(links.at(0), ElementsAre("chip_x", "chip_y", "tile_x", "tile_y", "direction",
                                             "core", "flits_per_cycle"));
        ASSERT_EQ(links.size(), 1u + 2 * (3 * 4 + 3 * 4) + 16 + 8);
        double channels = 0;
        for (const auto& row : links) {
            channels += row[2].empty() ? std::stod(row[6]) : 0;
        }
        EXPECT_NEAR(channels / 8, 0.03 * 4 / 2, 0.006) << level;
        EXPECT_THAT(
            contents(folder.path() / level / "links.svg"),
            AllOf(HasSubstr("stroke-dasharray"), HasSubstr("<title>east of chip (0, 1): ")));
    }
}

TEST_F(Noc, TorusAndDeadLinks) {
    const std::string options =
        " --set noc.virtual_channels=2 --set 'sweep.rates=[0.05]' --out " + path("out");
    const auto hops = [&](const std::string& more) {
        const Outcome outcome = cortile("noc " + config() + options + more);
        EXPECT_EQ(outcome.code, 0) << outcome.text;
        return std::stod(csv(folder.path() / "out" / "load.csv").at(1)[6]);
    };
    const double mesh = hops("");
    EXPECT_NEAR(mesh, 2.5, 0.1);
    EXPECT_NEAR(hops(" --set chip.mesh.torus=true"), 2.0, 0.1);
    EXPECT_EQ(csv(folder.path() / "out" / "links.csv").size(), 1u + 4 * 16 + 16);
    // Some packets go round the link that is dead.
    const std::string dead =
        " --set noc.routing=up_down --set 'noc.dead_links=[\"(1, 1) east\", \"(1, 2) east\"]'";
    EXPECT_GT(hops(dead), mesh + 0.05);
    const auto links = csv(folder.path() / "out" / "links.csv");
    EXPECT_THAT(links, testing::Contains(ElementsAre("1", "1", "east", "", "0")));

    const Outcome outcome = cortile("noc " + config() + options + dead +
                                    " --set noc.routing=xy --set noc.timing=approximately_timed");
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.text,
                AllOf(HasSubstr("--set: noc.dead_links: approximately_timed routes xy"),
                      HasSubstr("hint: noc.timing: cycle_accurate")));
    EXPECT_EQ(
        cortile("noc " + config() + options + " --set 'noc.dead_links=[\"(9, 1) east\"]'").code, 2);
}

TEST_F(Noc, MistakesNamePlaceAndRemedy) {
    const auto complaint = [&](const std::string& more, const std::string& options = "") {
        const Outcome outcome = cortile("noc " + config(more) + options);
        EXPECT_EQ(outcome.code, 2) << more << options;
        return outcome.text;
    };
    EXPECT_THAT(complaint("traffic: {patern: uniform}\n"),
                AllOf(HasSubstr("noc.yaml:7: traffic.patern: unknown key"),
                      HasSubstr("did you mean traffic.pattern?")));
    EXPECT_THAT(complaint("network: {file: net.nir}\n"), HasSubstr("noc.yaml:7: network"));
    EXPECT_THAT(complaint("traffic: {pattern: hotspot}\n"),
                AllOf(HasSubstr("noc.yaml:7: traffic.pattern: pattern hotspot needs"),
                      HasSubstr("hint: hotspots: [\"27\", \"28:2.5\"]")));
    EXPECT_THAT(complaint("traffic: {pattern: hotspot, hotspots: [\"16\"]}\n"),
                HasSubstr("noc.yaml:7: traffic.hotspots: core 16 is outside the mesh"));
    EXPECT_THAT(complaint("traffic: {hotspots: [\"1\"]}\n"),
                HasSubstr("noc.yaml:7: traffic.hotspots: hotspots are of pattern hotspot only"));
    EXPECT_THAT(complaint("traffic:\n  pattern: transpose\n", " --set chip.mesh.width=5"),
                HasSubstr("noc.yaml:8: traffic.pattern: transpose needs a square mesh"));
    EXPECT_THAT(complaint("traffic: {burst: {cycles: 2, share: 0.9}}\n"),
                HasSubstr("noc.yaml:7: traffic.burst.share: bursts of 2 cycles cannot be on"));
    EXPECT_THAT(
        complaint("traffic: {burst: {cycles: 20, share: 0.5}}\n", " --set 'sweep.rates=[0.6]'"),
        HasSubstr("--set: sweep.rates: expected rates above 0 and up to 0.5 flits"));
    EXPECT_THAT(complaint("", " --set noc.hop_x=2ns"),
                HasSubstr("--set: noc.hop_x: not of this command"));
    EXPECT_THAT(complaint("", " --set 'board.barrier_latency=3 ns'"),
                AllOf(HasSubstr("--set: board.barrier_latency: not of this command"),
                      HasSubstr("hint: leave it out")));
    EXPECT_THAT(complaint("", " --set chip.cores_per_tile=13"),
                AllOf(HasSubstr("--set: chip.cores_per_tile: 13 cores and ports of hosts at the "
                                "router of tile (0, 0); cycle_accurate has ports for 12"),
                      HasSubstr("hint: fewer cores at a router")));
    EXPECT_EQ(
        cortile("noc " + config() + " --set chip.cores_per_tile=12 --set sweep.rates=[0.01]").code,
        0);
    EXPECT_THAT(complaint("", " --set noc.routing=o1turn"),
                AllOf(HasSubstr("--set: noc.routing: o1turn needs 2 virtual channels"),
                      HasSubstr("hint: noc.virtual_channels: 2")));
    EXPECT_THAT(complaint("", " --set noc.routing=yx --set noc.timing=loosely_timed"),
                HasSubstr("--set: noc.routing: loosely_timed routes xy only"));
    EXPECT_THAT(complaint("", " --set noc.virtual_channels=16"),
                HasSubstr("--set: noc.virtual_channels: 5 ports of 16 virtual channels"));
    EXPECT_THAT(complaint("", " --set noc.buffer_flits=0"), HasSubstr("--set: noc.buffer_flits"));
    EXPECT_THAT(complaint("", " --set board.width=2"),
                HasSubstr("--set: board.width: a board of several chips needs board."));
    EXPECT_THAT(complaint("", " --set chip.mesh.width=1024 --set chip.mesh.height=1024"),
                HasSubstr("at most 65536 can be addressed"));
    EXPECT_THAT(complaint("", " --set traffic.trace=none.csv"),
                AllOf(HasSubstr("none.csv"), HasSubstr("hint: a run writes one")));
    EXPECT_EQ(cortile("noc " + path("missing.yaml")).code, 2);
    EXPECT_EQ(cortile("noc").code, 2);
}

TEST_F(Noc, ARunRefusesATableThatNoRoutingReadsAtAnyLevel) {
    for (const char* level : {"approximately_timed", "cycle_accurate"}) {
        const Outcome outcome = cortile("run " + experiment() +
                                        " --set noc.routing_table=ways.csv --set noc.clock=1GHz" +
                                        " --set noc.timing=" + level);
        EXPECT_EQ(outcome.code, 2);
        EXPECT_THAT(outcome.text,
                    AllOf(HasSubstr("--set: noc.routing_table: a routing table that nobody reads"),
                          HasSubstr("hint: noc.routing: table")));
    }
}

TEST_F(Noc, TraceOfARunGoesRound) {
    const std::string run = "run " + experiment() + " --set noc.trace=";
    ASSERT_EQ(cortile(run + path("one.csv") + " --out " + path("run")).code, 0);
    ASSERT_EQ(cortile(run + path("two.csv") + " --threads 2").code, 0);
    const std::string trace = contents(folder.path() / "one.csv");
    EXPECT_EQ(trace, contents(folder.path() / "two.csv"));
    EXPECT_THAT(trace, StartsWith("# cortile packet trace, 4 cores\n"
                                  "timestep,pass,time_ps,source,destination,copy\n"));
    const auto summary = nlohmann::json::parse(contents(folder.path() / "run" / "summary.json"));
    const std::uint64_t packets = summary["packets"];
    ASSERT_GT(packets, 100u);
    EXPECT_THAT(trace, HasSubstr("# end, " + std::to_string(packets) + " packets\n"));

    const std::string replay =
        "noc " +
        folder.write("replay.yaml", "preset: tiny_2x2\ntraffic: {trace: one.csv}\n").string();
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        const Outcome outcome = cortile(replay + " --set noc.timing=" + level + " --out " +
                                        path(level) + " --threads 2");
        ASSERT_EQ(outcome.code, 0) << outcome.text;
        EXPECT_THAT(outcome.text, AllOf(HasSubstr(level), HasSubstr("Packet latency")));
        EXPECT_EQ(
            files_of(folder.path() / level),
            (std::set<std::string>{"effective.yaml", "links.csv", "links.svg", "passes.csv"}));
        std::uint64_t sum = 0;
        const auto passes = csv(folder.path() / level / "passes.csv");
        for (std::size_t i = 1; i < passes.size(); ++i) {
            sum += std::stoull(passes[i][2]);
        }
        EXPECT_EQ(sum, packets);
    }
    // Cores send several packets at once: more than an interface of a slow clock can pass on.
    EXPECT_THAT(cortile(replay + " --set noc.timing=approximately_timed --set noc.clock=1MHz").text,
                HasSubstr("estimate, error unknown at this load"));
    // Another shape of as many cores takes it, another number of cores does not.
    EXPECT_EQ(cortile(replay + " --set chip.mesh.width=4 --set chip.mesh.height=1").code, 0);
    const Outcome larger = cortile(replay + " --set chip.mesh.width=4");
    EXPECT_EQ(larger.code, 2);
    EXPECT_THAT(larger.text, HasSubstr("one.csv:1: the trace is of 4 cores, the mesh has 8"));

    const Outcome multicast = cortile(replay + " --set noc.multicast=tree");
    EXPECT_EQ(multicast.code, 2);
    EXPECT_THAT(multicast.text,
                AllOf(HasSubstr("one.csv: there is nothing to multicast: no packet of the trace"),
                      HasSubstr("hint: trace a run with the same noc.multicast")));

    folder.write("one.csv", trace.substr(0, trace.size() / 2));
    const Outcome damaged = cortile(replay + " --out " + path("damaged"));
    EXPECT_EQ(damaged.code, 2);
    EXPECT_THAT(damaged.text, HasSubstr("one.csv:"));
    EXPECT_FALSE(fs::exists(path("damaged")));
}

// However copies travel, and at whatever level, the network computes the same.
TEST_F(Noc, MulticastChangesLinksAndNotSpikes) {
    const std::string run = "run " + experiment() + " --probe neurons:spikes,v --out ";
    std::string unicast_spikes;
    std::uint64_t unicast_hops = 0, packets = 0;
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        for (const char* multicast : {"unicast", "tree", "relay", "path"}) {
            if (std::string(multicast) == "path" && std::string(level) != "cycle_accurate") {
                continue;
            }
            const std::string name = std::string(level) + "_" + multicast;
            const Outcome outcome = cortile(run + path(name) + " --set noc.timing=" + level +
                                            " --set noc.multicast=" + multicast +
                                            " --set noc.clock=1GHz --set noc.routing=hamiltonian");
            ASSERT_EQ(outcome.code, 0) << name << outcome.text;
            const auto summary =
                nlohmann::json::parse(contents(folder.path() / name / "summary.json"));
            const std::string spikes = contents(folder.path() / name / "probes.h5");
            const std::uint64_t hops = summary["hops"];
            if (unicast_spikes.empty()) {
                unicast_spikes = spikes;
                unicast_hops = hops;
                packets = summary["packets"];
                ASSERT_GT(summary["neuron_spikes"], 20);
            }
            EXPECT_EQ(spikes, unicast_spikes) << name;
            EXPECT_EQ(summary["packets"], packets) << name;
            if (std::string(multicast) == "unicast") {
                EXPECT_EQ(hops, unicast_hops) << name;
            } else {
                EXPECT_LT(hops, unicast_hops) << name;
                EXPECT_LT(summary["packets_injected"], packets) << name;
            }
        }
    }
}

TEST_F(Noc, SpikesOfSeveralDestinationsLoadALink) {
    const std::string study =
        "noc " + config("traffic: {fanout: 6}\n") + " --set sweep.rates=[0.1] --out " + path("out");
    double unicast = 0;
    for (const char* multicast : {"unicast", "tree", "relay"}) {
        const Outcome outcome = cortile(study + " --set noc.multicast=" + multicast);
        ASSERT_EQ(outcome.code, 0) << outcome.text;
        const auto rows = csv(folder.path() / "out" / "load.csv");
        EXPECT_NEAR(std::stod(rows.at(1).at(1)), 0.1, 0.01) << multicast;  // copies, accepted
        const double hops = std::stod(rows[1][6]);
        unicast = unicast == 0 ? hops : unicast;
        EXPECT_TRUE(hops == unicast || hops < 0.8 * unicast) << multicast << " " << hops;
    }
    EXPECT_THAT(cortile(study + " --set traffic.pattern=transpose").text,
                HasSubstr("gives each core one destination"));
    EXPECT_THAT(cortile(study + " --set traffic.fanout=17").text, HasSubstr("the mesh has 16"));
    EXPECT_THAT(cortile(study + " --set noc.multicast=tree --set traffic.fanout=1").text,
                HasSubstr("nothing to multicast"));
    EXPECT_THAT(cortile(study + " --set noc.multicast=path").text,
                HasSubstr("noc.routing: hamiltonian"));
}

TEST_F(Noc, RunsStateTheErrorOfAnEstimate) {
    const auto summary_of = [&](const std::string& options, std::string& text) {
        const Outcome outcome = cortile("run " + experiment() + " --out " + path("run") + options);
        EXPECT_EQ(outcome.code, 0) << outcome.text;
        text = outcome.text;
        return nlohmann::json::parse(contents(folder.path() / "run" / "summary.json"));
    };
    std::string text;
    auto summary = summary_of("", text);
    EXPECT_GT(summary["noc_load"], 0.0);
    EXPECT_LT(summary["noc_load"], 0.5);
    EXPECT_GT(summary["noc_error_percent"], 0.0);
    EXPECT_THAT(text, HasSubstr("approximately_timed; estimate, error "));
    summary = summary_of(" --set noc.timing=loosely_timed", text);
    EXPECT_TRUE(summary["noc_load"].is_null());
    EXPECT_TRUE(summary["noc_error_percent"].is_null());
    EXPECT_THAT(text, testing::Not(HasSubstr("estimate")));
    summary = summary_of(" --set noc.link_occupancy=200ns", text);
    EXPECT_TRUE(summary["noc_error_percent"].is_null());
    EXPECT_THAT(text, HasSubstr("error unknown at this load"));
}

}  // namespace
}  // namespace cortile::test
