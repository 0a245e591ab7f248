// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/engines/merge.h"
#include "noc/engines/packet_buffer.h"

namespace cortile {

struct Segment {  // of a PacketBuffer; one kEnd follows
    std::size_t begin = 0;
    std::size_t count = 0;
};

inline sweep::Stream stream_of(const PacketBuffer& buffer, const Segment& segment) {
    return {buffer.data() + segment.begin, segment.count};
}

// Scratch memory and totals of one worker. Rows and columns are swept in the same buffers.
struct alignas(64) SweepWorker {
    SweepWorker(const Topology& topology, Multicast multicast);

    bool as_tree;  // copies of one spike pass as one packet
    NocCounters totals;
    bool is_active = false;  // of columns: is there anything to sweep?

    std::vector<SpikePacket> collected;  // of one tile: each source's packets, then kEnd
    std::vector<sweep::Stream> streams;  // to be merged at one tile

    PacketBuffer through;  // on its way along the axis, between the present tile and the next
    std::size_t through_count = 0;
    PacketBuffer spare;  // becomes `through` at each link; before that, scratch for merges
    // First sweep: what leaves the present tile to the east or north. Second sweep of a column:
    // what has come to the present tile from the north.
    PacketBuffer beside;
    std::size_t from_north_count = 0;

    // Rows: what leaves each tile to the west, until the second sweep.
    // Columns: what has reached each tile, turned there or from the south, until it is ejected;
    // behind it what is being delivered.
    PacketBuffer kept;
    std::size_t kept_size = 0;
    std::vector<Segment> kept_segments;
    // Columns: what leaves each tile to the south, until the second sweep.
    PacketBuffer southbound;
    std::size_t southbound_size = 0;
    std::vector<Segment> southbound_segments;
    std::vector<Segment> from_south;  // of `kept`

    std::vector<sweep::EjectionPort> ports;  // to the cores of one tile

    // Merges neighbours among `streams`, into `spare`, until two are left.
    void reduce_to_two();

    // Passes `side` and `through` over one link: what goes on is `through` afterwards, what has
    // reached its coordinate is written to `arrived`, with room for both streams and kTail more.
    // Returns the number of packets there. `hops`: a sum over links.
    std::size_t pass(const sweep::Link& link, sweep::Stream side, SpikePacket* arrived,
                     LinkCounters& counters, std::uint64_t& hops);
};

}  // namespace cortile
