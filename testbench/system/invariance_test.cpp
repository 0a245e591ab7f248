// SPDX-License-Identifier: Apache-2.0
// What must not change a spike: threads, how many cores a network is spread over, and where they
// are. What must change with them: time and energy.
#include <gtest/gtest.h>

#include <functional>

#include "testbench/support/experiment_runner.h"

namespace cortile::test {
namespace {

constexpr const char* kRandomNetwork =
    "preset: loihi\n"
    "network: {generate: {neurons: 700, synapses_per_neuron: 40, firing_rate: 0.1, seed: 5}}\n"
    "stimulus: {kind: silent, timesteps: 60}\n"
    "run: {probes: [\"neurons:spikes,u,v\"]}\n";

std::string record_of(const TestFolder& folder, const std::vector<std::string>& assignments,
                      unsigned threads,
                      const std::function<void(const FinishedRun&, std::ostream&)>& record) {
    return record_of_child(folder.write("experiment.yaml", kRandomNetwork), assignments, threads,
                           record);
}

void record_states(const FinishedRun& run, std::ostream& out) {
    for (const ProbeRecord& probe : run.result.probes) {
        out << probe.quantity << "\n";
        for (const std::int32_t value : probe.values) {
            out << value << "\n";
        }
    }
}

void record_time_and_energy(const FinishedRun& run, std::ostream& out) {
    out << run.result.modelled_time << "\n" << run.ledger.to_csv();
    for (const LinkResult& link : run.result.links) {
        out << link.tile_x << " " << link.tile_y << " " << link.direction << " " << link.packets
            << " " << link.waited << "\n";
    }
    for (const CoreResult& core : run.result.cores) {
        out << core.core << " " << core.busy_generating << " " << core.busy_receiving << " "
            << core.critical_timesteps << "\n";
    }
}

TEST(Invariance, SpreadingOverMoreCoresChangesNoState) {
    TestFolder folder;
    const std::string few = record_of(folder, {"mapping.cores=3"}, 1, record_states);
    const std::string many = record_of(folder, {"mapping.cores=100"}, 1, record_states);
    EXPECT_TRUE(few == many);
}

// Some neurons have no synapse that learns; others' may lie on the same core.
TEST(Invariance, SpreadingOverMoreCoresChangesNoTrace) {
    TestFolder folder;
    const auto on_cores = [&](const std::string& cores) {
        return record_of(
            folder,
            {"network.generate.neurons=30", "network.generate.synapses_per_neuron=1",
             "network.generate.firing_rate=0.2", "stimulus.timesteps=8",
             "core.learning.projections=[recurrent]", "core.learning.dw=x0*y1",
             "core.learning.x1_impulse=20", "core.learning.y1_impulse=20", "core.learning.y1_tau=5",
             "run.probes=[\"recurrent:x1,y1,w\"]", "mapping.cores=" + cores},
            1, record_states);
    };
    const std::string one = on_cores("1");
    EXPECT_TRUE(one == on_cores("2"));
    EXPECT_TRUE(one == on_cores("7"));
}

TEST(Invariance, PlacementAndPartitionChangeNoState) {
    TestFolder folder;
    const std::string linear = record_of(
        folder, {"mapping.cores=9", "mapping.placement=linear", "mapping.partition=contiguous"}, 1,
        record_states);
    const std::string optimized = record_of(
        folder, {"mapping.cores=9", "mapping.placement=optimized", "mapping.partition=metis"}, 1,
        record_states);
    EXPECT_TRUE(linear == optimized);
}

TEST(Invariance, SpreadingOverMoreCoresChangesTime) {
    TestFolder folder;
    EXPECT_NE(record_of(folder, {"mapping.cores=3"}, 1, record_time_and_energy),
              record_of(folder, {"mapping.cores=100"}, 1, record_time_and_energy));
}

TEST(Invariance, ThreadsChangeNeitherStateNorTimeNorEnergy) {
    TestFolder folder;
    const auto everything = [](const FinishedRun& run, std::ostream& out) {
        record_states(run, out);
        record_time_and_energy(run, out);
    };
    const std::string one = record_of(folder, {"mapping.cores=64"}, 1, everything);
    const std::string two = record_of(folder, {"mapping.cores=64"}, 2, everything);
    const std::string again = record_of(folder, {"mapping.cores=64"}, 2, everything);
    EXPECT_TRUE(one == two);
    EXPECT_TRUE(two == again);
}

}  // namespace
}  // namespace cortile::test
