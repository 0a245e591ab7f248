// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/dendrite.h"

#include <gmock/gmock.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using testing::ElementsAre;

using Words = std::vector<std::uint32_t>;

std::vector<std::int32_t> next_input(Dendrite& dendrite, const SynapseMemory& memory) {
    const auto input = dendrite.input(memory);
    std::vector<std::int32_t> copy(input.begin(), input.end());
    dendrite.take();
    return copy;
}

SpikePacket packet(Picoseconds time, std::uint32_t address) {
    return {time, SpikePacket::pack(0, address), 0};
}

TEST(SynapseWord, RoundTripsItsExtremes) {
    for (const std::int32_t weight : {-256, -1, 1, 255}) {
        for (const std::uint32_t delay : {0u, 63u}) {
            for (const std::uint32_t neuron : {0u, 65535u}) {
                const std::uint32_t word =
                    SynapseWord::pack(neuron, delay, weight) | SynapseWord::kLast;
                EXPECT_EQ(SynapseWord::weight(word), weight);
                EXPECT_EQ(SynapseWord::delay(word), delay);
                EXPECT_EQ(SynapseWord::neuron(word), neuron);
            }
        }
    }
}

TEST(Dendrite, AddsTheRowOfEachPacket) {
    SynapseMemory memory;
    const std::uint32_t first =
        memory.add_row(Words{SynapseWord::pack(0, 0, 5), SynapseWord::pack(2, 0, -7)});
    const std::uint32_t second = memory.add_row(Words{SynapseWord::pack(2, 0, 100)});
    Dendrite dendrite(3, memory);
    const std::vector<SpikePacket> packets{packet(0, first), packet(1, second), packet(2, first)};
    const ReceiveResult result = dendrite.receive(memory, packets, 0, 0);
    EXPECT_EQ(result.synapses, 5u);
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(10, 0, 86));
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(0, 0, 0));
}

TEST(Dendrite, ValuesMultiplyTheirRows) {
    SynapseMemory memory;
    const std::uint32_t first =
        memory.add_row(Words{SynapseWord::pack(0, 0, 5), SynapseWord::pack(2, 0, -7)});
    const std::uint32_t second = memory.add_row(Words{SynapseWord::pack(2, 0, 100)});
    Dendrite dendrite(3, memory);
    const std::vector<SpikePacket> packets{{0, first, 0, 127}, {1, second, 0, 3}};
    const ReceiveResult result = dendrite.receive_values(memory, packets, 2, 10);
    EXPECT_EQ(result.synapses, 3u);
    EXPECT_EQ(result.finish, 22 + 12);
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(5 * 127, 0, -7 * 127 + 300));
}

TEST(Dendrite, DelayedSynapsesArriveThatManyTimestepsLater) {
    SynapseMemory memory;
    const std::uint32_t row =
        memory.add_row(Words{SynapseWord::pack(0, 0, 1), SynapseWord::pack(0, 3, 2)});
    Dendrite dendrite(1, memory);
    const std::vector<SpikePacket> packets{packet(0, row)};
    std::vector<std::int32_t> seen;
    for (int t = 0; t < 9; ++t) {
        seen.push_back(next_input(dendrite, memory)[0]);
        if (t == 0 || t == 3) {
            dendrite.receive(memory, packets, 0, 0);
        }
    }
    EXPECT_THAT(seen, ElementsAre(0, 1, 0, 0, 3, 0, 0, 2, 0));
}

TEST(Dendrite, NegativeExponentShiftsTheSumTowardsMinusInfinity) {
    SynapseMemory memory({{-1}}, false);
    const std::uint32_t row = memory.add_row(Words{SynapseWord::pack(0, 0, -3)});
    Dendrite dendrite(1, memory);
    const std::vector<SpikePacket> once{packet(0, row)};
    dendrite.receive(memory, once, 0, 0);
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(-2));
    const std::vector<SpikePacket> twice{packet(0, row), packet(0, row)};
    dendrite.receive(memory, twice, 0, 0);
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(-3)) << "-6 >> 1, not 2 * (-3 >> 1)";
}

TEST(Dendrite, PlanesAreShiftedApartAndThenAdded) {
    SynapseMemory memory({{2}, {-1}}, true);
    const std::uint32_t row = memory.add_row(Words{SynapseWord::pack(0, 0, 3)});
    const std::uint32_t left = memory.add_axon({row, 0, 0});
    const std::uint32_t right = memory.add_axon({row, 1, 1});
    Dendrite dendrite(2, memory);
    const std::vector<SpikePacket> packets{packet(0, left), packet(0, right)};
    dendrite.receive(memory, packets, 0, 0);
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(12, 1));
}

// What goes to a channel of its own is no input of the neurons.
TEST(Dendrite, ChannelsAreApart) {
    SynapseMemory memory({{0}, {1, 0, 2}, {0, 0, 3}}, true);
    const std::uint32_t row = memory.add_row(Words{SynapseWord::pack(1, 0, 3)});
    const std::uint32_t input = memory.add_axon({row, 0, 0});
    const std::uint32_t reward = memory.add_axon({row, 0, 1});
    Dendrite dendrite(2, memory);
    const std::vector<SpikePacket> packets{packet(0, input), packet(0, reward), packet(0, reward)};
    EXPECT_EQ(dendrite.receive(memory, packets, 0, 0).synapses, 3u) << "all are read";
    EXPECT_THAT(dendrite.channel_input(memory, 2), ElementsAre(0, 12));
    EXPECT_THAT(dendrite.channel_input(memory, 3), ElementsAre(0, 0));
    EXPECT_THAT(next_input(dendrite, memory), ElementsAre(0, 3));
    EXPECT_THAT(dendrite.channel_input(memory, 2), ElementsAre(0, 0));
}

// finish_i = max(arrival_i, finish_(i-1)) + per_packet + synapses_i * per_synapse
TEST(Dendrite, ServesPacketsInOrderAndOneAtATime) {
    SynapseMemory memory;
    const std::uint32_t row =
        memory.add_row(Words{SynapseWord::pack(0, 0, 1), SynapseWord::pack(1, 0, 1)});
    Dendrite dendrite(2, memory);
    const std::vector<SpikePacket> packets{packet(100, row), packet(105, row), packet(500, row)};
    EXPECT_EQ(dendrite.receive(memory, std::span(packets).first(1), 10, 3).finish, 116);
    EXPECT_EQ(dendrite.receive(memory, std::span(packets).first(2), 10, 3).finish, 132);
    EXPECT_EQ(dendrite.receive(memory, packets, 10, 3).finish, 516);
}

TEST(Dendrite, ClearForgetsPendingInput) {
    SynapseMemory memory;
    const std::uint32_t row = memory.add_row(Words{SynapseWord::pack(0, 2, 9)});
    Dendrite dendrite(1, memory);
    const std::vector<SpikePacket> packets{packet(0, row)};
    dendrite.receive(memory, packets, 0, 0);
    dendrite.clear();
    for (int t = 0; t < 4; ++t) {
        EXPECT_EQ(next_input(dendrite, memory)[0], 0);
    }
}

TEST(SynapseMemory, SeveralPlanesNeedAnAxonTable) {
    EXPECT_THROW(SynapseMemory({{0}, {1}}, false), ContractViolation);
}

}  // namespace
}  // namespace cortile
