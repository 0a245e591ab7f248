// SPDX-License-Identifier: Apache-2.0
// Spikes as packets of flits through the flit-level network, timestep by timestep.
#include <algorithm>
#include <limits>
#include <queue>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "noc/api/noc_engine.h"
#include "noc/engines/checks.h"
#include "noc/engines/link_counters.h"
#include "noc/engines/relaying.h"
#include "noc/flit/check_routing.h"
#include "noc/flit/flit_network.h"

namespace cortile {

namespace {

class CycleAccurate final : public NocEngine, private FlitReceiver {
  public:
    CycleAccurate(const Topology& topology, const CycleAccurateTiming& timing)
        : topology_(topology),
          timing_(timing),
          network_(topology, timing.router, check_routing(topology, timing), timing.multicast),
          arrived_(topology.cores()),
          cleared_(topology.tiles() * network_.ports()),
          cleared_channels_(std::size_t{topology.chips()} * 4) {
        check_multicast();
    }

    std::string name() const override { return "cycle_accurate"; }

    void run_timestep(PacketSource& source, PacketSink& sink, Executor&) override {
        collect(source);
        start_ = network_.now();
        std::size_t next = 0;
        constexpr Cycle kNever = std::numeric_limits<Cycle>::max();
        for (;;) {
            const Cycle injection = next < order_.size() ? start_ + order_[next].cycle : kNever;
            const Cycle relay = relays_.empty() ? kNever : relays_.top().cycle;
            if (network_.is_idle()) {
                if (std::min(injection, relay) == kNever) {
                    break;
                }
                network_.skip_to(std::min(injection, relay));
            }
            for (; next < order_.size() && start_ + order_[next].cycle == network_.now(); ++next) {
                send(order_[next]);
            }
            for (; !relays_.empty() && relays_.top().cycle == network_.now(); relays_.pop()) {
                pass_on(relays_.top().packet);
            }
            network_.step(*this);
        }
        for (std::uint32_t core = 0; core < topology_.cores(); ++core) {
            std::vector<SpikePacket>& packets = arrived_[core];
            if (!packets.empty()) {
                std::stable_sort(
                    packets.begin(), packets.end(),
                    [](const SpikePacket& a, const SpikePacket& b) { return a.is_before(b); });
                sink.deliver(CoreId{core}, 0, packets);
                packets.clear();
            }
        }
    }

    // Hops as they were taken, detours included.
    NocCounters counters() const override {
        NocCounters result = totals_;
        for (std::uint32_t tile = 0; tile < topology_.tiles(); ++tile) {
            const auto packets = [&](Direction direction) {
                return link(TileId{tile}, direction).packets;
            };
            result.hops_x += packets(Direction::east) + packets(Direction::west);
            result.hops_y += packets(Direction::north) + packets(Direction::south);
        }
        for (std::uint32_t chip = 0; chip < topology_.chips(); ++chip) {
            for (unsigned port = 0; port < kFirstLocalPort; ++port) {
                result.crossings += crossing(chip, static_cast<Direction>(port)).packets;
            }
        }
        return result;
    }
    LinkCounters link(TileId tile, Direction direction) const override {
        LinkCounters result;
        const bool local = direction == Direction::local;
        const unsigned first = local ? kFirstLocalPort : static_cast<unsigned>(direction);
        const unsigned end = local ? network_.ports() : first + 1;
        for (unsigned port = first; port < end; ++port) {
            add(network_.link(tile, port), cleared_[tile.value * network_.ports() + port], result);
        }
        return result;
    }
    LinkCounters crossing(std::uint32_t chip, Direction direction) const override {
        if (chip >= topology_.chips() || direction == Direction::local) {
            throw ContractViolation(fmt::format("noc: channel {} of chip {} on a board of {}",
                                                static_cast<int>(direction), chip,
                                                topology_.chips()));
        }
        const auto port = static_cast<unsigned>(direction);
        LinkCounters result;
        add(network_.channel(chip, port), cleared_channels_[std::size_t{chip} * 4 + port], result);
        return result;
    }
    void transfer_state(StateArchive& archive) override {
        archive(totals_, sent_, network_);
        archive.fixed(cleared_);
        archive.fixed(cleared_channels_);
    }
    void clear_counters() override {
        totals_ = {};
        for (std::uint32_t tile = 0; tile < topology_.tiles(); ++tile) {
            for (unsigned port = 0; port < network_.ports(); ++port) {
                cleared_[tile * network_.ports() + port] = network_.link(TileId{tile}, port);
            }
        }
        for (std::size_t i = 0; i < cleared_channels_.size(); ++i) {
            cleared_channels_[i] =
                network_.channel(static_cast<std::uint32_t>(i / 4), static_cast<unsigned>(i % 4));
        }
    }
    void release_buffers() override {
        packets_ = {};
        order_ = {};
        for (std::vector<SpikePacket>& packets : arrived_) {
            packets = {};
        }
    }

