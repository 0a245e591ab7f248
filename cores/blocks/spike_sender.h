// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cores/blocks/axon_table.h"
#include "hw_model/state/state_archive.h"
#include "noc/api/packet.h"

namespace cortile {

// Makes packets of a neuron's spike, one for each destination. They leave one after another; where
// the network-on-chip multicasts, those for different cores leave together, as one packet.
class SpikeSender {
  public:
    explicit SpikeSender(bool multicast) : multicast_(multicast) {}

    // Appends them to `out`. Each takes `per_packet` to leave, after `left`, which becomes the time
    // of the last. Returns how many left.
    std::uint64_t send(const AxonTable::Destinations& destinations, Picoseconds per_packet,
                       std::uint32_t source, std::uint32_t value, Picoseconds& left,
                       std::vector<SpikePacket>& out) {
        std::uint64_t sent = 0;
        if (!multicast_) {
            for (const SpikePacket::Target destination : destinations) {
                left += per_packet;
                out.push_back({left, destination, source, value});
                ++sent;
            }
            return sent;
        }
        // Destinations ascend in core; a second one on the same core begins another packet.
        std::uint32_t last_core = SpikePacket::kMaxCore;
        for (const SpikePacket::Target destination : destinations) {
            const std::uint32_t core = SpikePacket::core_of(destination);
            if (sent == 0 || core <= last_core) {
                left += per_packet;
                group_ = group_ == SpikePacket::kMaxGroup ? 1 : group_ + 1;
                ++sent;
            }
            last_core = core;
            out.push_back({left, destination, source, value, group_});
        }
        return sent;
    }

    void transfer_state(StateArchive& archive) { archive(group_); }

  private:
    bool multicast_;
    std::uint32_t group_ = 0;
};

}  // namespace cortile
