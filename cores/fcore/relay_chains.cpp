// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/relay_chains.h"

#include <algorithm>

#include "noc/api/packet.h"

namespace cortile {

namespace {

std::uint32_t core_of(std::uint32_t destination) {
    return destination >> SpikePacket::kAddressBits;
}

// The destinations in the order in which a packet from `start` visits them.
std::vector<std::uint32_t> chain_from(std::uint32_t start, std::vector<std::uint32_t> left,
                                      const Topology& topology) {
    std::vector<std::uint32_t> chain;
    std::uint32_t here = start;
    while (!left.empty()) {
        const auto hops = [&](std::uint32_t destination) {
            return topology.hops(topology.tile_of_core(CoreId{here}),
                                 topology.tile_of_core(CoreId{core_of(destination)}));
        };
        const auto next =
            std::min_element(left.begin(), left.end(), [&](std::uint32_t a, std::uint32_t b) {
                return std::pair(hops(a), a) < std::pair(hops(b), b);
            });
        here = core_of(*next);
        chain.push_back(*next);
        left.erase(next);
    }
    return chain;
}

}  // namespace

void make_relay_chains(ChipProgram& program, const Topology& topology) {
    for (std::uint32_t c = 0; c < program.cores.size(); ++c) {
        AxonTable& axons = program.cores[c].axons;
        std::vector<std::uint32_t> counts(program.cores[c].neurons);
        for (std::uint32_t n = 0; n < counts.size(); ++n) {
            counts[n] = axons.destinations(n).empty() ? 0 : 1;
        }
        AxonTable heads(counts);
        for (std::uint32_t n = 0; n < counts.size(); ++n) {
            std::vector<std::uint32_t> all;
            for (const std::uint32_t destination : axons.destinations(n)) {
                all.push_back(destination);
            }
            const auto chain = chain_from(c, std::move(all), topology);
            for (std::size_t i = 0; i < chain.size(); ++i) {
                if (i == 0) {
                    heads.add(n, chain[0]);
                    continue;
                }
                const std::uint32_t address = chain[i - 1] & SpikePacket::kMaxAddress;
                program.cores[core_of(chain[i - 1])].relays.emplace_back(address, chain[i]);
            }
        }
        heads.finish();
        axons = std::move(heads);
    }
    for (CoreProgram& core : program.cores) {
        std::sort(core.relays.begin(), core.relays.end());
    }
}

}  // namespace cortile
