// SPDX-License-Identifier: Apache-2.0
#include "cores/loihi/loihi_core.h"
#include "cores/loihi/loihi_quantizer.h"

#include <gmock/gmock.h>

namespace cortile {
namespace {

using testing::ElementsAre;

LoihiCoreParameters timed() {
    LoihiCoreParameters parameters;
    parameters.timing = {1000, 100, 5, 8, 30, 7};  // in the order of CoreEvent
    return parameters;
}

// `bias[n]` in units of v; threshold 64 << 6 = 4096.
CoreProgram program(const std::vector<std::int32_t>& bias, std::int32_t refractory = 1) {
    CoreProgram result;
    result.neurons = static_cast<std::uint32_t>(bias.size());
    const std::size_t n = bias.size();
    result.parameters = {{"du", std::vector<std::int32_t>(n, 4095)},
                         {"dv", std::vector<std::int32_t>(n, 0)},
                         {"vth_mantissa", std::vector<std::int32_t>(n, 64)},
                         {"bias_mantissa", bias},
                         {"bias_exponent", std::vector<std::int32_t>(n, 1)},
                         {"refractory", std::vector<std::int32_t>(n, refractory)}};
    result.spikes.assign(n, 1);
    std::vector<std::uint32_t> destinations(n, 2);
    result.axons = AxonTable(destinations);
    for (std::uint32_t i = 0; i < n; ++i) {
        result.axons.add(i, SpikePacket::pack(9, i));
        result.axons.add(i, SpikePacket::pack(8, i));
    }
    result.axons.finish();
    return result;
}

// 20 neurons: 3 and 17 fire at once, 5 changes without firing, the others rest.
CoreProgram busy_program() {
    std::vector<std::int32_t> bias(20, 0);
    bias[3] = bias[17] = 3000;
    bias[5] = 1;
    return program(bias);
}

TEST(LoihiCore, SpikeLeavesAfterTheUpdatesAndSpikesBeforeIt) {
    LoihiCore core(timed(), busy_program());
    core.step();
    const auto outbox = core.outbox();
    ASSERT_EQ(outbox.size(), 2u);
    EXPECT_EQ(outbox[0].neuron, 3u);
    EXPECT_EQ(outbox[0].time, 3 * 5 + 8 + 30);
    EXPECT_EQ(outbox[1].neuron, 17u);
    EXPECT_EQ(outbox[1].time, 15 * 5 + 3 * 8 + 2 * 30);
    EXPECT_EQ(core.update_finish(), 17 * 5 + 3 * 8 + 2 * 30);
}

TEST(LoihiCore, PacketsLeaveOneAfterAnother) {
    LoihiCore core(timed(), busy_program());
    core.step();
    std::vector<SpikePacket> packets;
    const Picoseconds finish = core.packetise(4, packets);
    ASSERT_EQ(packets.size(), 4u);
    EXPECT_EQ(packets[0].time(), 53 + 7);
    EXPECT_EQ(packets[1].time(), 53 + 14);
    EXPECT_EQ(packets[2].time(), 159 + 7);
    EXPECT_EQ(packets[3].time(), 159 + 14);
    EXPECT_EQ(packets[0].core(), 9u);
    EXPECT_EQ(packets[3].core(), 8u);
    EXPECT_EQ(packets[3].address(), 17u);
    EXPECT_EQ(packets[3].source(), 4u);
    EXPECT_EQ(finish, 173);
}

// Spikes 8 ps apart meet an axon stage that takes 1000 ps a packet: it never stands still.
TEST(LoihiCore, PacketsQueueBehindASlowAxonStage) {
    LoihiCoreParameters parameters;
    parameters.timing = {0, 0, 5, 8, 0, 1000};
    LoihiCore core(parameters, program({3000, 3000}));
    core.step();
    std::vector<SpikePacket> packets;
    EXPECT_EQ(core.packetise(0, packets), 8 + 4000);
    ASSERT_EQ(packets.size(), 4u);
    EXPECT_EQ(packets[2].time(), 8 + 3000);
}

TEST(LoihiCore, CountsWhatItDid) {
    LoihiCore core(timed(), busy_program());
    core.step();
    std::vector<SpikePacket> packets;
    core.packetise(0, packets);
    EXPECT_THAT(core.activity(), ElementsAre(0u, 0u, 17u, 3u, 2u, 4u));
    EXPECT_EQ(core.spike_count(3), 1u);
    EXPECT_EQ(core.spike_count(5), 0u);
}

TEST(LoihiCore, ReceivedSynapsesReachTheNextStep) {
    CoreProgram loaded = program({0, 0});
    const std::uint32_t row = std::get<SynapseMemory>(loaded.synapses)
                                  .add_row(std::vector<std::uint32_t>{SynapseWord::pack(1, 0, 65)});
    loaded.largest_input = 65;
    LoihiCore core(timed(), std::move(loaded));
    core.step();
    const std::vector<SpikePacket> packets{{50, SpikePacket::pack(0, row), 0}};
    EXPECT_EQ(core.receive(packets), 50 + 1000 + 100);
    EXPECT_EQ(core.spike_count(1), 0u);
    core.step();
    EXPECT_EQ(core.spike_count(1), 1u);
    EXPECT_EQ(core.read(StateVariable::u, 1), 65 * 64);
}

// 1029 spikes of weight 255 << 7 pass 2^31 after the shift by 6; one wrap takes off 2^24.
TEST(LoihiCore, InputsBeyond32BitsAfterTheShiftAreSummedWide) {
    CoreProgram loaded = program({0});
    loaded.spikes[0] = 0;
    loaded.synapses = SynapseMemory({{7}}, false);
    const std::uint32_t row =
        std::get<SynapseMemory>(loaded.synapses)
            .add_row(std::vector<std::uint32_t>{SynapseWord::pack(0, 0, 255)});
    loaded.largest_input = 1029 * (255 << 7);
    LoihiCore core(timed(), std::move(loaded));
    const std::vector<SpikePacket> packets(1029, SpikePacket{0, SpikePacket::pack(0, row), 0});
    core.receive(packets);
    core.step();
    EXPECT_EQ(core.read(StateVariable::u, 0), std::int64_t{1029} * (255 << 7) * 64 - (1 << 24));
}

TEST(LoihiCore, NonSpikingNeuronNeverFires) {
    CoreProgram loaded = program({4000});
    loaded.spikes[0] = 0;
    LoihiCore core(timed(), std::move(loaded));
    for (int t = 0; t < 2000; ++t) {
        core.step();
    }
    EXPECT_EQ(core.spike_count(0), 0u);
    EXPECT_EQ(core.read(StateVariable::v, 0), (1 << 23) - 1);
}

// Silicon shows (R << 7) + k in the k-th timestep after the spike.
TEST(LoihiCore, RefractoryMarkerCountsUp) {
    LoihiCoreParameters parameters = timed();
    parameters.voltage_readout = VoltageReadout::refractory_marker;
    LoihiCore core(parameters, program({2100}, 5));
    std::vector<std::int32_t> read;
    for (int t = 0; t < 7; ++t) {
        core.step();
        read.push_back(static_cast<std::int32_t>(core.read(StateVariable::v, 0)));
    }
    EXPECT_THAT(read, ElementsAre(640, 641, 642, 643, 644, 640, 641));
}

TEST(LoihiCore, StateReadoutOfARefractoryNeuronIsZero) {
    LoihiCore core(timed(), program({2100}, 5));
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 0);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 0);
}

TEST(LoihiCore, ANewSampleForgetsVoltageAndRefractoryPeriod) {
    LoihiCore core(timed(), program({2100}, 5));
    core.step();
    core.begin_sample(1);
    core.step();
    EXPECT_EQ(core.spike_count(0), 2u);
}

TEST(LoihiCore, SetInputReplacesTheDrive) {
    CoreProgram loaded = program({0});
    loaded.parameters["input_unit"] = {kInputThreshold};
    LoihiCore core(timed(), std::move(loaded));
    core.set_input(0, 0.5f);
    core.step();
    EXPECT_EQ(core.read(StateVariable::v, 0), 2017);  // round(0.5 * kInputThreshold), ties away
}

}  // namespace
}  // namespace cortile
