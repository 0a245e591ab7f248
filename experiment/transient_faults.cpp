// SPDX-License-Identifier: Apache-2.0
#include "experiment/transient_faults.h"

#include <algorithm>
#include <bit>

#include "noc/flit/check_routing.h"

namespace cortile {

namespace {

// Activations and counts of spikes rarely take more.
constexpr unsigned kValueBits = 8;

// Every destination that some source of the program has, by core.
std::vector<std::vector<std::uint32_t>> destinations(const ChipProgram& program) {
    std::vector<std::vector<std::uint32_t>> addresses(program.cores.size());
    const auto add = [&](SpikePacket::Target target) {
        const SpikePacket packet(0, target, 0);
        addresses[packet.core()].push_back(packet.address());
    };
    const auto add_all = [&](const AxonTable& axons, std::uint32_t neurons) {
        for (std::uint32_t n = 0; n < neurons; ++n) {
            for (const SpikePacket::Target target : axons.destinations(n)) {
                add(target);
            }
        }
    };
    add_all(program.host_axons, program.host_axons.neurons());
    for (const CoreProgram& core : program.cores) {
        if (core.neurons > 0) {
            add_all(core.axons, core.axons.neurons());
        }
        for (const auto& [address, target] : core.relays) {
            add(target);
        }
    }
    for (std::vector<std::uint32_t>& own : addresses) {
        std::sort(own.begin(), own.end());
        own.erase(std::unique(own.begin(), own.end()), own.end());
    }
    return addresses;
}

// Links on the way of a packet. All ways that a policy gives a packet are equally long.
FaultyEngine::WayLength way_length(const ChipConfig& chip) {
    const Topology& topology = chip.topology;
    if (chip.noc_level != "cycle_accurate") {
        return [topology](TileId from, TileId to) { return topology.hops(from, to); };
    }
    std::shared_ptr<const RoutingPolicy> routing = check_routing(topology, chip.noc_routers);
    return [topology, routing](TileId from, TileId to) {
        std::uint32_t links = 0;
        unsigned in_port = kFirstLocalPort;
        for (TileId at = from; at != to; ++links) {
            RouteOptions options;
            routing->options({at, in_port, from, to, 0}, options);
            in_port = Topology::opposite(options[0].port);
            at = *topology.neighbour(at, options[0].port);
        }
        return links;
    };
}

}  // namespace

std::unique_ptr<FaultyEngine> make_faulty(std::unique_ptr<NocEngine> engine, const ChipConfig& chip,
                                          const ChipProgram& program, bool takes_values) {
    PacketPayload payload;
    if (chip.noc_faults.corrupt > 0 && !chip.noc_faults.detect) {
        payload.known_addresses = destinations(program);
        std::uint32_t largest = 1;
        for (const std::vector<std::uint32_t>& own : payload.known_addresses) {
            largest = own.empty() ? largest : std::max(largest, own.back());
        }
        payload.address_bits = static_cast<unsigned>(std::bit_width(largest));
        payload.value_bits = takes_values ? kValueBits : 0;
    }
    return std::make_unique<FaultyEngine>(std::move(engine), chip.topology, chip.noc_faults,
                                          way_length(chip), std::move(payload));
}

}  // namespace cortile
