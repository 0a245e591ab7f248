// SPDX-License-Identifier: Apache-2.0
// Does a network survive its image, and is what is no image refused?
#include <gtest/gtest.h>

#include <cstring>

#include "hw_model/base/checksum.h"
#include "hw_model/base/error.h"
#include "workload/image/core_image.h"
#include "workload/image/network_image.h"

namespace cortile {
namespace {

AxonTable some_axons() {
    const std::vector<std::uint32_t> sizes{2, 0, 1};
    AxonTable axons{std::span<const std::uint32_t>(sizes)};
    axons.add(0, SpikePacket::pack(3, 17));
    axons.add(0, SpikePacket::pack(5, 0));
    axons.add(2, SpikePacket::pack(3, 99));
    axons.finish();
    return axons;
}

template <typename Word, typename Weight>
SynapseRows<Word> some_rows(Weight weight, bool indexed) {
    SynapseRows<Word> rows(
        indexed ? std::vector<Plane>{{0, 0, 0}, {-2, 21, 3}} : std::vector<Plane>{{0, 0, 0}},
        indexed);
    rows.add_row(std::vector{Word::pack(0, 0, weight), Word::pack(2, 3, -weight)});
    const std::uint32_t second = rows.add_row(std::vector{Word::pack(1, 1, weight)});
    if (indexed) {
        rows.add_axon({0, 0, 1});
        rows.add_axon({second, 1, 0});
    }
    return rows;
}

CoreProgram some_program(SynapseStore synapses) {
    CoreProgram program;
    program.neurons = 3;
    program.parameters["du"] = {1, -2, 3};
    program.parameters["vth"] = {4, 5, 6};
    program.real_parameters["tau"] = {0.5, 1e-300, -1};
    program.spikes = {1, 0, 1};
    program.synapses = std::move(synapses);
    program.axons = some_axons();
    program.relays = {{7, 8}, {9, 10}};
    program.tables[-3] = {1, 2, 3, 4};
    program.largest_input = std::int64_t{1} << 40;
    program.takes_values = true;
    return program;
}

Crossbar some_crossbar() {
    Crossbar crossbar(42);
    crossbar.connect(crossbar.add_axon(3), 2);
    crossbar.connect(crossbar.add_axon(0), 0);
    return crossbar;
}

std::vector<SynapseStore> all_stores() {
    return {some_rows<SynapseWord>(100, false), some_rows<SynapseWord>(100, true),
            some_rows<RealSynapseWord>(0.25f, false), some_crossbar()};
}

// Equal images are equal programs: each byte of the format is read back from what it was made of.
TEST(CoreImage, SurvivesReading) {
    for (const SynapseStore& store : all_stores()) {
        const CoreProgram program = some_program(store);
        const std::vector<std::uint8_t> image = core_image(program);
        const CoreProgram read = read_core_image(image, "core 0");
        EXPECT_EQ(core_image(read), image) << store.index();
        EXPECT_EQ(read.neurons, 3u);
        EXPECT_EQ(read.parameters, program.parameters);
        EXPECT_EQ(read.real_parameters, program.real_parameters);
        EXPECT_EQ(read.spikes, program.spikes);
        EXPECT_EQ(read.relays, program.relays);
        EXPECT_EQ(read.tables, program.tables);
        EXPECT_EQ(read.largest_input, program.largest_input);
        EXPECT_TRUE(read.takes_values);
        EXPECT_EQ(read.synapses.index(), store.index());
        EXPECT_EQ(image.size() % 4, 0u);
    }
}

TEST(CoreImage, KeepsRowsAndAxons) {
    const auto image = core_image(some_program(some_rows<SynapseWord>(100, true)));
    const CoreProgram read = read_core_image(image, "core 0");
    const auto& rows = std::get<SynapseMemory>(read.synapses);
    const auto expected = some_rows<SynapseWord>(100, true);
    EXPECT_EQ(rows.words(), expected.words());
    EXPECT_EQ(rows.planes(), expected.planes());
    EXPECT_EQ(rows.max_delay(), 3u);
    ASSERT_EQ(rows.axons().size(), 2u);
    EXPECT_EQ(rows.axons()[1].row, expected.axons()[1].row);
    EXPECT_EQ(rows.axons()[1].base, 1u);
    EXPECT_EQ(*read.axons.destinations(0).begin(), SpikePacket::pack(3, 17));
    EXPECT_EQ(read.axons.destinations(2).size(), 1u);
}

TEST(CoreImage, KeepsRowsThatLearn) {
    CoreProgram program = some_program(some_rows<SynapseWord>(100, true));
    program.plastic = {{1, 2, 0, 0, -1, 0}, {1, 3, 1, 2, 0, 7}};
    const CoreProgram read = read_core_image(core_image(program), "core 0");
    ASSERT_EQ(read.plastic.size(), 2u);
    EXPECT_EQ(read.plastic[0].projection, 1u);
    EXPECT_EQ(read.plastic[0].source, 2u);
    EXPECT_EQ(read.plastic[0].sign, -1);
    EXPECT_EQ(read.plastic[1].address, 1u);
    EXPECT_EQ(read.plastic[1].first, 2u);
    EXPECT_EQ(read.plastic[1].rule_set, 7);
    program.plastic[1].first = 3;
    EXPECT_THROW(read_core_image(core_image(program), "core 0"), ConfigError);
}

TEST(CoreImage, RefusesEveryPartOfItself) {
    for (const SynapseStore& store : all_stores()) {
        const std::vector<std::uint8_t> image = core_image(some_program(store));
        for (std::size_t bytes = 0; bytes + 4 < image.size(); bytes += 4) {
            EXPECT_THROW(read_core_image(std::span(image).first(bytes), "core 0"), ConfigError)
                << bytes << " of " << image.size();
        }
        std::vector<std::uint8_t> longer = image;
        longer.resize(image.size() + 4);
        EXPECT_THROW(read_core_image(longer, "core 0"), ConfigError);
    }
}

// A neuron that the core does not have would be written to behind its memory.
TEST(CoreImage, RefusesSynapsesToNeuronsThatAreNotThere) {
    SynapseMemory plain;
    plain.add_row(std::vector{SynapseWord::pack(3, 0, 1)});
    EXPECT_THROW(read_core_image(core_image(some_program(plain)), "core 0"), ConfigError);
    SynapseMemory indexed({Plane{}}, true);
    const std::uint32_t row = indexed.add_row(std::vector{SynapseWord::pack(2, 0, 1)});
    indexed.add_axon({row, 1, 0});
    EXPECT_THROW(read_core_image(core_image(some_program(indexed)), "core 0"), ConfigError);
}

TEST(AxonImage, SurvivesReading) {
    const std::vector<std::uint8_t> image = axon_image(some_axons());
    EXPECT_EQ(axon_image(read_axon_image(image, "host")), image);
    EXPECT_THROW(read_axon_image(std::span(image).first(image.size() - 4), "host"), ConfigError);
}

TEST(NetworkImage, HasAHeaderPartsAndAChecksum) {
    ChipProgram program;
    program.cores.resize(4);
    program.cores[2] = some_program(some_crossbar());
    program.host_axons = some_axons();
    QuantizedNetwork network;
    network.populations.resize(2);
    network.populations[1].size = 3;
    network.outputs = {PopulationId{1u}};
    const std::vector<std::uint8_t> image = network_image(program, network, "some_type");

    NetworkImageHeader header;
    std::memcpy(&header, image.data(), sizeof header);
    EXPECT_EQ(header.magic, 0x494E5443u);
    EXPECT_EQ(header.version, 1u);
    EXPECT_EQ(header.bytes, image.size());
    EXPECT_EQ(header.checksum, checksum(std::span(image).subspan(sizeof header)));
    EXPECT_EQ(header.core_type, checksum("some_type"));
    EXPECT_EQ(header.cores, 4u);
    EXPECT_EQ(header.parts, 2u);
    EXPECT_EQ(header.output_populations, 1u);
    EXPECT_EQ(header.output_neurons, 3u);
    std::array<std::uint32_t, 10> tables{};
    std::memcpy(tables.data(), image.data() + sizeof header, sizeof tables);
    EXPECT_EQ(tables[0], 0u);
    EXPECT_EQ(tables[1], 2u);
    const auto core = std::span(image).subspan(tables[2], tables[3]);
    EXPECT_TRUE(std::ranges::equal(core, core_image(program.cores[2])));
    EXPECT_EQ(tables[4], 1u);
    EXPECT_EQ(tables[6] + tables[7], image.size());
    EXPECT_EQ(tables[8], 1u);
    EXPECT_EQ(tables[9], 0u);
}

// The value that every implementation of CRC-32 gives for this text.
TEST(NetworkImage, ChecksumIsTheUsualOne) {
    EXPECT_EQ(checksum("123456789"), 0xCBF43926u);
}

}  // namespace
}  // namespace cortile
