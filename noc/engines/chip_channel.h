// SPDX-License-Identifier: Apache-2.0
// The channel between two chips of a board, in the link sweep: all links that leave a chip on one
// side meet in it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "noc/api/noc_engine.h"
#include "noc/engines/merge.h"

namespace cortile::sweep {

// What goes over one of the links: packets ascending in (time, source), then kEnd. `lane`s of a
// channel are given in the order of their rows or columns.
struct Lane {
    SpikePacket* packets = nullptr;
    std::size_t count = 0;
};

// Passes the packets of all lanes through one channel, first come first served with key (arrival,
// source, lane): each starts at max(arrival, channel free) and arrives `latency` later, which is
// written into its place. Lanes stay ascending. `as_tree`: copies of a spike that came over the
// same link are one packet (Multicast::tree).
class ChipChannel {
  public:
    ChipChannel(Picoseconds latency, Picoseconds occupancy, bool as_tree)
        : latency_(latency), occupancy_(occupancy), as_tree_(as_tree) {}

    void pass(std::span<const Lane> lanes, LinkCounters& counters);

  private:
    Picoseconds latency_, occupancy_;
    bool as_tree_;
    // A tournament of the lanes' next packets: the winner of node n comes from 2n or 2n + 1.
    std::vector<std::uint32_t> winner_;
    std::vector<const SpikePacket*> next_;  // by lane
};

}  // namespace cortile::sweep
