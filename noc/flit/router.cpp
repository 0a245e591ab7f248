// SPDX-License-Identifier: Apache-2.0
#include "noc/flit/router.h"

#include <algorithm>

#include "hw_model/base/error.h"

namespace cortile {

Router::Router(const RouterParameters& parameters, TileId tile, unsigned ports)
    : vcs_(static_cast<std::uint8_t>(parameters.virtual_channels)),
      ports_(static_cast<std::uint8_t>(ports)),
      depth_(static_cast<std::uint8_t>(parameters.buffer_flits)),
      pipeline_(static_cast<std::uint8_t>(
          parameters.routing_delay - 1 +
          (parameters.speculative
               ? std::max(parameters.vc_allocation_delay, parameters.switch_allocation_delay)
               : parameters.vc_allocation_delay + parameters.switch_allocation_delay))),
      tile_(tile),
      lookahead_(parameters.routing_delay == 0),
      speculative_(parameters.speculative),
      channels_(std::size_t{ports} * parameters.virtual_channels),
      buffer_(channels_.size() * parameters.buffer_flits),
      arrived_(buffer_.size()) {
    free_ = has_credit_ =
        channels_.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << channels_.size()) - 1;
    std::fill_n(credits_.begin(), channels_.size(), depth_);
    std::fill_n(last_sent_.begin(), ports, -1);
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        channels_[i].input_port = static_cast<std::uint8_t>(i / vcs_);
        channels_[i].vc = static_cast<std::uint8_t>(i % vcs_);
    }
}

void Router::add_flit(Cycle now, unsigned input_vc, const Flit& flit, const Network& network) {
    Channel& channel = channels_[input_vc];
    if (channel.flits == depth_) {
        throw ContractViolation("Router: a flit without credit");
    }
    unsigned place = channel.head + channel.flits;
    place = input_vc * depth_ + (place < depth_ ? place : place - depth_);
    buffer_[place] = flit;
    arrived_[place] = static_cast<std::uint32_t>(now);
    ++channel.flits;
    if (channel.flits - channel.read == 1) {
        if ((active_ >> input_vc & 1) != 0) {
            switching_.waiting |= std::uint64_t{1} << input_vc;
        } else {
            begin_packet(input_vc, network);
        }
    }
}

void Router::add_credit(unsigned output_vc) {
    ++credits_[output_vc];
    has_credit_ |= std::uint64_t{1} << output_vc;
}

// A head flit has come to the front.
void Router::begin_packet(unsigned input_vc, const Network& network) {
    if (lookahead_) {
        find_route(input_vc, network);
    } else {
        routing_.waiting |= std::uint64_t{1} << input_vc;
    }
}

void Router::find_route(unsigned input_vc, const Network& network) {
    Channel& channel = channels_[input_vc];
    const Flit& flit = front(input_vc);
    const std::uint64_t all = (std::uint64_t{1} << vcs_) - 1;
    if (flit.is_multicast()) {
        find_branches(input_vc, network);
        return;
    }
    ask_for_vc(input_vc);
    if (flit.destination == tile_.value) {
        channel.port = flit.local_port;
        channel.virtual_channels = all << channel.port * vcs_;
        return;
    }
    RouteQuery query{tile_, channel.input_port, tile_, TileId{std::uint32_t{flit.destination}},
                     flit.packet_class()};
    if (network.routing.needs_source()) {
        query.source = network.topology.tile_of_source(network.packets[flit.packet].source);
    }
    RouteOptions options;
    network.routing.options(query, options);
    if (options.size() == 1) {
        channel.port = static_cast<std::uint8_t>(options[0].port);
        channel.virtual_channels = std::uint64_t{options[0].virtual_channels}
                                   << channel.port * vcs_;
        return;
    }
    std::uint32_t most = 0;
    for (const RouteOption& option : options) {
        std::uint32_t room = 0;
        for_each_bit(option.virtual_channels,
                     [&](unsigned vc) { room += credits_[option.port * vcs_ + vc]; });
        if (&option == options.begin() || room > most) {
            most = room;
            channel.port = static_cast<std::uint8_t>(option.port);
            channel.virtual_channels = std::uint64_t{option.virtual_channels} << option.port * vcs_;
        }
    }
}

