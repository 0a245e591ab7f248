// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/relay_chains.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hw_model/base/random.h"

namespace cortile {
namespace {

using Destinations = std::vector<std::vector<SpikePacket::Target>>;  // per neuron

CoreProgram core_with(const Destinations& destinations) {
    CoreProgram program;
    program.neurons = static_cast<std::uint32_t>(destinations.size());
    std::vector<std::uint32_t> counts;
    for (const auto& all : destinations) {
        counts.push_back(static_cast<std::uint32_t>(all.size()));
    }
    program.axons = AxonTable(counts);
    for (std::uint32_t n = 0; n < destinations.size(); ++n) {
        for (const SpikePacket::Target destination : destinations[n]) {
            program.axons.add(n, destination);
        }
    }
    program.axons.finish();
    return program;
}

// Where a packet of `neuron` gets to, each place as often as it is delivered.
std::multiset<SpikePacket::Target> delivered(const ChipProgram& program, std::uint32_t core,
                                             std::uint32_t neuron) {
    std::multiset<SpikePacket::Target> result;
    std::vector<SpikePacket::Target> in_flight;
    for (const SpikePacket::Target first : program.cores[core].axons.destinations(neuron)) {
        in_flight.push_back(first);
    }
    while (!in_flight.empty() && result.size() < 10'000) {
        const SpikePacket::Target destination = in_flight.back();
        in_flight.pop_back();
        result.insert(destination);
        const SpikePacket packet(0, destination, 0);
        for (const auto& [address, next] : program.cores[packet.core()].relays) {
            if (address == packet.address()) {
                in_flight.push_back(next);
            }
        }
    }
    return result;
}

TEST(RelayChains, EveryDestinationIsReachedExactlyOnce) {
    const Topology topology{5, 4, 1, {}};
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        const RandomKey key{seed, RandomUse::stimulus};
        // Addresses are rows of one source each, as the compiler makes them.
        std::vector<std::uint32_t> rows(topology.cores());
        std::vector<Destinations> wanted(topology.cores(), Destinations(6));
        ChipProgram program;
        for (std::uint32_t c = 0; c < topology.cores(); ++c) {
            for (std::uint32_t n = 0; n < 6; ++n) {
                for (std::uint32_t target = 0; target < topology.cores(); ++target) {
                    const auto draw = philox(key, std::uint64_t{c} * 8 + n, target)[0];
                    for (std::uint32_t k = 0; draw % 4 == 0 && k < 1 + draw / 4 % 2; ++k) {
                        wanted[c][n].push_back(SpikePacket::pack(target, 7 * rows[target]++));
                    }
                }
            }
            program.cores.push_back(core_with(wanted[c]));
        }
        make_relay_chains(program, topology);
        for (std::uint32_t c = 0; c < topology.cores(); ++c) {
            for (std::uint32_t n = 0; n < 6; ++n) {
                EXPECT_LE(program.cores[c].axons.destinations(n).size(), 1u);
                const std::multiset<SpikePacket::Target> expected(wanted[c][n].begin(),
                                                                  wanted[c][n].end());
                ASSERT_EQ(delivered(program, c, n), expected) << "core " << c << " neuron " << n;
            }
        }
    }
}

TEST(RelayChains, GoFromOneCoreToTheNearestThatIsLeft) {
    const Topology topology{8, 1, 1, {}};
    ChipProgram program;
    program.cores.push_back(
        core_with({{SpikePacket::pack(7, 0), SpikePacket::pack(2, 0), SpikePacket::pack(4, 0)}}));
    for (int c = 1; c < 8; ++c) {
        program.cores.push_back(core_with({}));
    }
    make_relay_chains(program, topology);
    EXPECT_EQ(*program.cores[0].axons.destinations(0).begin(), SpikePacket::pack(2, 0));
    using Relay = std::pair<std::uint32_t, SpikePacket::Target>;
    EXPECT_EQ(program.cores[2].relays, (std::vector<Relay>{{0, SpikePacket::pack(4, 0)}}));
    EXPECT_EQ(program.cores[4].relays, (std::vector<Relay>{{0, SpikePacket::pack(7, 0)}}));
    EXPECT_TRUE(program.cores[7].relays.empty());
}

TEST(RelayChains, TheHostSendsItsCopiesItself) {
    ChipProgram program;
    program.cores.push_back(core_with({}));
    program.host_axons = core_with({{SpikePacket::pack(0, 1), SpikePacket::pack(0, 5)}}).axons;
    make_relay_chains(program, {1, 1, 1, {}});
    EXPECT_EQ(program.host_axons.destinations(0).size(), 2u);
    EXPECT_TRUE(program.cores[0].relays.empty());
}

}  // namespace
}  // namespace cortile
