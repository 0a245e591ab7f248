// SPDX-License-Identifier: Apache-2.0
// Boards of chips as users meet them: a network spread over several chips computes what it computes
// on one large one, whatever the core type and the timing level; what changes is time, energy and
// the report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"
#include "hw_model/report/csv_tables.h"
#include "hw_model/report/summary_json.h"
#include "hw_model/report/text_report.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t kInputs = 16, kNeurons = 36, kTimesteps = 12;

// Two layers of neurons without leak that fire at the second input spike at once: what every chip
// can do.
void write_network(const std::filesystem::path& file) {
    NirWriter writer(file);
    NirGraph net = writer.root();
    const auto weights = [](std::uint32_t sources, std::uint64_t seed) {
        std::vector<double> matrix;
        for (std::uint32_t n = 0; n < kNeurons * sources; ++n) {
            matrix.push_back(philox({seed, RandomUse::test}, n, 0)[0] % 5 == 0 ? 1 : 0);
        }
        return matrix;
    };
    net.input("input", {kInputs});
    net.linear("fc1", kNeurons, kInputs, weights(kInputs, 1));
    net.if_("first", {kNeurons}, {.v_threshold = {1.5}});
    net.linear("fc2", kNeurons, kNeurons, weights(kNeurons, 2));
    net.if_("second", {kNeurons}, {.v_threshold = {1.5}});
    net.output("output", {kNeurons});
    net.chain({"input", "fc1", "first", "fc2", "second", "output"});
    writer.close();
}

std::string raster() {
    std::string text;
    for (std::uint32_t t = 0; t < kTimesteps; ++t) {
        for (std::uint32_t i = 0; i < kInputs; ++i) {
            text += (i == 0 ? "" : ",");
            text += philox({3, RandomUse::test}, t, i)[0] % 3 == 0 ? '1' : '0';
        }
        text += '\n';
    }
    return text;
}

const std::vector<std::string> kBoardConstants{
    "board.packet_bits=32 bit", "board.link_width=8 bit",   "board.link_clock=100 MHz",
    "board.link_latency=30 ns", "board.link_energy=500 pJ", "board.barrier_latency=1 us"};

std::vector<std::string> one_chip(const std::string& level) {
    return {"chip.mesh.width=4", "chip.mesh.height=4",    "noc.timing=" + level,
            "noc.clock=1 GHz",   "chip.cores_per_tile=1", "mapping.cores=14"};
}

std::vector<std::string> four_chips(const std::string& level) {
    std::vector<std::string> result = kBoardConstants;
    for (const std::string& more :
         {std::string("chip.mesh.width=2"), std::string("chip.mesh.height=2"),
          std::string("board.width=2"), std::string("board.height=2"), "noc.timing=" + level,
          std::string("noc.clock=1 GHz"), std::string("chip.cores_per_tile=1"),
          std::string("mapping.cores=14")}) {
        result.push_back(more);
    }
    return result;
}

void record_spikes(const FinishedRun& run, std::ostream& out) {
    std::uint64_t spikes = 0;
    for (const ProbeRecord& probe : run.result.probes) {
        out << probe.population << "\n";
        for (const std::int32_t value : probe.values) {
            out << value;
            spikes += value > 0;
        }
        out << "\n";
    }
    // A comparison of silence would say nothing.
    out << (spikes > 50 ? "busy" : "silent") << "\n";
}

class Boards : public testing::Test {
  protected:
    std::filesystem::path experiment(const std::string& preset) const {
        write_network(folder_.path() / "network.nir");
        folder_.write("input.csv", raster());
        return folder_.write(
            "experiment.yaml",
            "preset: " + preset +
                "\n"
                "network: {file: network.nir}\n"
                "stimulus: {kind: raster, files: [input.csv]}\n"
                "run: {drain: 3, probes: [\"first:spikes\", \"second:spikes\"]}\n");
    }

    TestFolder folder_;
};

class BoardsOf : public Boards, public testing::WithParamInterface<std::string> {};

TEST_P(BoardsOf, SameSpikesOnFourChipsAsOnOneLargeOne) {
    const auto file = experiment(GetParam());
    const std::string expected =
        record_of_child(file, one_chip("approximately_timed"), 1, record_spikes);
    EXPECT_THAT(expected, HasSubstr("busy"));
    for (const char* level : {"loosely_timed", "approximately_timed", "cycle_accurate"}) {
        const std::string found = record_of_child(file, four_chips(level), 2,
                                                  [](const FinishedRun& run, std::ostream& out) {
                                                      record_spikes(run, out);
                                                      EXPECT_EQ(run.result.board.chips_used, 4u);
                                                      EXPECT_GT(run.result.board.crossings, 0u);
                                                      if (testing::Test::HasFailure()) {
                                                          out << "failed";
                                                      }
                                                  });
        EXPECT_TRUE(found == expected) << level;
    }
}

INSTANTIATE_TEST_SUITE_P(CoreTypes, BoardsOf,
                         testing::Values("loihi", "ideal", "tianjic", "truenorth"),
                         [](const auto& preset) { return preset.param; });

TEST_F(Boards, ThreadsChangeNothing) {
    const auto file = experiment("loihi");
    const auto everything = [](const FinishedRun& run, std::ostream& out) {
        record_spikes(run, out);
        out << run.result.modelled_time << "\n"
            << run.ledger.to_csv() << report::links_csv(run.result)
            << report::cores_csv(run.result);
    };
    EXPECT_TRUE(record_of_child(file, four_chips("approximately_timed"), 1, everything) ==
                record_of_child(file, four_chips("approximately_timed"), 2, everything));
}

