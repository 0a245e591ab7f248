// SPDX-License-Identifier: Apache-2.0
// Multicast by relay.
#pragma once

#include <memory>
#include <span>

#include "noc/api/noc_engine.h"

namespace cortile {

// Puts the copies of one spike into the order in which they are passed on: from tile `from` to the
// nearest core, from there to the nearest of those left, and so on; of several as near, the lowest.
void order_for_relay(const Topology& topology, TileId from, std::span<SpikePacket> copies);

// An engine that carries the first copy of each spike, then what the cores that were reached pass
// on, and so on, in passes of `engine`: packets of different passes do not contend. A core passes a
// packet on `relay` after its arrival.
std::unique_ptr<NocEngine> make_relaying(std::unique_ptr<NocEngine> engine,
                                         const Topology& topology, Picoseconds relay);

// Calls body(copies) for each spike among the packets of one source.
template <typename Packets, typename Body>
void for_each_spike(Packets packets, Body body) {
    for (std::size_t i = 0; i < packets.size();) {
        std::size_t end = i + 1;
        while (end < packets.size() && packets[end].is_copy_of(packets[i])) {
            ++end;
        }
        body(packets.subspan(i, end - i));
        i = end;
    }
}

}  // namespace cortile
