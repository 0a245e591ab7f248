// SPDX-License-Identifier: Apache-2.0
// The packets on their way through a network, and the copies that a packet stands for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "noc/api/multicast.h"
#include "noc/api/topology.h"
#include "noc/flit/flit.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

// One destination of a multicast packet.
struct PacketCopy {
    std::uint32_t destination = 0;  // core
    std::uint64_t user = 0;         // the sender's own
};

// A way that a packet takes on from a router, for some of its copies or all.
struct PacketBranch {
    std::uint32_t packet = 0;
    std::uint32_t virtual_channels = 0;  // mask of those it may use
    unsigned port = 0;
};

// A multicast packet that reaches a router where the ways of its copies part becomes several
// packets there. Which copies go together is the policy's and Multicast's decision; each copy is in
// one packet always, hence arrives once.
class PacketStore {
  public:
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;

    // The arguments are kept.
    PacketStore(const Topology& topology, const RoutingPolicy& routing, Multicast multicast);

    // Unicast: to packet.destination.
    std::uint32_t add(const FlitPacket& packet);
    // Multicast: to `copies`, of which there are two at least.
    std::uint32_t add(const FlitPacket& packet, std::span<const PacketCopy> copies);
    void release(std::uint32_t packet);

    FlitPacket& operator[](std::uint32_t packet) { return packets_[packet]; }
    const FlitPacket& operator[](std::uint32_t packet) const { return packets_[packet]; }
    // A link to another packet, for the queue that this one is in.
    std::uint32_t& next(std::uint32_t packet) { return next_[packet]; }
    bool is_multicast(std::uint32_t packet) const { return first_copy_[packet] != kNone; }
    std::uint64_t live() const { return live_; }

    // Divides multicast packet `packet`, which has come to `tile` by `in_port`, among its ways on.
    // Of several, each is a packet of its own and `packet` has no copies left; one that stands for
    // one copy is unicast.
    void branch(std::uint32_t packet, TileId tile, unsigned in_port,
                std::vector<PacketBranch>& branches);

    // The head flit of `packet`; its other flits differ in the flags.
    Flit head_flit(std::uint32_t packet) const;

  private:
    struct Copy {
        PacketCopy copy;
        std::uint32_t next = kNone;
    };
    struct Way {
        unsigned port;
        std::uint32_t virtual_channels;
        std::uint32_t first, last;  // copies
    };

    void append(Way& way, std::uint32_t copy);
    Way& way_by(unsigned port, std::uint32_t virtual_channels);
    void add_along_routes(const FlitPacket& packet, TileId tile, unsigned in_port,
                          std::uint32_t copies);
    void add_along_path(const FlitPacket& packet, TileId tile, unsigned in_port,
                        std::uint32_t copies);
    RouteOption option(const FlitPacket& packet, TileId tile, unsigned in_port,
                       TileId destination) const;
    // Gives `packet` the copies from `first` on.
    void assign(std::uint32_t packet, std::uint32_t first);

    const Topology& topology_;
    const RoutingPolicy& routing_;
    Multicast multicast_;
    std::vector<FlitPacket> packets_;
    std::vector<std::uint32_t> next_;        // in a queue, or in the list of free packets
    std::vector<std::uint32_t> first_copy_;  // kNone: unicast
    std::uint32_t free_packet_ = kNone;
    std::vector<Copy> copies_;
    std::uint32_t free_copy_ = kNone;
    std::uint64_t live_ = 0;
    std::vector<Way> ways_;  // of the packet that is being divided
};

}  // namespace cortile
