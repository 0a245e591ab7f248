// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"

namespace cortile {
namespace {

using testing::ElementsAre;

// 1 MHz: a cycle is 1 us. 256 neurons on the chip, whatever the program has.
constexpr OdinCoreParameters kParameters{1e6, 256, 2, 2, 1};
constexpr Picoseconds kCycle = 1'000'000;

struct Neuron {
    std::int32_t threshold = 10, leak = 0, bias = 0, onset = 0;
};

// `rows[r]`: weight of each neuron, 0 for none. Neuron n spikes to the address 1000 + n.
CoreProgram program(const std::vector<Neuron>& neurons,
                    const std::vector<std::vector<std::int32_t>>& rows) {
    CoreProgram result;
    result.neurons = static_cast<std::uint32_t>(neurons.size());
    for (const Neuron& n : neurons) {
        result.parameters["thr"].push_back(n.threshold);
        result.parameters["leak_str"].push_back(n.leak);
        result.parameters["bias"].push_back(n.bias);
        result.parameters["onset"].push_back(n.onset);
        result.spikes.push_back(1);
    }
    auto& memory = result.synapses.emplace<SynapseMemory>();
    for (const auto& row : rows) {
        std::vector<SynapseMemory::Raw> words;
        for (std::uint32_t n = 0; n < row.size(); ++n) {
            if (row[n] != 0) {
                words.push_back(SynapseWord::pack(n, 0, row[n]));
            }
        }
        memory.add_row(words);
    }
    result.axons = AxonTable(std::vector<std::uint32_t>(neurons.size(), 1));
    for (std::uint32_t n = 0; n < neurons.size(); ++n) {
        result.axons.add(n, SpikePacket::pack(0, 1000 + n));
    }
    result.axons.finish();
    return result;
}

SpikePacket event(std::uint32_t row, Picoseconds time = 0) {
    return {time, SpikePacket::pack(0, row), 1};
}

std::vector<SpikePacket> sent(OdinCore& core) {
    std::vector<SpikePacket> packets;
    core.packetise(0, packets);
    return packets;
}

std::uint64_t count(const OdinCore& core, CoreEvent event) {
    return core.activity()[static_cast<std::size_t>(event)];
}

TEST(OdinCore, AnEventActsInTheNextTimestepAndTakes512CyclesThere) {
    OdinCore core(kParameters, program({{}, {}}, {{7, 3}}));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 0);
    EXPECT_EQ(core.receive(std::vector{event(0, 500)}), 500 + kCycle) << "1 cycle to queue it";
    EXPECT_EQ(core.read(StateVariable::v, 0), 0);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 7);
    EXPECT_EQ(core.read(StateVariable::v, 1), 3);
    EXPECT_EQ(core.update_finish(), 512 * kCycle);
}

TEST(OdinCore, AnEventIs256OperationsHoweverFewSynapsesThereAre) {
    OdinCore core(kParameters, program({{}}, {{1}}));
    core.begin_sample(1);
    core.receive(std::vector{event(0), event(0)});
    core.step();
    EXPECT_EQ(count(core, CoreEvent::synaptic_operation), 2u * 256);
    EXPECT_THAT(core.energy_counts(), ElementsAre(2 * 256, 0));
    EXPECT_EQ(core.update_finish(), 2 * 512 * kCycle);
}

TEST(OdinCore, ASpikeLeavesWhenItsNeuronWasVisited) {
    OdinCore core(kParameters, program({{10}, {10}, {5}}, {{7, 0, 0}, {4, 4, 6}}));
    core.begin_sample(1);
    core.receive(std::vector{event(0), event(1)});
    core.step();
    const auto packets = sent(core);
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(packets[0].address(), 1000u) << "7 + 4";
    EXPECT_EQ(packets[0].time(), (512 + 2) * kCycle);
    EXPECT_EQ(packets[1].address(), 1002u);
    EXPECT_EQ(packets[1].time(), (512 + 6) * kCycle);
}

TEST(OdinCore, ANeuronMayFireSeveralTimesInATimestep) {
    OdinCore core(kParameters, program({{7}}, {{7}}));
    core.begin_sample(1);
    core.receive(std::vector{event(0), event(0), event(0)});
    core.step();
    EXPECT_EQ(sent(core).size(), 3u);
    EXPECT_EQ(core.read(StateVariable::spikes, 0), 3);
    EXPECT_EQ(core.spike_count(0), 3u);
    core.step();
    EXPECT_EQ(core.read(StateVariable::spikes, 0), 0);
    EXPECT_EQ(core.spike_count(0), 3u);
}