void Router::ask_for_vc(unsigned input_vc) {
    const std::uint64_t bit = std::uint64_t{1} << input_vc;
    allocating_.waiting |= bit;
    switching_.waiting |= speculative_ ? bit : 0;
}

// A multicast packet takes its ways one after another, each as a packet of its own would: it stays
// in its buffer, which must hold all of it, until the last way. No way waits for another, so that
// the channels depend on each other as those of unicast packets do.
void Router::find_branches(unsigned input_vc, const Network& network) {
    branching_.resize(channels_.size());
    Branching& branching = branching_[input_vc];
    branching.packet = front(input_vc).packet;
    network.packets.branch(branching.packet, tile_, channels_[input_vc].input_port,
                           branching.branches);
    std::reverse(branching.branches.begin(), branching.branches.end());
    channels_[input_vc].branches = static_cast<std::uint8_t>(branching.branches.size());
    take_branch(input_vc, network);
}

void Router::take_branch(unsigned input_vc, const Network& network) {
    Channel& channel = channels_[input_vc];
    Branching& branching = branching_[input_vc];
    const PacketBranch& branch = branching.branches.back();
    const std::uint64_t all = (std::uint64_t{1} << vcs_) - 1;
    branching.flit = network.packets.head_flit(branch.packet);
    channel.read = 0;
    channel.port = static_cast<std::uint8_t>(branch.port);
    channel.virtual_channels = (branch.virtual_channels & all) << channel.port * vcs_;
    ask_for_vc(input_vc);
}

// The tail has gone the present way. Returns whether that was the last.
bool Router::end_branch(unsigned input_vc, const Network& network) {
    Channel& channel = channels_[input_vc];
    Branching& branching = branching_[input_vc];
    const std::uint32_t taken = branching.branches.back().packet;
    branching.branches.pop_back();
    if (--channel.branches != 0) {
        take_branch(input_vc, network);
        return false;
    }
    if (taken != branching.packet) {
        network.packets.release(branching.packet);
    }
    return true;
}

// Separable iSLIP (McKeown: "The iSLIP scheduling algorithm for input-queued switches", IEEE/ACM
// ToN 7(2), 1999) of one iteration: every input virtual channel asks for all free ones that it may
// use; each of those grants one input, each input accepts one grant, both from where their pointers
// are, and pointers move beyond what was accepted.
void Router::allocate_vcs() {
    if (is_single(allocating_.working)) {
        const auto i = static_cast<unsigned>(std::countr_zero(allocating_.working));
        channels_[i].granted_vc = kNone;
        if (const std::uint64_t outputs = wanted(channels_[i]); outputs != 0) {
            grant_vc(i, first_from(outputs, vc_accept_[i]));
        }
        return;
    }
    std::array<std::uint64_t, kMostPorts> requests;
    std::uint32_t ports = 0;
    for_each_bit(allocating_.working, [&](unsigned i) {
        Channel& channel = channels_[i];
        channel.granted_vc = kNone;
        if (wanted(channel) != 0) {
            const std::uint64_t before =
                (ports >> channel.port & 1) != 0 ? requests[channel.port] : std::uint64_t{0};
            requests[channel.port] = before | std::uint64_t{1} << i;
            ports |= 1u << channel.port;
        }
    });
    for_each_bit(ports, [&](unsigned port) {
        const std::uint64_t inputs = requests[port];
        if (is_single(inputs)) {
            const auto i = static_cast<unsigned>(std::countr_zero(inputs));
            grant_vc(i, first_from(wanted(channels_[i]), vc_accept_[i]));
            return;
        }
        std::uint64_t outputs = 0, granted = 0;
        std::array<std::uint64_t, 64> offers;
        for_each_bit(inputs, [&](unsigned i) {
            outputs |= wanted(channels_[i]);
            offers[i] = 0;
        });
        for_each_bit(outputs, [&](unsigned output) {
            std::uint64_t asking = 0;
            for_each_bit(inputs, [&](unsigned i) {
                asking |= (channels_[i].virtual_channels >> output & 1) << i;
            });
            const unsigned i = first_from(asking, vc_grant_[output]);
            offers[i] |= std::uint64_t{1} << output;
            granted |= std::uint64_t{1} << i;
        });
        for_each_bit(granted,
                     [&](unsigned i) { grant_vc(i, first_from(offers[i], vc_accept_[i])); });
    });
}

