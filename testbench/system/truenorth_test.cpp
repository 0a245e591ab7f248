// SPDX-License-Identifier: Apache-2.0
// TrueNorth as a chip: spikes on a fixed tick, late ones, whole networks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/nir_writer.h"

namespace cortile::test {
namespace {

using testing::ElementsAre;

// One input; a copies it and b copies a, one neuron each on a core of its own.
void write_relay(const TestFolder& folder) {
    NirWriter writer(folder.path() / "network.nir");
    NirGraph net = writer.root();
    net.input("input", {1});
    net.linear("in", 1, 1, {1});
    net.if_("a", {1}, {.v_threshold = {0.5}});
    net.linear("on", 1, 1, {1});
    net.if_("b", {1}, {.v_threshold = {0.5}});
    net.output("output", {1});
    net.chain({"input", "in", "a", "on", "b", "output"});
    writer.close();
    folder.write("input.csv", "1\n0\n0\n0\n0\n0\n0\n0\n0\n0\n");
}

constexpr const char* kRelay =
    "preset: truenorth\n"
    "network: {file: network.nir}\n"
    "stimulus: {kind: raster, files: [input.csv]}\n"
    "mapping: {placement: linear}\n"
    "chip: {mesh: {width: 2, height: 1}}\n"
    "run: {drain: 0, probes: ['a:spikes', 'b:spikes']}\n";

std::vector<int> times(const RunResult& result, const std::string& population) {
    std::vector<int> found;
    const auto spikes = probe(result, population, "spikes");
    for (std::size_t t = 0; t < spikes.size(); ++t) {
        if (spikes[t][0] != 0) {
            found.push_back(static_cast<int>(t));
        }
    }
    return found;
}

TEST(TrueNorth, AtOneMillisecondNothingIsLate) {
    TestFolder folder;
    write_relay(folder);
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kRelay));
    EXPECT_THAT(times(run.result, "a"), ElementsAre(1));
    EXPECT_THAT(times(run.result, "b"), ElementsAre(2));
    EXPECT_TRUE(run.result.ticks);
    EXPECT_EQ(run.result.late_spikes, 0u);
    EXPECT_EQ(run.result.overrun_timesteps, 0u);
    EXPECT_EQ(run.result.modelled_time, 10'000'000'000) << "10 ticks of 1 ms, in ps";
}

// A hop of 3.5 us on a tick of 1 us: the spike that b was to get in tick 2 arrives in tick 4.
TEST(TrueNorth, ASpikeThatTheNetworkDeliversLateActsLaterAndIsCounted) {
    TestFolder folder;
    write_relay(folder);
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kRelay),
                                           {"chip.tick=1 us", "noc.hop_x=3.5 us"});
    EXPECT_THAT(times(run.result, "a"), ElementsAre(1));
    EXPECT_THAT(times(run.result, "b"), ElementsAre(5));
    EXPECT_EQ(run.result.late_spikes, 1u);
    EXPECT_EQ(run.result.overrun_timesteps, 1u);
    EXPECT_EQ(run.result.modelled_time, 10'000'000) << "a tick does not wait";
}

TEST(TrueNorth, ALongerAxonalDelayMakesUpForASlowNetwork) {
    TestFolder folder;
    {
        NirWriter writer(folder.path() / "network.nir");
        NirGraph net = writer.root();
        net.input("input", {1});
        net.linear("in", 1, 1, {1});
        net.if_("a", {1}, {.v_threshold = {0.5}});
        net.linear("on", 1, 1, {1});
        net.metadata("on", "truenorth/delay", {4});
        net.if_("b", {1}, {.v_threshold = {0.5}});
        net.output("output", {1});
        net.chain({"input", "in", "a", "on", "b", "output"});
        writer.close();
    }
    folder.write("input.csv", "1\n0\n0\n0\n0\n0\n0\n0\n0\n0\n");
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kRelay),
                                           {"chip.tick=1 us", "noc.hop_x=3.5 us"});
    EXPECT_THAT(times(run.result, "b"), ElementsAre(5));
    EXPECT_EQ(run.result.late_spikes, 0u);
}

// Shortening the tick alone: the neurons' updates outlast it.
TEST(TrueNorth, WorkThatOutlastsATickIsCounted) {
    TestFolder folder;
    write_relay(folder);
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kRelay), {"chip.tick=10 ns"});
    EXPECT_EQ(run.result.overrun_timesteps, 10u);
}

constexpr const char* kRandom =
    "preset: truenorth\n"
    "network: {generate: {neurons: 1024, synapses_per_neuron: 32, firing_rate: 0.05,\n"
    "  locality: permuted, clusters: 16, stochastic: true, seed: 3}}\n"
    "stimulus: {kind: silent, timesteps: 200}\n"
    "chip: {mesh: {width: 4, height: 4}}\n"
    "core: {neurons: 64}\n"
    "mapping: {placement: linear}\n"
    "run: {probes: ['neurons:spikes']}\n";

std::vector<std::vector<std::int32_t>> random_spikes(const std::vector<std::string>& assignments,
                                                     unsigned threads) {
    TestFolder folder;
    const FinishedRun run =
        run_experiment(folder.write("experiment.yaml", kRandom), assignments, threads);
    EXPECT_EQ(run.result.cores_used, 16u);
    EXPECT_NEAR(static_cast<double>(run.result.neuron_spikes) / (1024 * 200), 0.05, 0.002);
    EXPECT_EQ(run.result.packets, run.result.neuron_spikes) << "one axon a neuron";
    return probe(run.result, "neurons", "spikes");
}

// Every spike acts exactly once: 32 synapses for each but those of the last tick.
TEST(TrueNorth, EverySpikeIsDeliveredExactlyOnce) {
    TestFolder folder;
    const FinishedRun run = run_experiment(folder.write("experiment.yaml", kRandom));
    const auto spikes = probe(run.result, "neurons", "spikes");
    std::uint64_t before_last = 0;
    for (std::size_t t = 0; t + 1 < spikes.size(); ++t) {
        for (const std::int32_t spike : spikes[t]) {
            before_last += static_cast<std::uint64_t>(spike);
        }
    }
    EXPECT_EQ(run.result.synaptic_operations, 32 * before_last);
    EXPECT_EQ(run.result.late_spikes, 0u);
}

// One process may build one chip, so that equality is told by a digest of the spikes: FNV-1a.
std::uint64_t digest(const std::vector<std::vector<std::int32_t>>& spikes) {
    std::uint64_t hash = 1469598103934665603u;
    for (const auto& row : spikes) {
        for (const std::int32_t spike : row) {
            hash = (hash ^ static_cast<std::uint64_t>(spike)) * 1099511628211u;
        }
    }
    return hash;
}

constexpr std::uint64_t kDigest = 15137316730724381471u;

TEST(TrueNorth, OneThreadGivesTheSpikesOfRecord) {
    EXPECT_EQ(digest(random_spikes({}, 1)), kDigest);
}

TEST(TrueNorth, TwoThreadsGiveTheSameSpikes) {
    EXPECT_EQ(digest(random_spikes({}, 2)), kDigest);
}

TEST(TrueNorth, ABarrierGivesTheSameSpikesWhereNoneIsLate) {
    EXPECT_EQ(digest(random_spikes({"chip.sync=barrier"}, 1)), kDigest);
}

TEST(TrueNorth, AnotherSeedGivesOtherSpikesOfTheSameRate) {
    EXPECT_NE(digest(random_spikes({"core.seed=2"}, 1)), kDigest);
}

}  // namespace
}  // namespace cortile::test
