// SPDX-License-Identifier: Apache-2.0
// Packets that links lose or change.
#pragma once

#include <cstdint>

#include "hw_model/state/state_archive.h"

namespace cortile {

// Each link between routers that a packet crosses, and the port from the last router into the core,
// loses it with probability `drop`, and changes it with probability `corrupt`: over n of them,
// 1 - (1 - p)^n. What was lost cannot be changed as well.
struct TransientFaultRates {
    double drop = 0, corrupt = 0;
    // The receiver finds every change and discards the packet. Else it takes the packet, with one
    // bit of its payload flipped.
    bool detect = true;
    std::uint64_t seed = 1;

    bool any() const { return drop > 0 || corrupt > 0; }
};

// Packets.
struct TransientFaultCounts {
    std::uint64_t dropped = 0;
    std::uint64_t detected = 0;  // changed, found and discarded
    std::uint64_t unknown = 0;   // changed to an address that the core does not know: discarded
    std::uint64_t altered = 0;   // changed and delivered

    std::uint64_t lost() const { return dropped + detected + unknown; }
    std::uint64_t corrupted() const { return detected + unknown + altered; }
    TransientFaultCounts& operator+=(const TransientFaultCounts& other) {
        dropped += other.dropped;
        detected += other.detected;
        unknown += other.unknown;
        altered += other.altered;
        return *this;
    }
    void transfer_state(StateArchive& archive) { archive(dropped, detected, unknown, altered); }
};

}  // namespace cortile
