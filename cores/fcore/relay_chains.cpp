// SPDX-License-Identifier: Apache-2.0
#include "cores/fcore/relay_chains.h"

#include <algorithm>

#include "noc/api/packet.h"

namespace cortile {

namespace {

using Target = SpikePacket::Target;

// The destinations in the order in which a packet from `start` visits them.
std::vector<Target> chain_from(std::uint32_t start, std::vector<Target> left,
                               const Topology& topology) {
    std::vector<Target> chain;
    std::uint32_t here = start;
    while (!left.empty()) {
        const auto hops = [&](Target destination) {
            return topology.hops(topology.tile_of_core(CoreId{here}),
                                 topology.tile_of_core(CoreId{SpikePacket::core_of(destination)}));
        };
        const auto next = std::min_element(left.begin(), left.end(), [&](Target a, Target b) {
            return std::pair(hops(a), a) < std::pair(hops(b), b);
        });
        here = SpikePacket::core_of(*next);
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
            std::vector<Target> all;
            for (const Target destination : axons.destinations(n)) {
                all.push_back(destination);
            }
            const auto chain = chain_from(c, std::move(all), topology);
            for (std::size_t i = 0; i < chain.size(); ++i) {
                if (i == 0) {
                    heads.add(n, chain[0]);
                    continue;
                }
                const std::uint32_t address = SpikePacket::address_of(chain[i - 1]);
                program.cores[SpikePacket::core_of(chain[i - 1])].relays.emplace_back(address,
                                                                                      chain[i]);
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
