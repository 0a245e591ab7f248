// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/merge.h"

namespace cortile::sweep {

namespace {

template <bool kTree>
LinkOutput pass(const Link& link, Stream a, Stream b, SpikePacket* through, SpikePacket* arrived) {
    Server server(link.occupancy);
    SpikePacket* out[] = {through, arrived};
    const auto latency = static_cast<std::uint64_t>(link.latency);
    const std::uint16_t* const coordinate = link.coordinate;
    const std::uint32_t next = link.next;
    [[maybe_unused]] std::uint64_t last_key = 0, delay = 0;
    [[maybe_unused]] std::uint32_t last_group = 0;
    std::size_t joined = 0;
    merge(a, b, [&](Words packet) {
        const std::uint64_t arrival = packet.time();
        if constexpr (kTree) {
            const std::uint32_t group = packet.group();
            const bool joins = group != 0 && packet.key == last_key && group == last_group;
            if (joins) {
                ++joined;
            } else {
                last_key = packet.key;
                last_group = group;
                delay = server.start(arrival) - arrival + latency;
            }
            packet.delay(delay);
        } else {
            packet.delay(server.start(arrival) - arrival + latency);
        }
        SpikePacket*& place = out[coordinate[packet.core()] == next ? 1 : 0];
        store(place, packet);
        ++place;
    });
    *out[0] = kEnd;
    *out[1] = kEnd;
    return {static_cast<std::size_t>(out[0] - through), static_cast<std::size_t>(out[1] - arrived),
            joined, server.waited()};
}

}  // namespace

LinkOutput pass_link(const Link& link, Stream a, Stream b, SpikePacket* through,
                     SpikePacket* arrived) {
    return pass<false>(link, a, b, through, arrived);
}

LinkOutput pass_link_as_tree(const Link& link, Stream a, Stream b, SpikePacket* through,
                             SpikePacket* arrived) {
    return pass<true>(link, a, b, through, arrived);
}

void merge_streams(Stream a, Stream b, SpikePacket* out) {
    merge(a, b, [&](Words packet) { store(out++, packet); });
    *out = kEnd;
}

ThreeWayCounts split_streams(const std::uint16_t* coordinate, std::uint32_t here, Stream a,
                             Stream b, const ThreeWay& out) {
    SpikePacket* places[] = {out.below, out.at, out.above};
    merge(a, b, [&](Words packet) {
        const std::uint32_t target = coordinate[packet.core()];
        // 0, 1 or 2 by sign bits: comparisons would compile to a branch as good as random.
        SpikePacket*& place = places[1 + ((here - target) >> 31) - ((target - here) >> 31)];
        store(place, packet);
        ++place;
    });
    for (SpikePacket* end : places) {
        *end = kEnd;
    }
    return {static_cast<std::size_t>(places[0] - out.below),
            static_cast<std::size_t>(places[1] - out.at),
            static_cast<std::size_t>(places[2] - out.above)};
}

void count_ejected(std::uint32_t first_core, Stream stream, EjectionPort* ports) {
    for (std::size_t i = 0; i < stream.count; ++i) {
        ++ports[stream.packets[i].core() - first_core].room;
    }
}

Picoseconds eject_streams(Picoseconds occupancy, Picoseconds latency, std::uint32_t first_core,
                          Stream a, Stream b, EjectionPort* ports) {
    std::uint64_t arrivals = 0;
    std::uint64_t starts = 0;
    merge(a, b, [&](Words packet) {
        EjectionPort& port = ports[packet.core() - first_core];
        const std::uint64_t arrival = packet.time();
        const std::uint64_t start = std::max(arrival, port.free);
        arrivals += arrival;
        starts += start;
        port.free = start + static_cast<std::uint64_t>(occupancy);
        packet.delay(start - arrival + static_cast<std::uint64_t>(latency));
        store(port.end++, packet);
    });
    return static_cast<Picoseconds>(starts - arrivals);
}

}  // namespace cortile::sweep
