// SPDX-License-Identifier: Apache-2.0
#include "noc/flit/flit_network.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Cycles of the wires between a core's network interface and its router, both ways.
constexpr Cycle kLocalLink = 1;

}  // namespace

FlitNetwork::FlitNetwork(const Topology& topology, const RouterParameters& parameters,
                         std::unique_ptr<RoutingPolicy> routing, Multicast multicast)
    : topology_(topology),
      parameters_(parameters),
      routing_(std::move(routing)),
      packets_(topology_, *routing_, multicast) {
    const std::uint32_t tiles = topology.tiles();
    std::vector<std::uint8_t> local_ports(tiles, 0);
    interfaces_.resize(topology.sources());
    for (std::uint32_t s = 0; s < interfaces_.size(); ++s) {
        Interface& interface = interfaces_[s];
        interface.router = topology.tile_of_source(s).value;
        interface.port = static_cast<std::uint8_t>(kFirstLocalPort + local_ports[interface.router]);
        interface.first = interface.last = kEnd;
        interface.credits.fill(static_cast<std::uint8_t>(parameters.buffer_flits));
        ++local_ports[interface.router];
    }
    ports_ = kFirstLocalPort + *std::max_element(local_ports.begin(), local_ports.end());
    if (ports_ > kMostPorts) {
        throw ContractViolation("FlitNetwork: more ports than a router has");
    }
    if (const std::string problem = problem_of(parameters, ports_); !problem.empty()) {
        throw ConfigError("noc", problem);
    }
    neighbour_.assign(std::size_t{tiles} * 4, kEnd);
    channel_of_.assign(std::size_t{tiles} * 4, kEnd);
    channels_.resize(std::size_t{topology.chips()} * 4);
    for (std::uint32_t tile = 0; tile < tiles; ++tile) {
        routers_.emplace_back(parameters, TileId{tile}, kFirstLocalPort + local_ports[tile]);
        for (unsigned port = 0; port < kFirstLocalPort; ++port) {
            if (const auto next = topology.neighbour(TileId{tile}, port)) {
                neighbour_[std::size_t{tile} * 4 + port] = next->value;
            }
            if (topology.leaves_chip(TileId{tile}, port)) {
                channel_of_[std::size_t{tile} * 4 + port] = topology.chip(TileId{tile}) * 4 + port;
            }
        }
    }
    interface_of_port_.assign(std::size_t{tiles} * ports_, kEnd);
    for (std::uint32_t s = 0; s < interfaces_.size(); ++s) {
        interface_of_port_[interfaces_[s].router * ports_ + interfaces_[s].port] = s;
    }
    links_.assign(std::size_t{tiles} * ports_, {});
    busy_routers_.assign((tiles + 63) / 64, 0);
    busy_interfaces_.assign((interfaces_.size() + 63) / 64, 0);
    // The longest that anything is on its way: through the switch behind another batch, and back.
    const std::uint32_t longest = 4 * parameters.switch_traversal_delay + parameters.link_latency +
                                  parameters.credit_delay + parameters.crossing_cycles +
                                  parameters.crossing_latency + 8;
    wheel_.resize(std::bit_ceil(longest));
    wheel_mask_ = wheel_.size() - 1;
}

void FlitNetwork::send(const FlitPacket& packet) {
    enqueue(packets_.add(packet));
}

void FlitNetwork::send(const FlitPacket& packet, std::span<const PacketCopy> copies) {
    if (packet.flits > parameters_.buffer_flits) {
        throw ContractViolation("FlitNetwork: a multicast packet that no buffer holds");
    }
    enqueue(packets_.add(packet, copies));
}

void FlitNetwork::enqueue(std::uint32_t packet) {
    const std::uint32_t source = packets_[packet].source;
    Interface& interface = interfaces_[source];
    if (interface.first == kEnd) {
        interface.first = packet;
        busy_interfaces_[source / 64] |= std::uint64_t{1} << source % 64;
    } else {
        packets_.next(interface.last) = packet;
    }
    interface.last = packet;
}

