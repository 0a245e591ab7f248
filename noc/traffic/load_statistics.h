// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "noc/flit/flit.h"
#include "noc/traffic/load_point.h"

namespace cortile {

// What becomes of the packets of a load point: those created in its measured cycles.
class LoadStatistics {
  public:
    explicit LoadStatistics(const LoadPointSetup& setup) : setup_(setup) {}

    // The last flit of `packet`, which holds its way, arrived in cycle `now`.
    void note(const FlitPacket& packet, Cycle now);

    std::uint64_t received() const { return received_; }
    // All but the load of links and what the caller knows of the run.
    LoadPoint result() const;

  private:
    template <typename Sum>
    double mean(Sum sum) const {
        return received_ == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(received_);
    }
    Cycle percentile(double share) const;

    const LoadPointSetup& setup_;
    std::vector<std::uint64_t> latencies_ = std::vector<std::uint64_t>(256);  // packets by cycles
    std::uint64_t received_ = 0, accepted_flits_ = 0, hops_x_ = 0, hops_y_ = 0, crossings_ = 0;
    Cycle packet_latency_ = 0, network_latency_ = 0;
};

}  // namespace cortile