void Router::grant_vc(unsigned input_vc, unsigned output_vc) {
    const auto count = static_cast<unsigned>(channels_.size());
    channels_[input_vc].granted_vc = static_cast<std::uint8_t>(output_vc);
    vc_grant_[output_vc] = static_cast<std::uint8_t>(input_vc + 1 == count ? 0 : input_vc + 1);
    vc_accept_[input_vc] = static_cast<std::uint8_t>(output_vc + 1 == count ? 0 : output_vc + 1);
}

// iSLIP again, of ports: each input port asks for an output port for one of its virtual channels,
// the next in turn. One that only hopes for a virtual channel gives way to those that have one.
void Router::allocate_switch() {
    if (is_single(switching_.working)) {
        const auto i = static_cast<unsigned>(std::countr_zero(switching_.working));
        channels_[i].granted_port = kNone;
        if (may_bid(i)) {
            grant_switch(i);
        }
        return;
    }
    std::array<std::uint32_t, kMostPorts> requests;                       // by output: inputs
    std::array<std::array<std::uint8_t, kMostPorts>, kMostPorts> chosen;  // input virtual channel
    std::uint32_t outputs = 0;
    const auto turn = [&](const Channel& channel) {
        const int from = channel.vc - next_vc_[channel.input_port];
        return from < 0 ? from + vcs_ : from;
    };
    for_each_bit(switching_.working, [&](unsigned i) {
        Channel& channel = channels_[i];
        channel.granted_port = kNone;
        if (!may_bid(i)) {
            return;
        }
        std::uint8_t& choice = chosen[channel.input_port][channel.port];
        const std::uint32_t before =
            (outputs >> channel.port & 1) != 0 ? requests[channel.port] : 0;
        if ((before >> channel.input_port & 1) != 0) {
            const bool active = (active_ >> i & 1) != 0;
            const bool other_active = (active_ >> choice & 1) != 0;
            if (active != other_active ? other_active : turn(channel) >= turn(channels_[choice])) {
                return;
            }
        }
        choice = static_cast<std::uint8_t>(i);
        requests[channel.port] = before | 1u << channel.input_port;
        outputs |= 1u << channel.port;
    });
    std::array<std::uint32_t, kMostPorts> offers;
    std::uint32_t inputs = 0;
    for_each_bit(outputs, [&](unsigned output) {
        const unsigned input = first_from(requests[output], switch_grant_[output]);
        offers[input] = ((inputs >> input & 1) != 0 ? offers[input] : 0) | 1u << output;
        inputs |= 1u << input;
    });
    for_each_bit(inputs, [&](unsigned input) {
        grant_switch(chosen[input][first_from(offers[input], switch_accept_[input])]);
    });
}

// Is there a credit for it, or for one that it may get in this cycle?
bool Router::may_bid(unsigned input_vc) const {
    const Channel& channel = channels_[input_vc];
    const bool active = (active_ >> input_vc & 1) != 0;
    const std::uint64_t ways = active ? std::uint64_t{1} << channel.output_vc : wanted(channel);
    return (ways & has_credit_) != 0;
}

void Router::grant_switch(unsigned input_vc) {
    Channel& channel = channels_[input_vc];
    const unsigned input = channel.input_port, output = channel.port;
    const auto after = [](unsigned value, unsigned count) {
        return static_cast<std::uint8_t>(value + 1 == count ? 0 : value + 1);
    };
    channel.granted_port = channel.port;
    switch_grant_[output] = after(input, ports_);
    switch_accept_[input] = after(output, ports_);
    next_vc_[input] = after(channel.vc, vcs_);
}

// At the end of switch allocation: a channel that bid before it had a virtual channel must have one
// by now, with a credit.
bool Router::may_traverse(unsigned input_vc) const {
    const Channel& channel = channels_[input_vc];
    if (channel.granted_port == kNone) {
        return false;
    }
    if ((active_ >> input_vc & 1) != 0) {
        return (has_credit_ >> channel.output_vc & 1) != 0;
    }
    return (taken_ >> input_vc & 1) != 0 && channel.granted_vc != kNone &&
           (has_credit_ >> channel.granted_vc & 1) != 0;
}