// Saturation at 0 makes the order matter: it is that of the rows, not that of arrival.
TEST(OdinCore, WhatComesOfEventsDoesNotDependOnWhenTheyArrive) {
    OdinCore forward(kParameters, program({{}}, {{5}, {-7}}));
    OdinCore backward(kParameters, program({{}}, {{5}, {-7}}));
    const std::uint32_t inhibitory = 1;
    forward.begin_sample(1);
    forward.receive(std::vector{event(0, 0), event(inhibitory, 10)});
    forward.step();
    backward.begin_sample(1);
    backward.receive(std::vector{event(inhibitory, 0), event(0, 10)});
    backward.step();
    EXPECT_EQ(forward.read(StateVariable::v, 0), 0) << "+5, then -7";
    EXPECT_EQ(backward.read(StateVariable::v, 0), 0);
}

TEST(OdinCore, ATimeReferenceComesBeforeTheEventsAndVisits256Neurons) {
    OdinCore core(kParameters, program({{20, 3}, {20, 0}}, {{7, 7}}));
    core.begin_sample(1);
    core.receive(std::vector{event(0)});
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 7) << "nothing to leak yet";
    EXPECT_EQ(core.update_finish(), (512 + 512) * kCycle);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 4);
    EXPECT_EQ(core.read(StateVariable::v, 1), 7);
    EXPECT_EQ(core.update_finish(), 512 * kCycle);
    EXPECT_THAT(core.energy_counts(), ElementsAre(256, 2 * 256));
    EXPECT_EQ(count(core, CoreEvent::neuron_update_active), 1u);
    EXPECT_EQ(count(core, CoreEvent::neuron_update_inactive), 2u * 256 - 1);
}

TEST(OdinCore, NoTimeReferenceIsSentWhereNothingLeaks) {
    OdinCore core(kParameters, program({{20, 0}}, {{7}}));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.update_finish(), 0);
}

// 16 units are three virtual events of 7, 7 and 2, each of 1 + 2 cycles.
TEST(OdinCore, ABiasIsVirtualEventsFromItsOnsetOn) {
    OdinCore core(kParameters, program({{100, 0, 16, 2}}, {}));
    core.begin_sample(1);
    core.step();
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 0);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 16);
    EXPECT_EQ(core.update_finish(), 3 * (1 + 2) * kCycle);
    EXPECT_THAT(core.energy_counts(), ElementsAre(0, 3));
}

TEST(OdinCore, AVirtualEventFiresWhenItReachesTheThreshold) {
    OdinCore core(kParameters, program({{10, 0, 16, 0}}, {}));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 2) << "7, 14 fires, 2";
    const auto packets = sent(core);
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(packets[0].time(), 2 * 3 * kCycle);
}

TEST(OdinCore, EventsAreQueuedWhenTheControllerIsDone) {
    OdinCore core(kParameters, program({{20, 1}}, {{7}}));
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.receive(std::vector{event(0), event(0)}), (512 + 2) * kCycle);
}

TEST(OdinCore, ANewSampleStartsFromRest) {
    OdinCore core(kParameters, program({{10, 0, 3, 1}}, {{7}}));
    core.begin_sample(1);
    core.step();
    core.receive(std::vector{event(0), event(0)});
    core.step();
    core.receive(std::vector{event(0)});
    core.begin_sample(1);
    EXPECT_EQ(core.read(StateVariable::spikes, 0), 0);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 0) << "nothing queued, no bias before its onset";
    EXPECT_EQ(core.spike_count(0), 1u) << "counts stay";
}

TEST(OdinCore, TimesFollowTheClock) {
    OdinCoreParameters fast = kParameters;
    fast.clock = 75e6;
    OdinCore core(fast, program({{}}, {{1}}));
    core.begin_sample(1);
    core.receive(std::vector{event(0)});
    core.step();
    EXPECT_EQ(core.update_finish(), 6'826'667) << "512 / 75 MHz";
}

TEST(OdinCore, AProgramWithoutAParameterIsOurDefect) {
    CoreProgram incomplete = program({{}}, {{1}});
    incomplete.parameters.erase("thr");
    EXPECT_THROW(OdinCore(kParameters, incomplete), ContractViolation);
}

TEST(OdinCore, AProbeOfSpikesShowsAtMost255) {
    OdinCore core(kParameters, program({{1, 0, 1785}}, {{1}}));
    core.begin_sample(1);
    core.receive(std::vector(100, event(0)));
    core.step();
    EXPECT_EQ(core.spike_count(0), 255u + 100);
    EXPECT_EQ(core.read(StateVariable::spikes, 0), 255);
}

TEST(OdinCore, SpikesWithoutEndAreTheNetworksMistake) {
    const std::vector<Neuron> neurons(256, Neuron{1});
    OdinCore core(kParameters, program(neurons, {std::vector<std::int32_t>(256, 7)}));
    core.begin_sample(1);
    core.receive(std::vector(1 << 12, event(0)));
    core.step();
    EXPECT_EQ(count(core, CoreEvent::neuron_spike), 1u << 20);
    core.receive(std::vector((1 << 12) + 1, event(0)));
    EXPECT_THROW(core.step(), ConfigError);
}

}  // namespace
}  // namespace cortile
