// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortile {

using Cycle = std::int64_t;

// What a router must know of a flit, so that it need not look at the packet.
struct Flit {
    std::uint32_t packet = 0;       // index in the network's packets
    std::uint16_t destination = 0;  // tile; of a multicast packet nothing
    std::uint8_t local_port = 0;    // of the destination
    std::uint8_t flags = 0;

    static constexpr std::uint8_t kHead = 1, kTail = 2, kMulticast = 4;
    static constexpr unsigned kClassShift = 3;
    bool is_head() const { return (flags & kHead) != 0; }
    bool is_tail() const { return (flags & kTail) != 0; }
    bool is_multicast() const { return (flags & kMulticast) != 0; }
    unsigned packet_class() const { return flags >> kClassShift; }
};
static_assert(sizeof(Flit) == 8);

// A packet on its way from core to core.
struct FlitPacket {
    std::uint32_t source = 0, destination = 0;  // cores; destination: of a unicast packet
    std::uint32_t flits = 1;
    std::uint32_t packet_class = 0;
    Cycle created = 0;       // entered the source's queue
    Cycle injected = 0;      // its head left the network interface
    std::uint64_t user = 0;  // the sender's own
    // Links between routers that its head has taken, and channels between chips among them.
    std::uint16_t hops_x = 0, hops_y = 0, crossings = 0;
};

}  // namespace cortile
