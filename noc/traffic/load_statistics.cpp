// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/load_statistics.h"

#include <algorithm>

namespace cortile {

void LoadStatistics::note(const FlitPacket& packet, Cycle now) {
    const Cycle end = setup_.warmup + setup_.measured;
    if (now >= setup_.warmup && now < end) {
        accepted_flits_ += packet.flits;
    }
    if (packet.created < setup_.warmup || packet.created >= end) {
        return;
    }
    const auto latency = static_cast<std::size_t>(now - packet.created);
    if (latency >= latencies_.size()) {
        latencies_.resize(std::max<std::size_t>(2 * latencies_.size(), latency + 1));
    }
    ++latencies_[latency];
    ++received_;
    packet_latency_ += now - packet.created;
    network_latency_ += now - packet.injected;
    hops_x_ += packet.hops_x;
    hops_y_ += packet.hops_y;
    crossings_ += packet.crossings;
}

LoadPoint LoadStatistics::result() const {
    LoadPoint point;
    point.accepted = static_cast<double>(accepted_flits_) / static_cast<double>(setup_.measured) /
                     setup_.topology.cores();
    point.packets = received_;
    point.packet_latency_mean = mean(packet_latency_);
    point.network_latency_mean = mean(network_latency_);
    point.hops_x_mean = mean(hops_x_);
    point.hops_y_mean = mean(hops_y_);
    point.crossings_mean = mean(crossings_);
    point.packet_latency_p50 = percentile(0.50);
    point.packet_latency_p99 = percentile(0.99);
    return point;
}

// The least latency that so large a share of packets does not exceed.
Cycle LoadStatistics::percentile(double share) const {
    std::uint64_t below = 0;
    for (std::size_t latency = 0; latency < latencies_.size(); ++latency) {
        below += latencies_[latency];
        if (below != 0 && static_cast<double>(below) >= share * static_cast<double>(received_)) {
            return static_cast<Cycle>(latency);
        }
    }
    return 0;
}

}  // namespace cortile