  private:
    void check_multicast() const {
        const Multicast multicast = timing_.multicast;
        const bool branches = multicast == Multicast::tree || multicast == Multicast::path;
        if (branches && timing_.packet_flits > timing_.router.buffer_flits) {
            throw ConfigError(
                "noc.buffer_flits",
                fmt::format("{}, but a packet that branches waits in a buffer as a whole: {} flits",
                            timing_.router.buffer_flits, timing_.packet_flits),
                fmt::format("noc.buffer_flits: {}, or noc.multicast: unicast",
                            timing_.packet_flits));
        }
        if (multicast == Multicast::path && timing_.routing != "hamiltonian") {
            throw ConfigError("noc.multicast",
                              fmt::format("path goes along a Hamiltonian path, which routing {} "
                                          "does not",
                                          timing_.routing),
                              "noc.routing: hamiltonian, or noc.multicast: tree");
        }
    }

    struct Injection {
        Cycle cycle;  // since the start of the timestep
        std::uint32_t packet;
        std::uint32_t copies;  // of the spike, from `packet` on, that travel together
    };
    struct Relay {
        Cycle cycle;
        std::uint32_t packet;
        bool operator>(const Relay& other) const {
            return std::pair(cycle, packet) > std::pair(other.cycle, other.packet);
        }
    };

    // What a link carried since it was cleared.
    void add(const FlitNetwork::LinkUse& now, const FlitNetwork::LinkUse& then,
             LinkCounters& result) const {
        result.packets += (now.flits - then.flits) / timing_.packet_flits;
        result.waited += static_cast<Picoseconds>(now.waited - then.waited) * timing_.clock_period;
    }

    void collect(PacketSource& source) {
        packets_.clear();
        order_.clear();
        for (std::uint32_t s = 0; s < topology_.sources(); ++s) {
            const std::size_t first = packets_.size();
            source.collect(s, 0, packets_);
            const std::span<SpikePacket> own(packets_.begin() + static_cast<std::ptrdiff_t>(first),
                                             packets_.end());
            if (!is_injection_valid(own, s, topology_.cores())) {
                throw_invalid_injection(own, s, topology_.cores());
            }
            order(s, own, static_cast<std::uint32_t>(first));
        }
        std::stable_sort(order_.begin(), order_.end(),
                         [](const Injection& a, const Injection& b) { return a.cycle < b.cycle; });
    }

    void order(std::uint32_t source, std::span<SpikePacket> own, std::uint32_t first) {
        // A packet enters its queue with the first clock edge at which it is there.
        const auto add = [&](const SpikePacket& packet, std::size_t copies) {
            order_.push_back({(packet.time() + timing_.clock_period - 1) / timing_.clock_period,
                              first + static_cast<std::uint32_t>(&packet - own.data()),
                              static_cast<std::uint32_t>(copies)});
        };
        for_each_spike(own, [&](std::span<SpikePacket> copies) {
            switch (timing_.multicast) {
                case Multicast::unicast:
                    for (const SpikePacket& copy : copies) {
                        add(copy, 1);
                    }
                    break;
                case Multicast::relay:
                    order_for_relay(topology_, topology_.tile_of_source(source), copies);
                    add(copies[0], 1);
                    break;
                case Multicast::tree:
                case Multicast::path:
                    add(copies[0], copies.size());
                    break;
            }
        });
    }

    FlitPacket make_packet(std::uint32_t index, std::uint32_t source) {
        FlitPacket packet;
        packet.source = source;
        packet.destination = packets_[index].core();
        packet.flits = timing_.packet_flits;
        packet.packet_class =
            network_.routing().classes() == 1 ? 0 : static_cast<std::uint32_t>(sent_++ & 1);
        packet.created = network_.now();
        packet.user = index;
        return packet;
    }

