// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/sweep_worker.h"

#include <algorithm>

namespace cortile {

using sweep::kTail;
using sweep::Stream;

SweepWorker::SweepWorker(const Topology& topology, Multicast multicast)
    : as_tree(multicast == Multicast::tree),
      kept_segments(std::max(topology.width, topology.height)),
      southbound_segments(topology.height),
      from_south(topology.height),
      ports(topology.cores_per_tile) {}

void SweepWorker::reduce_to_two() {
    // In rounds over neighbours: each packet is moved at most once a round.
    std::size_t rounds = 0;
    for (std::size_t n = streams.size(); n > 2; n = (n + 1) / 2) {
        ++rounds;
    }
    if (rounds > 0) {
        std::size_t room = 0;
        for (const Stream& one : streams) {
            room += one.count + kTail;
        }
        SpikePacket* out = spare.reserve(room * rounds);
        while (streams.size() > 2) {
            std::size_t left = 0;
            std::size_t i = 0;
            for (; i + 1 < streams.size(); i += 2) {
                const std::size_t count = streams[i].count + streams[i + 1].count;
                sweep::merge_streams(streams[i], streams[i + 1], out);
                streams[left++] = {out, count};
                out += count + 1;
            }
            if (i < streams.size()) {
                streams[left++] = streams[i];
            }
            streams.resize(left);
        }
    }
    streams.resize(2);
}

std::size_t SweepWorker::pass(const sweep::Link& link, Stream side, SpikePacket* arrived,
                              LinkCounters& counters, std::uint64_t& hops) {
    const std::size_t total = side.count + through_count;
    const Stream straight{through.data(), through_count};
    const sweep::LinkOutput output = (as_tree ? sweep::pass_link_as_tree : sweep::pass_link)(
        link, straight, side, spare.reserve(total + kTail), arrived);
    through.swap(spare);
    through_count = output.through;
    counters.packets += total - output.joined;
    hops += total - output.joined;
    counters.waited += output.waited;
    totals.waited += output.waited;
    return output.arrived;
}

}  // namespace cortile
