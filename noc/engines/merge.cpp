// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/merge.h"

namespace cortile::sweep {

LinkOutput pass_link(const Link& link, Stream a, Stream b, SpikePacket* through,
                     SpikePacket* arrived) {
    Picoseconds free = 0;
    Picoseconds waited = 0;
    SpikePacket* const through_begin = through;
    SpikePacket* const arrived_begin = arrived;
    const Picoseconds occupancy = link.occupancy;
    const Picoseconds latency = link.latency;
    const std::uint16_t* const coordinate = link.coordinate;
    const std::uint32_t next = link.next;
    merge(a, b, [&](SpikePacket packet) {
        const Picoseconds start = std::max(packet.time, free);
        waited += start - packet.time;
        free = start + occupancy;
        packet.time = start + latency;
        // Written to both outputs; only one of them moves on.
        const std::size_t here = coordinate[packet.core()] == next;
        *through = packet;
        *arrived = packet;
        through += 1 - here;
        arrived += here;
    });
    *through = kEnd;
    *arrived = kEnd;
    return {static_cast<std::size_t>(through - through_begin),
            static_cast<std::size_t>(arrived - arrived_begin), waited};
}

void merge_streams(Stream a, Stream b, SpikePacket* out) {
    merge(a, b, [&](const SpikePacket& packet) { *out++ = packet; });
    *out = kEnd;
}

ThreeWayCounts split_streams(const std::uint16_t* coordinate, std::uint32_t here, Stream a,
                             Stream b, const ThreeWay& out) {
    SpikePacket* below = out.below;
    SpikePacket* at = out.at;
    SpikePacket* above = out.above;
    merge(a, b, [&](const SpikePacket& packet) {
        const std::uint32_t target = coordinate[packet.core()];
        *below = packet;
        *at = packet;
        *above = packet;
        below += target < here;
        at += target == here;
        above += target > here;
    });
    *below = kEnd;
    *at = kEnd;
    *above = kEnd;
    return {static_cast<std::size_t>(below - out.below), static_cast<std::size_t>(at - out.at),
            static_cast<std::size_t>(above - out.above)};
}

Picoseconds eject_streams(Picoseconds occupancy, Picoseconds latency, std::uint32_t first_core,
                          Stream a, Stream b, EjectionPort* ports) {
    Picoseconds waited = 0;
    merge(a, b, [&](SpikePacket packet) {
        EjectionPort& port = ports[packet.core() - first_core];
        const Picoseconds start = std::max(packet.time, port.free);
        waited += start - packet.time;
        port.free = start + occupancy;
        packet.time = start + latency;
        *port.out++ = packet;
    });
    return waited;
}

}  // namespace cortile::sweep
