// SPDX-License-Identifier: Apache-2.0
#include "cores/blocks/axon_table.h"

#include <gmock/gmock.h>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

// One neuron with these destinations.
AxonTable table_of(const std::vector<SpikePacket::Target>& destinations) {
    AxonTable table(std::vector<std::uint32_t>{static_cast<std::uint32_t>(destinations.size())});
    for (const SpikePacket::Target destination : destinations) {
        table.add(0, destination);
    }
    table.finish();
    return table;
}

constexpr std::uint32_t kCores = SpikePacket::kMaxCore + 1;

TEST(AxonTable, KeepsDestinationsOfEachNeuronInOrderOfAddition) {
    AxonTable table(std::vector<std::uint32_t>{2, 0, 1});
    table.add(2, 30);
    table.add(0, 12);
    table.add(0, 11);
    table.finish();
    EXPECT_THAT(table.destinations(0), ElementsAre(12u, 11u));
    EXPECT_THAT(table.destinations(1), IsEmpty());
    EXPECT_THAT(table.destinations(2), ElementsAre(30u));
}

TEST(AxonTable, TellsAllCoresAndAddressesApart) {
    const std::vector<SpikePacket::Target> extremes{
        SpikePacket::pack(0, 0),           SpikePacket::pack(0, SpikePacket::kMaxAddress),
        SpikePacket::pack(kCores - 1, 0),  SpikePacket::pack(kCores - 1, SpikePacket::kMaxAddress),
        SpikePacket::pack(0, 1),           SpikePacket::pack(kCores - 2, 5),
        SpikePacket::pack(kCores - 3, 5),  SpikePacket::pack(kCores - 3, 5),
        SpikePacket::pack(kCores / 2, 77),
    };
    EXPECT_THAT(table_of(extremes).destinations(0), ElementsAreArray(extremes));
}

TEST(AxonTable, KeepsDestinationsOnOneCore) {
    const std::vector<SpikePacket::Target> same(100, SpikePacket::pack(3, 0));
    EXPECT_THAT(table_of(same).destinations(0), ElementsAreArray(same));
}

// Ascending cores at all distances: a distance that takes more bits than are set aside is met both
// in the middle and at the end of a neuron's destinations.
TEST(AxonTable, KeepsDestinationsAtAnyDistance) {
    for (std::uint32_t span = 1; span < kCores; span = span * 2 + 1) {
        std::vector<std::vector<SpikePacket::Target>> wanted(50);
        std::vector<std::uint32_t> counts;
        for (std::uint32_t n = 0; n < wanted.size(); ++n) {
            std::uint32_t core = 0;
            for (std::uint32_t k = 0; k < n % 7; ++k) {
                const auto random = philox({}, span, n * 7 + k);
                core += uniform_below(random[0], random[1] % 16 == 0 ? span : 3);
                wanted[n].push_back(SpikePacket::pack(core % kCores, random[2] % 1000));
            }
            counts.push_back(static_cast<std::uint32_t>(wanted[n].size()));
        }
        AxonTable table(counts);
        for (std::uint32_t n = 0; n < wanted.size(); ++n) {
            for (const SpikePacket::Target destination : wanted[n]) {
                table.add(n, destination);
            }
        }
        table.finish();
        for (std::uint32_t n = 0; n < wanted.size(); ++n) {
            ASSERT_THAT(table.destinations(n), ElementsAreArray(wanted[n])) << span << " " << n;
        }
    }
}

// 10 bits of address, 1 bit of distance.
TEST(AxonTable, NeighbouringCoresTakeFewBits) {
    std::vector<SpikePacket::Target> neighbours;
    for (std::uint32_t core = 0; core < 128; ++core) {
        neighbours.push_back(SpikePacket::pack(core, 1000));
    }
    EXPECT_EQ(table_of(neighbours).bytes(), 128u * 11 / 8);
}

TEST(AxonTable, RefusesMoreDestinationsThanAnnounced) {
    AxonTable table(std::vector<std::uint32_t>{1});
    table.add(0, 1);
    EXPECT_THROW(table.add(0, 2), ContractViolation);
}

TEST(AxonTable, RefusesFewerDestinationsThanAnnounced) {
    AxonTable table(std::vector<std::uint32_t>{1});
    EXPECT_THROW(table.finish(), ContractViolation);
}

}  // namespace
}  // namespace cortile