void Router::take_vcs() {
    for_each_bit(taken_, [&](unsigned i) {
        Channel& channel = channels_[i];
        const std::uint64_t bit = std::uint64_t{1} << i;
        if (channel.granted_vc == kNone) {
            allocating_.waiting |= bit;
            return;
        }
        free_ &= ~(std::uint64_t{1} << channel.granted_vc);
        channel.output_vc = channel.granted_vc;
        active_ |= bit;
        switching_.waiting |= speculative_ ? 0 : bit;
    });
}

void Router::traverse(Cycle now, unsigned input_vc, const Network& network,
                      std::vector<SwitchedFlit>& switched) {
    Channel& channel = channels_[input_vc];
    const std::uint64_t bit = std::uint64_t{1} << input_vc;
    const bool keeps_its_place = channel.branches > 1;
    unsigned place = channel.head + channel.read;
    place = input_vc * depth_ + (place < depth_ ? place : place - depth_);
    Flit flit = buffer_[place];
    if (channel.branches != 0) {
        const std::uint8_t ends = flit.flags & (Flit::kHead | Flit::kTail);
        flit = branching_[input_vc].flit;
        flit.flags = static_cast<std::uint8_t>((flit.flags & ~(Flit::kHead | Flit::kTail)) | ends);
    }
    const std::uint32_t waited =
        flit.is_head() ? static_cast<std::uint32_t>(now) - arrived_[place] - pipeline_ : 0;
    if (keeps_its_place) {
        ++channel.read;
    } else {
        channel.head = static_cast<std::uint8_t>(channel.head + 1 == depth_ ? 0 : channel.head + 1);
        --channel.flits;
    }
    const std::uint64_t output_bit = std::uint64_t{1} << channel.output_vc;
    if (--credits_[channel.output_vc] == 0) {
        has_credit_ &= ~output_bit;
    }
    // The switch takes a batch at a time; behind it a flit may wait for those before it.
    const Cycle delay = network.parameters.switch_traversal_delay;
    if (now + 1 > traversal_) {
        traversal_ = std::max(now + 1, traversal_ + delay);
    }
    Cycle& last = last_sent_[channel.port];
    last = std::max(traversal_ + delay - 1, last + 1);
    switched.push_back({flit, static_cast<std::uint8_t>(input_vc), channel.output_vc,
                        keeps_its_place, waited, last});

    if (flit.is_tail()) {
        free_ |= output_bit;
        active_ &= ~bit;
        if (channel.branches != 0 && !end_branch(input_vc, network)) {
            return;
        }
        if (channel.flits != 0) {
            begin_packet(input_vc, network);
        }
    } else if (channel.flits != channel.read) {
        switching_.waiting |= bit;
    }
}

void Router::transfer_state(StateArchive& archive) {
    const bool has_flits = std::any_of(channels_.begin(), channels_.end(),
                                       [](const Channel& channel) { return channel.flits != 0; });
    if (is_busy() || active_ != 0 || has_flits) {
        throw ContractViolation("Router: state is to be saved with flits in it");
    }
    archive(free_, has_credit_, traversal_, last_sent_, credits_, vc_grant_, vc_accept_,
            switch_grant_, switch_accept_, next_vc_);
}

void Router::step(Cycle now, const Network& network, std::vector<SwitchedFlit>& switched) {
    const RouterParameters& p = network.parameters;
    routing_.start(now, p.routing_delay);
    if (allocating_.start(now, p.vc_allocation_delay)) {
        allocate_vcs();
    }
    if (switching_.start(now, p.switch_allocation_delay)) {
        allocate_switch();
    }
    taken_ = allocating_.finish(now);
    const std::uint64_t switched_now = switching_.finish(now);
    std::uint64_t go = 0;
    for_each_bit(switched_now, [&](unsigned i) { go |= std::uint64_t{may_traverse(i)} << i; });
    switching_.waiting |= switched_now & ~go;

    const std::uint64_t routed = routing_.finish(now);
    for_each_bit(routed, [&](unsigned i) { find_route(i, network); });
    take_vcs();
    for_each_bit(go, [&](unsigned i) { traverse(now, i, network, switched); });
}

}  // namespace cortile
