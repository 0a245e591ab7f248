// SPDX-License-Identifier: Apache-2.0
// Do the energies of the samples add up to the run's, whatever is counted where? Has each recording
// of an event camera its own?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "hw_model/base/error.h"
#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Options = std::vector<std::string>;

struct Case {
    const char* name;
    Options options;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

class SampleEnergy : public testing::TestWithParam<Case> {};

TEST_P(SampleEnergy, AddsUpToTheRuns) {
    const TestFolder folder;
    const auto file = folder.write(
        "experiment.yaml",
        "network: {generate: {neurons: 200, synapses_per_neuron: 20, firing_rate: 0.2}}\n"
        "stimulus: {kind: silent, timesteps: 7, samples: 3}\n");
    const FinishedRun run = run_experiment(file, GetParam().options);
    ASSERT_EQ(run.result.samples.size(), 3u);
    double sum = 0;
    for (const SampleResult& sample : run.result.samples) {
        ASSERT_TRUE(sample.dynamic_joules);
        EXPECT_GT(*sample.dynamic_joules, 0);
        sum += *sample.dynamic_joules;
    }
    EXPECT_NEAR(sum / run.ledger.dynamic_joules(), 1, 1e-12);
}

const Options kBoard{"preset=loihi",
                     "mapping.cores=4",
                     "chip.mesh.width=1",
                     "chip.mesh.height=1",
                     "board.width=2",
                     "board.height=2",
                     "chip.cores_per_tile=1",
                     "board.packet_bits=32 bit",
                     "board.link_width=8 bit",
                     "board.link_clock=100 MHz",
                     "board.link_latency=30 ns",
                     "board.link_energy=500 pJ",
                     "board.barrier_latency=1 us"};

Options board(const std::string& timing) {
    Options options = kBoard;
    options.push_back("noc.timing=" + timing);
    return options;
}

INSTANTIATE_TEST_SUITE_P(
    Runs, SampleEnergy,
    testing::Values(
        Case{"ApproximatelyTimed", {"preset=loihi", "mapping.cores=9"}},
        Case{"LooselyTimed", {"preset=loihi", "mapping.cores=9", "noc.timing=loosely_timed"}},
        Case{"CycleAccurate",
             {"preset=loihi", "mapping.cores=9", "noc.timing=cycle_accurate", "noc.clock=20 MHz"}},
        Case{"CycleAccurateTree",
             {"preset=loihi", "mapping.cores=9", "noc.timing=cycle_accurate", "noc.clock=20 MHz",
              "noc.multicast=tree"}},
        Case{"Tree", {"preset=loihi", "mapping.cores=9", "noc.multicast=tree"}},
        Case{"Relay", {"preset=loihi", "mapping.cores=9", "noc.multicast=relay"}},
        Case{"Faults",
             {"preset=loihi", "mapping.cores=9", "noc.faults.drop_rate=0.05",
              "noc.faults.corrupt_rate=0.05", "noc.faults.detect=false"}},
        Case{"Board", board("approximately_timed")}, Case{"BoardLoosely", board("loosely_timed")},
        Case{"Ticks", {"preset=truenorth"}}),
    [](const auto& test) { return std::string(test.param.name); });

// A priceless chip has no energy that could be 0 J.
TEST(SampleEnergyOf, ChipsWithoutPricesIsUnknown) {
    const TestFolder folder;
    const auto file = folder.write("experiment.yaml",
                                   "preset: ideal\n"
                                   "network: {generate: {neurons: 20, synapses_per_neuron: 2}}\n"
                                   "stimulus: {kind: silent, timesteps: 2}\n");
    EXPECT_EQ(run_experiment(file).result.samples.at(0).dynamic_joules, std::nullopt);
}

class RecordedEvents : public testing::Test {
  protected:
    // The sensor has 5 rows and 6 columns; half of the resolution makes 2 x 3 neurons.
    RecordedEvents() {
        NirWriter writer(folder.path() / "net.nir");
        NirGraph net = writer.root();
        net.input("input", {1, 2, 3});
        net.flatten("flatten", 0, -1, {1, 2, 3});
        net.linear("fc", 4, 6, std::vector<double>(24, 1.0));
        net.if_("if", {4}, {.v_threshold = {2.5}});
        net.output("output", {4});
        net.chain({"input", "flatten", "fc", "if", "output"});
        writer.close();
        write("busy.bs2", 0, 40);
        write("calm.bs2", 6, 10);
    }
    // An event of each polarity every millisecond from `begin` to `end`, itself not among them.
    void write(const std::string& name, unsigned begin, unsigned end) const {
        std::ofstream file(folder.path() / name, std::ios::binary);
        for (unsigned t = begin; t < end; ++t) {
            for (const unsigned polarity : {0u, 1u}) {
                const unsigned low = polarity << 23 | t * 1000;
                for (const unsigned byte : {t % 4, t % 3, low >> 16, low >> 8, low}) {
                    file.put(static_cast<char>(byte));
                }
            }
        }
    }
    std::filesystem::path experiment(const std::string& more) const {
        return folder.write("experiment.yaml",
                            "preset: loihi\n"
                            "network: {file: net.nir}\n"
                            "stimulus: {kind: events, files: [busy.bs2, calm.bs2], shape: 2 5 6" +
                                more + "}\n");
    }

    TestFolder folder;
};

TEST_F(RecordedEvents, HaveTimeAndEnergyOfTheirOwn) {
    const FinishedRun run = run_experiment(experiment(", polarity: on, downsample: 2"));
    ASSERT_EQ(run.result.samples.size(), 2u);
    const SampleResult &busy = run.result.samples[0], &calm = run.result.samples[1];
    EXPECT_EQ(busy.timesteps - calm.timesteps, 36u);
    EXPECT_GT(busy.latency, 5 * calm.latency);
    EXPECT_GT(busy.dynamic_joules.value(), 5 * calm.dynamic_joules.value());
    EXPECT_EQ(run.result.input_spikes, 44u);
}

TEST_F(RecordedEvents, FallIntoTheTimestepsThatAreAskedFor) {
    const auto timesteps = [&](const std::string& more, std::uint32_t sample) {
        const auto file = experiment(", polarity: on, downsample: 2" + more);
        return prepare(load_experiment(file, {"network.time_step=2 ms"}))
            .stimulus->timesteps(sample);
    };
    EXPECT_EQ(timesteps("", 0), 20u);
    EXPECT_EQ(timesteps(", binning: nearest", 0), 21u) << "39 ms are 19.5 timesteps";
    EXPECT_EQ(timesteps("", 1), 2u);
    EXPECT_EQ(timesteps(", start: zero", 1), 5u) << "6 ms to 9 ms";
}

TEST_F(RecordedEvents, OfAnotherShapeThanTheNetworkNameEachStep) {
    const auto file = experiment(", crop: 0 1 4 4, downsample: 2");
    try {
        run_experiment(file);
        FAIL() << "8 inputs are not 6";
    } catch (const ConfigError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("8 inputs, the network 6"), HasSubstr("shape (2, 5, 6)"),
                          HasSubstr("to (2, 4, 4)"), HasSubstr("down-sampled by 2 to (2, 2, 2)")));
    }
}

TEST_F(RecordedEvents, RefuseCropsOfOtherThanFourNumbers) {
    for (const char* crop : {"1 2 3", "0 0 2 2 2", "0 0 2 x", "-1 0 2 2"}) {
        const auto file = experiment(std::string(", crop: ") + crop);
        EXPECT_THROW(run_experiment(file), ConfigError) << crop;
    }
}

}  // namespace
}  // namespace cortile::test
