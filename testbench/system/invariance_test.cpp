// SPDX-License-Identifier: Apache-2.0
// What must not change a spike: threads, how many cores a network is spread over, and where they
// are. What must change with them: time and energy.
#include <gtest/gtest.h>

#include <functional>

#include "testbench/support/experiment_runner.h"
#include "testbench/support/net_writer.h"

namespace cortile::test {
namespace {

constexpr const char* kRandomNetwork =
    "preset: loihi\n"
    "network: {generate: {neurons: 700, synapses_per_neuron: 40, firing_rate: 0.1, seed: 5}}\n"
    "stimulus: {kind: silent, timesteps: 60}\n"
    "run: {probes: [\"neurons:spikes,u,v\"]}\n";

std::string record_of(const TestFolder& folder, const std::vector<std::string>& assignments,
                      unsigned threads,
                      const std::function<void(const FinishedRun&, std::ostream&)>& record,
                      const char* experiment = kRandomNetwork) {
    return record_of_child(folder.write("experiment.yaml", experiment), assignments, threads,
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

// Two convolutions with weights of zero among others, on cores that hold a few pixels each.
TEST(Invariance, KindsOfAxonsChangeNoState) {
    constexpr const char* kImage =
        "preset: loihi\n"
        "network: {file: image.net}\n"
        "core: {neurons: 64}\n"
        "stimulus: {kind: raster, files: [bias.npy], axes: CHW, entries: currents, timesteps: 30}\n"
        "run: {probes: [\"layer1:spikes,u,v\", \"layer2:spikes,u,v\"]}\n";
    TestFolder folder;
    {
        NetWriter net(folder.path() / "image.net");
        const auto layer = [&](const char* type, std::size_t out, std::size_t in, int step) {
            net.layer(type);
            if (in == 0) {
                net.field("shape", {3, 10, 10}, {3});
            } else {
                std::vector<double> weight;
                for (std::size_t i = 0; i < out * in * 9; ++i) {
                    weight.push_back(static_cast<double>(static_cast<int>(i) * step % 5 - 2) * 4);
                }
                net.field("weight", weight, {out, in, 3, 3, 1});
                net.field("stride", {1, 1}, {2});
            }
            net.neuron("LOIHI", {{"iDecay", 2048}, {"vDecay", 512}, {"vThMant", 40}});
        };
        layer("input", 3, 0, 0);
        layer("conv", 6, 3, 7);
        layer("conv", 4, 6, 3);
        net.close();
    }
    std::vector<std::int32_t> bias;
    for (int i = 0; i < 300; ++i) {
        bias.push_back(i * 37 % 60);
    }
    folder.write("bias.npy", npy(bias, {3, 10, 10}));
    const std::string discrete =
        record_of(folder, {"mapping.axons=discrete"}, 1, record_states, kImage);
    const std::string population =
        record_of(folder, {"mapping.axons=population"}, 1, record_states, kImage);
    EXPECT_NE(discrete.find("\n1\n"), std::string::npos) << "something spikes";
    EXPECT_TRUE(discrete == population);
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
