// SPDX-License-Identifier: Apache-2.0
// Packets of flits over a mesh of virtual-channel routers, cycle by cycle.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "noc/api/router_parameters.h"
#include "noc/api/topology.h"
#include "noc/flit/flit.h"
#include "noc/flit/packet_store.h"
#include "noc/flit/router.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

class FlitReceiver {
  public:
    virtual ~FlitReceiver() = default;
    // The last flit of a packet reached its core in cycle `now`.
    virtual void received(const FlitPacket& packet, Cycle now) = 0;
};

class FlitNetwork {
  public:
    // Throws ConfigError for parameters that no router can have.
    FlitNetwork(const Topology& topology, const RouterParameters& parameters,
                std::unique_ptr<RoutingPolicy> routing, Multicast multicast = Multicast::unicast);

    // Puts a packet into the unbounded queue of its source (Topology::sources()), of which it may
    // leave in cycle now() at the earliest. `created` is only kept.
    void send(const FlitPacket& packet);
    // To all cores of `copies`, of which there are two at least, as one packet. Its flits must fit
    // into the buffer of a virtual channel. Not with Multicast::unicast or relay.
    void send(const FlitPacket& packet, std::span<const PacketCopy> copies);

    Cycle now() const { return now_; }
    // Carries out cycle now().
    void step(FlitReceiver& receiver);
    // Nothing is queued, buffered or on a link.
    bool is_idle() const { return packets_.live() == 0; }
    // Of an idle network.
    void skip_to(Cycle cycle);
    // Of an idle network.
    void transfer_state(StateArchive& archive);

    // A multicast packet is one until its ways part.
    std::uint64_t packets_in_flight() const { return packets_.live(); }
    // Of the link out of `tile` by `port` (routing_policy.h) since the start; local ports: into the
    // cores.
    struct LinkUse {
        std::uint64_t flits = 0;
        std::uint64_t waited = 0;  // cycles that heads of packets waited for it

        void transfer_state(StateArchive& archive) { archive(flits, waited); }
    };
    const LinkUse& link(TileId tile, unsigned port) const {
        return links_[tile.value * ports_ + port];
    }
    // Of the channel out of chip `chip` of a board, to the side of port `port`.
    const LinkUse& channel(std::uint32_t chip, unsigned port) const {
        return channels_[std::size_t{chip} * 4 + port].use;
    }
    unsigned ports() const { return ports_; }
    const RoutingPolicy& routing() const { return *routing_; }

  private:
    // Between a source and its router.
    struct Interface {
        std::uint32_t router = 0;
        std::uint8_t port = 0;
        std::uint8_t vc = 0;
        std::uint8_t last_vc = 0xFF;        // that took a packet
        std::uint32_t flits_left = 0;       // of the packet at the front; 0: it has not begun
        std::uint32_t first = 0, last = 0;  // of the queue, kEnd if it is empty
        std::array<std::uint8_t, 16> credits{};
    };
    struct Arrival {
        std::uint32_t router;
        std::uint32_t input_vc;
        Flit flit;
    };
    struct Credit {
        std::uint32_t router = 0;  // or interface
        std::uint32_t vc = 0;

        void transfer_state(StateArchive& archive) { archive(router, vc); }
    };
    // A flit at the channel to another chip.
    struct Crossing {
        std::uint32_t channel;
        std::uint32_t from;  // router
        Cycle since;
        Arrival arrival;
    };
    // Every flit in the queue holds the credit of its place behind the channel.
    struct Channel {
        std::deque<Crossing> queue;
        Cycle free = 0;
        LinkUse use;
    };
    // What happens in one cycle.
    struct Slot {
        std::vector<Arrival> arrivals;
        std::vector<Crossing> crossings;
        std::vector<Credit> credits, interface_credits;
        std::vector<std::uint32_t> ejections;  // packets
    };
    static constexpr std::uint32_t kEnd = 0xFFFFFFFF;

    Slot& at(Cycle cycle) { return wheel_[static_cast<std::size_t>(cycle) & wheel_mask_]; }
    void enqueue(std::uint32_t packet);
    void step_interface(std::uint32_t source);
    void step_channels(std::vector<Crossing>& arrived);
    void route_on(std::uint32_t router, const SwitchedFlit& switched);
    void eject(std::uint32_t packet, FlitReceiver& receiver);

    Topology topology_;
    RouterParameters parameters_;
    std::unique_ptr<RoutingPolicy> routing_;
    unsigned ports_ = 0;
    std::vector<Router> routers_;
    std::vector<Interface> interfaces_;             // of each source
    std::vector<std::uint32_t> neighbour_;          // router * 4 + port; kEnd at the edge
    std::vector<std::uint32_t> interface_of_port_;  // router * ports_ + port
    std::vector<std::uint32_t> channel_of_;         // router * 4 + port; kEnd: to the same chip
    std::vector<Channel> channels_;                 // chip * 4 + port
    std::uint64_t queued_ = 0;                      // flits at channels
    PacketStore packets_;
    std::vector<std::uint64_t> busy_routers_, busy_interfaces_;  // bits
    std::vector<Slot> wheel_;
    std::size_t wheel_mask_ = 0;
    std::vector<SwitchedFlit> switched_;
    std::vector<LinkUse> links_;  // tile * ports_ + port
    Cycle now_ = 0;
};

}  // namespace cortile