void FlitNetwork::skip_to(Cycle cycle) {
    if (!is_idle()) {
        throw ContractViolation("FlitNetwork: cycles skipped with packets in flight");
    }
    now_ = std::max(now_, cycle);
}

// What an idle network still has on its way are credits.
void FlitNetwork::transfer_state(StateArchive& archive) {
    const bool has_flits = std::any_of(wheel_.begin(), wheel_.end(), [](const Slot& slot) {
        return !slot.arrivals.empty() || !slot.crossings.empty() || !slot.ejections.empty();
    });
    if (!is_idle() || has_flits || queued_ != 0) {
        throw ContractViolation("FlitNetwork: state is to be saved with packets in flight");
    }
    archive(now_);
    archive.fixed(links_);
    for (Channel& channel : channels_) {
        archive(channel.free, channel.use);
    }
    for (Interface& interface : interfaces_) {
        archive(interface.last_vc, interface.credits);
    }
    for (Slot& slot : wheel_) {
        archive.list(slot.credits);
        archive.list(slot.interface_credits);
    }
    for (Router& router : routers_) {
        archive(router);
    }
}

void FlitNetwork::step(FlitReceiver& receiver) {
    Router::Network network{parameters_, *routing_, packets_, topology_};
    Slot& slot = at(now_);
    for (const Credit& credit : slot.credits) {
        routers_[credit.router].add_credit(credit.vc);
    }
    for (const Credit& credit : slot.interface_credits) {
        ++interfaces_[credit.router].credits[credit.vc];
    }
    for (const Arrival& arrival : slot.arrivals) {
        routers_[arrival.router].add_flit(now_, arrival.input_vc, arrival.flit, network);
        busy_routers_[arrival.router / 64] |= std::uint64_t{1} << arrival.router % 64;
    }
    for (const std::uint32_t packet : slot.ejections) {
        eject(packet, receiver);
    }
    step_channels(slot.crossings);
    slot.credits.clear();
    slot.interface_credits.clear();
    slot.arrivals.clear();
    slot.ejections.clear();
    for (std::size_t word = 0; word < busy_interfaces_.size(); ++word) {
        for_each_bit(busy_interfaces_[word], [&](unsigned bit) {
            step_interface(static_cast<std::uint32_t>(word * 64 + bit));
        });
    }
    for (std::size_t word = 0; word < busy_routers_.size(); ++word) {
        for_each_bit(busy_routers_[word], [&](unsigned bit) {
            const auto r = static_cast<std::uint32_t>(word * 64 + bit);
            switched_.clear();
            routers_[r].step(now_, network, switched_);
            for (const SwitchedFlit& flit : switched_) {
                route_on(r, flit);
            }
            if (!routers_[r].is_busy()) {
                busy_routers_[word] &= ~(std::uint64_t{1} << bit);
            }
        });
    }
    ++now_;
}

void FlitNetwork::eject(std::uint32_t packet, FlitReceiver& receiver) {
    // A copy: the receiver may send, which adds packets.
    const FlitPacket arrived = packets_[packet];
    packets_.release(packet);
    receiver.received(arrived, now_);
}

// A flit a cycle; a packet's virtual channel is the next one, in turn, that has room.
void FlitNetwork::step_interface(std::uint32_t source) {
    Interface& interface = interfaces_[source];
    const std::uint32_t index = interface.first;
    FlitPacket& packet = packets_[index];
    const bool is_head = interface.flits_left == 0;
    if (is_head) {
        const unsigned vcs = parameters_.virtual_channels;
        unsigned vc = interface.last_vc == 0xFF ? vcs - 1 : interface.last_vc;
        unsigned tried = 0;
        do {
            vc = vc + 1 == vcs ? 0 : vc + 1;
        } while (interface.credits[vc] == 0 && ++tried < vcs);
        if (interface.credits[vc] == 0) {
            return;
        }
        interface.vc = interface.last_vc = static_cast<std::uint8_t>(vc);
        interface.flits_left = packet.flits;
        packet.injected = now_;
    } else if (interface.credits[interface.vc] == 0) {
        return;
    }
    --interface.credits[interface.vc];
    --interface.flits_left;
    const bool is_tail = interface.flits_left == 0;
    Flit flit = packets_.head_flit(index);
    flit.flags =
        static_cast<std::uint8_t>((flit.flags & ~(Flit::kHead | Flit::kTail)) |
                                  (is_head ? Flit::kHead : 0) | (is_tail ? Flit::kTail : 0));
    at(now_ + 1 + kLocalLink)
        .arrivals.push_back(
            {interface.router, interface.port * parameters_.virtual_channels + interface.vc, flit});
    if (is_tail) {
        interface.first = packets_.next(index);
        if (interface.first == kEnd) {
            busy_interfaces_[source / 64] &= ~(std::uint64_t{1} << source % 64);
        }
    }
}

