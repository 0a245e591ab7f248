// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cortile {

// An input-queued virtual-channel router with credits, as BookSim2's `iq` router has it (Jiang et
// al., "A detailed and flexible cycle-accurate network-on-chip simulator", ISPASS'13). All delays
// are in clock cycles.
//
// A head flit at the front of its virtual channel passes route computation, VC allocation, switch
// allocation, switch traversal and the link; a body flit the last three. A stage with a delay above
// 1 takes a batch of flits at a time: what comes meanwhile waits until the batch is through. A
// packet of L flits that meets no other takes, over d mesh links,
//   (routing + vc_allocation + switch_allocation + switch_traversal + link) (d + 1) + 2 + (L - 1)
// from the network interface to the last flit's ejection, with links of one cycle at both ends;
// with speculation VC and switch allocation are one stage.
struct RouterParameters {
    std::uint32_t virtual_channels = 4;  // of each input port
    std::uint32_t buffer_flits = 8;      // of each virtual channel
    std::uint32_t routing_delay = 1;     // 0: look-ahead routing, in the router before
    std::uint32_t vc_allocation_delay = 1;
    std::uint32_t switch_allocation_delay = 1;
    std::uint32_t switch_traversal_delay = 1;
    std::uint32_t credit_delay = 0;  // processing of a credit, after the wire
    std::uint32_t link_latency = 1;  // of mesh links, both ways; 1 at the network interfaces
    bool speculative = false;        // a head flit bids for the switch and for a VC at once
    // Of a board: the channel between two chips, which all links share that leave a chip on one
    // side. A flit comes to it over its link, waits for its turn, and holds it for crossing_cycles;
    // so much and crossing_latency later it is at the router of the other chip.
    static constexpr std::uint32_t kMostCrossingCycles = 4096, kMostCrossingLatency = 32768;
    std::uint32_t crossing_cycles = 1;
    std::uint32_t crossing_latency = 0;  // of credits, too
};

// Cycles from the network interface to the last flit's ejection over `links` mesh links, if nothing
// is in the way: the formula above, and crossing_cycles + crossing_latency more for each of
// `crossings` to other chips. The flits behind a head follow in as many cycles; where the channel
// holds them up, that is not counted here.
std::int64_t zero_load_latency(const RouterParameters& parameters, std::uint32_t links,
                               std::uint32_t flits, std::uint32_t crossings = 0);

// Empty if such a router can be built with `ports` ports; else what is wrong.
std::string problem_of(const RouterParameters& parameters, std::uint32_t ports);

}  // namespace cortile
