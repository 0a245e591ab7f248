// SPDX-License-Identifier: Apache-2.0
// The inner loops of the link sweep: merging two sorted streams of packets, with what happens to
// each packet of the merged stream built into the loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "noc/api/packet.h"

namespace cortile::sweep {

// Comes after every packet. Each stream ends with one, so that a merge needs no test for the end of
// either stream: it makes as many steps as there are packets.
inline constexpr SpikePacket kEnd{std::numeric_limits<Picoseconds>::max(), 0xFFFFFFFFu,
                                  0xFFFFFFFFu};

// Packets ascending in (time, source), then kEnd (which `count` does not include).
struct Stream {
    const SpikePacket* packets = &kEnd;
    std::size_t count = 0;
};

// The two streams never hold packets of the same source: there is one path from a source to a link.
inline bool comes_before(const SpikePacket& a, const SpikePacket& b) {
    return a.time < b.time || (a.time == b.time && a.source < b.source);
}

// Calls take(packet) for the packets of both streams in order.
template <typename Take>
inline void merge(Stream a, Stream b, Take take) {
    if (a.count == 0) {
        std::swap(a, b);
    }
    if (b.count == 0) {
        for (std::size_t i = 0; i < a.count; ++i) {
            take(a.packets[i]);
        }
        return;
    }
    const SpikePacket* pa = a.packets;
    const SpikePacket* pb = b.packets;
    for (std::size_t n = a.count + b.count; n != 0; --n) {
        const std::size_t second = comes_before(*pb, *pa);
        const SpikePacket packet = second ? *pb : *pa;
        pa += 1 - second;
        pb += second;
        take(packet);
    }
}

// A mesh link: merges what reaches it, passes it in order, and splits it at the next tile.
struct Link {
    Picoseconds occupancy = 0;
    Picoseconds latency = 0;
    const std::uint16_t* coordinate = nullptr;  // by core: of its tile, along the link's axis
    std::uint32_t next = 0;                     // coordinate of the tile at the link's end
};
struct LinkOutput {
    std::size_t through = 0;   // packets that go on along the axis
    std::size_t arrived = 0;   // packets that have reached their coordinate
    Picoseconds waited = 0;
};

// `through` and `arrived` must each have room for all packets of both streams and one more.
LinkOutput pass_link(const Link& link, Stream a, Stream b, SpikePacket* through,
                     SpikePacket* arrived);

// `out` must have room for all packets of both streams and one more.
void merge_streams(Stream a, Stream b, SpikePacket* out);

// Merges, and splits by the coordinate of the packet's target: below `here`, at `here`, above.
// Each output must have room for all packets of both streams and one more.
struct ThreeWay {
    SpikePacket* below = nullptr;
    SpikePacket* at = nullptr;
    SpikePacket* above = nullptr;
};
struct ThreeWayCounts {
    std::size_t below = 0;
    std::size_t at = 0;
    std::size_t above = 0;
};
ThreeWayCounts split_streams(const std::uint16_t* coordinate, std::uint32_t here, Stream a,
                             Stream b, const ThreeWay& out);

// One core's port out of the router of its tile.
struct EjectionPort {
    SpikePacket* out = nullptr;  // moves on with each packet
    Picoseconds free = 0;
};
// Merges, and passes each packet through the port of its core. Returns the time waited.
Picoseconds eject_streams(Picoseconds occupancy, Picoseconds latency, std::uint32_t first_core,
                          Stream a, Stream b, EjectionPort* ports);

}  // namespace cortile::sweep