// First come first served; of those that come in the same cycle, in the order of their rows or
// columns. A router sends a channel one flit a cycle.
void FlitNetwork::step_channels(std::vector<Crossing>& arrived) {
    std::sort(arrived.begin(), arrived.end(),
              [](const Crossing& a, const Crossing& b) { return a.from < b.from; });
    for (const Crossing& crossing : arrived) {
        channels_[crossing.channel].queue.push_back(crossing);
    }
    queued_ += arrived.size();
    arrived.clear();
    if (queued_ == 0) {
        return;
    }
    for (Channel& channel : channels_) {
        if (channel.queue.empty() || channel.free > now_) {
            continue;
        }
        const Crossing& next = channel.queue.front();
        channel.free = now_ + parameters_.crossing_cycles;
        at(channel.free + parameters_.crossing_latency).arrivals.push_back(next.arrival);
        ++channel.use.flits;
        if (next.arrival.flit.is_head()) {
            channel.use.waited += static_cast<std::uint64_t>(now_ - next.since);
        }
        channel.queue.pop_front();
        --queued_;
    }
}

// A flit leaves router `r`: on to the next one, and a credit back to where it came from.
void FlitNetwork::route_on(std::uint32_t r, const SwitchedFlit& switched) {
    const unsigned vcs = parameters_.virtual_channels;
    const unsigned out_port = switched.output_vc / vcs, in_port = switched.input_vc / vcs;
    const unsigned out_vc = switched.output_vc - out_port * vcs;
    const unsigned in_vc = switched.input_vc - in_port * vcs;
    LinkUse& use = links_[r * ports_ + out_port];
    ++use.flits;
    use.waited += switched.waited;
    if (out_port < kFirstLocalPort) {
        const std::size_t link = std::size_t{r} * 4 + out_port;
        const Cycle there = switched.sent + 1 + parameters_.link_latency;
        const Arrival arrival{neighbour_[link], Topology::opposite(out_port) * vcs + out_vc,
                              switched.flit};
        if (switched.flit.is_head()) {
            FlitPacket& packet = packets_[switched.flit.packet];
            ++(out_port < kNorth ? packet.hops_x : packet.hops_y);
            if (channel_of_[link] != kEnd) {
                ++packet.crossings;
            }
        }
        if (channel_of_[link] == kEnd) {
            at(there).arrivals.push_back(arrival);
        } else {
            at(there).crossings.push_back({channel_of_[link], r, there, arrival});
        }
    } else {
        const Cycle ejected = switched.sent + 1 + kLocalLink;
        if (switched.flit.is_tail()) {
            at(ejected).ejections.push_back(switched.flit.packet);
        }
        at(ejected + 1 + kLocalLink + parameters_.credit_delay)
            .credits.push_back({r, switched.output_vc});
    }
    if (switched.keeps_its_place) {
        return;
    }
    if (in_port < kFirstLocalPort) {
        const std::size_t link = std::size_t{r} * 4 + in_port;
        const Cycle wire = channel_of_[link] == kEnd ? 0 : parameters_.crossing_latency;
        at(now_ + 1 + parameters_.link_latency + wire + parameters_.credit_delay)
            .credits.push_back({neighbour_[link], Topology::opposite(in_port) * vcs + in_vc});
    } else {
        at(now_ + 1 + kLocalLink)
            .interface_credits.push_back({interface_of_port_[r * ports_ + in_port], in_vc});
    }
}

}  // namespace cortile