    void send(const Injection& injection) {
        const FlitPacket packet =
            make_packet(injection.packet, packets_[injection.packet].source());
        totals_.injected += 1;
        totals_.packets += injection.copies;
        if (injection.copies == 1) {
            network_.send(packet);
            return;
        }
        copies_.clear();
        for (std::uint32_t i = 0; i < injection.copies; ++i) {
            copies_.push_back({packets_[injection.packet + i].core(), injection.packet + i});
        }
        network_.send(packet, copies_);
    }

    // From the core that has the copy before.
    void pass_on(std::uint32_t index) {
        totals_.packets += 1;
        network_.send(make_packet(index, packets_[index - 1].core()));
    }

    void relay(std::uint32_t index, Cycle now) {
        const Cycle cycles = (timing_.relay + timing_.clock_period - 1) / timing_.clock_period;
        // What arrives in this cycle is passed on in the next at the earliest.
        relays_.push({now + std::max<Cycle>(cycles, 1), index});
    }

    void received(const FlitPacket& packet, Cycle now) override {
        if (now - start_ > SpikePacket::kMaxTime / timing_.clock_period) {
            throw ConfigError("noc.clock",
                              fmt::format("a timestep takes longer than {} s, the most that a "
                                          "packet's time can say",
                                          SpikePacket::kMaxTime / 1'000'000'000'000),
                              "a faster clock");
        }
        const SpikePacket& spike = packets_[packet.user];
        arrived_[packet.destination].emplace_back((now - start_) * timing_.clock_period,
                                                  spike.target(), packet.source, spike.value());
        if (timing_.multicast == Multicast::relay && packet.user + 1 < packets_.size() &&
            packets_[packet.user + 1].is_copy_of(packets_[packet.user])) {
            relay(static_cast<std::uint32_t>(packet.user) + 1, now);
        }
        const TileId from = topology_.tile_of_source(packet.source);
        const TileId to = topology_.tile_of_core(CoreId{packet.destination});
        const Cycle unloaded =
            zero_load_latency(timing_.router, topology_.hops(from, to), timing_.packet_flits,
                              topology_.crossings(from, to));
        totals_.waited += (now - packet.created - unloaded) * timing_.clock_period;
    }

    Topology topology_;
    CycleAccurateTiming timing_;
    FlitNetwork network_;
    NocCounters totals_;
    std::vector<SpikePacket> packets_;  // of the timestep
    std::vector<Injection> order_;
    std::vector<PacketCopy> copies_;                 // of the packet that is being sent
    std::vector<std::vector<SpikePacket>> arrived_;  // by core
    std::priority_queue<Relay, std::vector<Relay>, std::greater<>> relays_;
    std::uint64_t sent_ = 0;                     // packets, of a routing with classes
    std::vector<FlitNetwork::LinkUse> cleared_;  // at the last clear
    std::vector<FlitNetwork::LinkUse> cleared_channels_;
    Cycle start_ = 0;
};

}  // namespace

std::unique_ptr<NocEngine> make_cycle_accurate(const Topology& topology,
                                               const CycleAccurateTiming& timing) {
    check_topology(topology);
    return std::make_unique<CycleAccurate>(topology, timing);
}

NocTiming approximate_timing(const CycleAccurateTiming& timing) {
    const auto cycles = [&](std::int64_t n) { return n * timing.clock_period; };
    const std::int64_t none = zero_load_latency(timing.router, 0, timing.packet_flits);
    const std::int64_t one = zero_load_latency(timing.router, 1, timing.packet_flits);
    // The whole packet at each channel: exact for one flit. Of more, those behind the head would
    // catch up in the routers between two channels.
    const std::int64_t packet = std::int64_t{timing.packet_flits} * timing.router.crossing_cycles;
    const std::int64_t channel =
        packet + timing.router.crossing_latency - (timing.packet_flits - 1);
    return {cycles(one - none),
            cycles(one - none),
            cycles(none),
            cycles(timing.packet_flits),
            cycles(timing.packet_flits),
            timing.multicast,
            timing.relay,
            cycles(channel),
            cycles(packet)};
}

}  // namespace cortile