// 32 bits over 8 wires at 100 MHz are 40 ns a packet.
TEST_F(Boards, CrossingsCostTimeAndEnergyAndAreReported) {
    const auto file = experiment("loihi");
    const std::string report = record_of_child(
        file, four_chips("approximately_timed"), 1, [](const FinishedRun& run, std::ostream& out) {
            std::uint64_t crossings = 0;
            for (const LinkResult& link : run.result.links) {
                crossings += link.is_channel ? link.packets : 0;
            }
            EXPECT_EQ(run.result.board.crossings, crossings);
            EXPECT_DOUBLE_EQ(run.ledger.joules_by_component().at(kChipToChip),
                             500e-12 * static_cast<double>(crossings));
            EXPECT_NEAR(run.ledger.statics()[0].watts, 4 * 104.4e-3, 1e-9);
            // A barrier over several chips in each timestep.
            EXPECT_GT(run.result.barrier_time,
                      static_cast<Picoseconds>(run.result.timesteps) * 1'000'000);
            out << report::text_report(run.result, run.ledger)
                << report::summary_json(run.result, run.ledger) << report::links_csv(run.result)
                << report::cores_csv(run.result);
            if (testing::Test::HasFailure()) {
                out << "failed";
            }
        });
    EXPECT_FALSE(report.ends_with("failed"));
    EXPECT_THAT(
        report,
        AllOf(HasSubstr("4 of 4 chips"), HasSubstr("to another chip"),
              ContainsRegex("Most crossed:  chip \\([01], [01]\\) (east|west|north"
                            "|south) to the next chip: "),
              ContainsRegex("tile \\([01], [01], [01], [01]\\)"), HasSubstr("times 4 chips"),
              HasSubstr("chip-to-chip crossing: 500 pJ"), HasSubstr("board.link_latency: 30 ns")));
    EXPECT_THAT(report, AllOf(HasSubstr("\"chips_used\": 4"), HasSubstr("\"chips_total\": 4"),
                              ContainsRegex("\"crossings\": [1-9]"),
                              HasSubstr("chip_x,chip_y,tile_x,tile_y,direction,packets"),
                              ContainsRegex("\n[01],[01],,,(east|west|north|south),[1-9]"),
                              HasSubstr("core,chip_x,chip_y,tile_x,tile_y,populations")));
}

// On one chip a report says nothing of boards.
TEST_F(Boards, OneChipIsReportedAsBefore) {
    const auto file = experiment("loihi");
    const std::string report = record_of_child(
        file, one_chip("approximately_timed"), 1, [](const FinishedRun& run, std::ostream& out) {
            out << report::text_report(run.result, run.ledger)
                << report::summary_json(run.result, run.ledger) << report::links_csv(run.result)
                << report::cores_csv(run.result) << run.ledger.to_csv();
        });
    EXPECT_THAT(report, AllOf(HasSubstr("Busiest link:"), Not(HasSubstr("chip_x")),
                              Not(HasSubstr("board.")), Not(HasSubstr("crossing")),
                              Not(HasSubstr("channel"))));
}

class BoardErrors : public Boards {
  protected:
    std::string error_of(const std::string& preset, const std::vector<std::string>& assignments) {
        try {
            prepare(load_experiment(experiment(preset), assignments));
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "no error";
    }
};

TEST_F(BoardErrors, ABoardHasAtLeastOneChip) {
    EXPECT_THAT(error_of("loihi", {"board.width=0"}),
                AllOf(HasSubstr("board.width"), HasSubstr("0")));
}

TEST_F(BoardErrors, AChipWithoutBoardConstantsMakesNoBoard) {
    EXPECT_THAT(error_of("loihi", {"board.height=2"}),
                AllOf(HasSubstr("--set: board.height"), HasSubstr("board.barrier_latency"),
                      HasSubstr("description says nothing"),
                      HasSubstr("source and grade (0 ns, if the barrier takes no longer")));
    // Ticks need no barrier.
    EXPECT_THAT(error_of("truenorth", {"board.height=2"}), HasSubstr("needs board.link_clock"));
}

TEST_F(BoardErrors, AChannelNeedsWiresAndAClock) {
    std::vector<std::string> assignments = four_chips("approximately_timed");
    assignments.push_back("board.link_width=0 bit");
    EXPECT_THAT(error_of("loihi", assignments), HasSubstr("at least 1 bit"));
    assignments.push_back("board.link_width=1 bit");
    assignments.push_back("board.link_clock=1 Hz");
    EXPECT_THAT(error_of("loihi", assignments), HasSubstr("longer than 1 ms"));
}

TEST_F(BoardErrors, ATorusIsNoBoard) {
    std::vector<std::string> assignments = four_chips("cycle_accurate");
    assignments.push_back("chip.mesh.torus=true");
    EXPECT_THAT(error_of("loihi", assignments),
                AllOf(HasSubstr("chip.mesh.torus"), HasSubstr("no links join its ends")));
}

TEST_F(BoardErrors, ANetworkThatIsTooLargeForTheBoard) {
    std::vector<std::string> assignments = four_chips("approximately_timed");
    assignments.push_back("core.neurons=4");
    EXPECT_THAT(error_of("loihi", assignments),
                AllOf(HasSubstr("the board of 4 chips has room for 64"), HasSubstr("board.width")));
}

}  // namespace
}  // namespace cortile::test
