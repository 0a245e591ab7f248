// SPDX-License-Identifier: Apache-2.0
// One router: the state of all its virtual channels as bit masks, and a clock cycle of it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hw_model/state/state_archive.h"
#include "noc/api/router_parameters.h"
#include "noc/flit/flit.h"
#include "noc/flit/packet_store.h"
#include "noc/flit/round_robin.h"
#include "noc/routing/routing_policy.h"

namespace cortile {

inline constexpr unsigned kMostPorts = 16;

// A flit that was granted the switch.
struct SwitchedFlit {
    Flit flit;
    std::uint8_t input_vc = 0, output_vc = 0;  // port * virtual channels + virtual channel
    bool keeps_its_place = false;  // in the buffer, for another branch of a multicast packet
    std::uint32_t waited = 0;      // of a head: beyond the pipeline's own cycles
    Cycle sent = 0;                // on the link, behind the switch
};

// Input and output virtual channels are numbered port * virtual channels + virtual channel; masks
// have a bit for each.
//
// The order within a cycle is BookSim2's: flits and credits that arrive; route computation; VC
// allocation; switch allocation, both on what was so before this cycle; then all of them take
// effect. Routers meet through links of at least one cycle, so their order does not matter.
class Router {
  public:
    // What a router needs to know of its network.
    struct Network {
        const RouterParameters& parameters;
        const RoutingPolicy& routing;
        PacketStore& packets;
        const Topology& topology;
    };

    Router(const RouterParameters& parameters, TileId tile, unsigned ports);

    // Throws ContractViolation if there is no room, which credits prevent.
    void add_flit(Cycle now, unsigned input_vc, const Flit& flit, const Network& network);
    void add_credit(unsigned output_vc);
    // Appends what was switched.
    void step(Cycle now, const Network& network, std::vector<SwitchedFlit>& switched);

    // Has step() anything to do in the next cycle?
    bool is_busy() const { return (routing_.all() | allocating_.all() | switching_.all()) != 0; }
    // Of a router without flits: arbiters, the switch's times, credits that are on their way back.
    void transfer_state(StateArchive& archive);
    std::uint32_t credits(unsigned output_vc) const { return credits_[output_vc]; }

  private:
    // Virtual channels that a stage works on. It takes all that wait at once.
    struct Stage {
        std::uint64_t waiting = 0, working = 0;
        Cycle done = 0;

        std::uint64_t all() const { return waiting | working; }
        // Starts with what waits, if it is free: was there anything?
        bool start(Cycle now, std::uint32_t delay) {
            if (working != 0 || waiting == 0) {
                return false;
            }
            working = waiting;
            waiting = 0;
            done = now + delay - 1;
            return true;
        }
        std::uint64_t finish(Cycle now) {
            if (working == 0 || done != now) {
                return 0;
            }
            const std::uint64_t finished = working;
            working = 0;
            return finished;
        }
    };
    struct Channel {  // an input virtual channel
        std::uint8_t input_port = 0, vc = 0;
        std::uint8_t head = 0, flits = 0;  // of its buffer
        std::uint8_t port = 0;             // its front packet's way on
        std::uint8_t output_vc = 0;        // if it is active
        std::uint8_t granted_vc = 0;       // by VC allocation that is under way, or kNone
        std::uint8_t granted_port = 0;     // by switch allocation that is under way, or kNone
        std::uint8_t branches = 0;         // ways that the front packet still takes; unicast: 0
        std::uint8_t read = 0;  // flits of it that have gone the present way and stay here
        std::uint64_t virtual_channels = 0;  // of outputs, that it may ask for
    };
    static constexpr std::uint8_t kNone = 0xFF;

    const Flit& front(unsigned input_vc) const {
        return buffer_[input_vc * depth_ + channels_[input_vc].head];
    }
    std::uint64_t wanted(const Channel& channel) const { return free_ & channel.virtual_channels; }
    void begin_packet(unsigned input_vc, const Network& network);
    void find_route(unsigned input_vc, const Network& network);
    void find_branches(unsigned input_vc, const Network& network);
    void take_branch(unsigned input_vc, const Network& network);
    void ask_for_vc(unsigned input_vc);
    bool end_branch(unsigned input_vc, const Network& network);
    void allocate_vcs();
    void grant_vc(unsigned input_vc, unsigned output_vc);
    void allocate_switch();
    bool may_bid(unsigned input_vc) const;
    void grant_switch(unsigned input_vc);
    bool may_traverse(unsigned input_vc) const;
    void take_vcs();
    void traverse(Cycle now, unsigned input_vc, const Network& network,
                  std::vector<SwitchedFlit>& switched);

    std::uint8_t vcs_, ports_, depth_;
    std::uint8_t pipeline_;  // cycles from a head's arrival to the switch, if nothing is in its way
    TileId tile_;
    bool lookahead_, speculative_;
    // Switch allocation is of channels with an output virtual channel and a flit; with speculation
    // of those that ask for one, too.
    Stage routing_, allocating_, switching_;
    std::uint64_t active_ = 0;  // have an output virtual channel
    std::uint64_t free_;        // output virtual channels that no packet holds
    std::uint64_t has_credit_;  // output virtual channels
    std::uint64_t taken_ = 0;   // input virtual channels whose VC allocation ends in this cycle
    Cycle traversal_ = -1000;   // start of the last batch in the switch
    std::array<Cycle, kMostPorts> last_sent_{};  // by output port
    std::array<std::uint8_t, 64> credits_{};
    // Where the round-robin arbiters of the allocators begin.
    std::array<std::uint8_t, 64> vc_grant_{}, vc_accept_{};
    std::array<std::uint8_t, kMostPorts> switch_grant_{}, switch_accept_{}, next_vc_{};
    std::vector<Channel> channels_;
    std::vector<Flit> buffer_;
    std::vector<std::uint32_t> arrived_;  // cycle, of each flit in the buffer, modulo 2^32
    // Of multicast packets, by input virtual channel; empty before the first.
    struct Branching {
        std::uint32_t packet = 0;            // that came
        std::vector<PacketBranch> branches;  // the last is the present one
        Flit flit;                           // the head of the present one
    };
    std::vector<Branching> branching_;
};

}  // namespace cortile
