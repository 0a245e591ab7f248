// SPDX-License-Identifier: Apache-2.0
#include "noc/engines/chip_channel.h"

#include <bit>
#include <numeric>

namespace cortile::sweep {

void ChipChannel::pass(std::span<const Lane> lanes, LinkCounters& counters) {
    std::size_t total = 0;
    for (const Lane& lane : lanes) {
        total += lane.count;
    }
    if (total == 0) {
        return;
    }
    const auto leaves = static_cast<std::uint32_t>(std::bit_ceil(lanes.size()));
    next_.assign(leaves, kNothing);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        if (lanes[lane].count > 0) {
            next_[lane] = lanes[lane].packets;
        }
    }
    winner_.resize(std::size_t{2} * leaves);
    std::iota(winner_.begin() + leaves, winner_.end(), 0u);
    const auto play = [&](std::uint32_t node) {
        const std::uint32_t low = winner_[2 * node], high = winner_[2 * node + 1];
        winner_[node] = next_[high]->is_before(*next_[low]) ? high : low;
    };
    for (std::uint32_t node = leaves - 1; node > 0; --node) {
        play(node);
    }
    Server server(occupancy_);
    std::size_t joined = 0;
    SpikePacket last{0, 0, 0};  // as it arrived, and on which lane
    std::uint32_t last_lane = leaves;
    Picoseconds there = 0;
    for (std::size_t n = 0; n < total; ++n) {
        const std::uint32_t lane = winner_[1];
        SpikePacket& packet = lanes[lane].packets[next_[lane] - lanes[lane].packets];
        ++next_[lane];
        if (as_tree_ && lane == last_lane && packet.is_copy_of(last)) {
            ++joined;
        } else {
            last = packet;
            last_lane = lane;
            there = latency_ + static_cast<Picoseconds>(
                                   server.start(static_cast<std::uint64_t>(packet.time())));
        }
        packet.set_time(there);
        for (std::uint32_t node = (leaves + lane) / 2; node > 0; node /= 2) {
            play(node);
        }
    }
    counters.packets += total - joined;
    counters.waited += server.waited();
}

}  // namespace cortile::sweep
