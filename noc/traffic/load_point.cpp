// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/load_point.h"

#include <algorithm>

#include "noc/flit/flit_network.h"

namespace cortile {

namespace {

class Measurement final : public FlitReceiver {
  public:
    explicit Measurement(const LoadPointSetup& setup) : setup_(setup) {}

    void received(const FlitPacket& packet, Cycle now) override {
        const Cycle end = setup_.warmup + setup_.measured;
        if (now >= setup_.warmup && now < end) {
            accepted_flits_ += packet.flits;
        }
        if (packet.created < setup_.warmup || packet.created >= end) {
            return;
        }
        const auto latency = static_cast<std::size_t>(now - packet.created);
        if (latency >= latencies_.size()) {
            latencies_.resize(std::max<std::size_t>(2 * latencies_.size(), latency + 1));
        }
        ++latencies_[latency];
        ++received_;
        packet_latency_ += now - packet.created;
        network_latency_ += now - packet.injected;
        const Topology& topology = setup_.topology;
        hops_ += topology.hops(topology.tile_of_core(CoreId{packet.source}),
                               topology.tile_of_core(CoreId{packet.destination}));
    }

    std::uint64_t received() const { return received_; }
    double mean_latency() const { return mean(packet_latency_); }

    LoadPoint result() const {
        LoadPoint point;
        point.accepted = static_cast<double>(accepted_flits_) /
                         static_cast<double>(setup_.measured) / setup_.topology.cores();
        point.packets = received_;
        point.packet_latency_mean = mean(packet_latency_);
        point.network_latency_mean = mean(network_latency_);
        point.hops_mean = mean(hops_);
        point.packet_latency_p50 = percentile(0.50);
        point.packet_latency_p99 = percentile(0.99);
        return point;
    }

  private:
    template <typename Sum>
    double mean(Sum sum) const {
        return received_ == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(received_);
    }
    // The least latency that so large a share of packets does not exceed.
    Cycle percentile(double share) const {
        std::uint64_t below = 0;
        for (std::size_t latency = 0; latency < latencies_.size(); ++latency) {
            below += latencies_[latency];
            if (below != 0 &&
                static_cast<double>(below) >= share * static_cast<double>(received_)) {
                return static_cast<Cycle>(latency);
            }
        }
        return 0;
    }

    const LoadPointSetup& setup_;
    std::vector<std::uint64_t> latencies_ = std::vector<std::uint64_t>(256);
    std::uint64_t received_ = 0, accepted_flits_ = 0, hops_ = 0;
    Cycle packet_latency_ = 0, network_latency_ = 0;
};

}  // namespace

LoadPoint measure_load_point(const LoadPointSetup& setup, double offered) {
    const auto pattern = make_traffic(setup.pattern, setup.topology, setup.targets);
    FlitNetwork network(setup.topology, setup.router,
                        make_routing(setup.routing, setup.topology, setup.router.virtual_channels));
    PacketGenerator generator(*pattern, setup.topology,
                              {offered / setup.packet_flits, setup.off_to_on, setup.on_to_off},
                              setup.packet_flits, network.routing().classes(), setup.seed);
    Measurement measurement(setup);
    const Cycle end = setup.warmup + setup.measured;
    // Enough to see packets through a network that is not saturated.
    const Cycle last = end + 10 * static_cast<Cycle>(setup.latency_limit) + setup.measured;
    std::uint64_t created = 0;
    std::vector<std::uint64_t> flits_before;
    LoadPoint point;
    const auto link_flits = [&] {
        std::vector<std::uint64_t> flits;
        for (std::uint32_t tile = 0; tile < setup.topology.tiles(); ++tile) {
            for (unsigned port = 0; port < network.ports(); ++port) {
                flits.push_back(network.link(TileId{tile}, port).flits);
            }
        }
        return flits;
    };
    while (network.now() < end || measurement.received() < created) {
        const Cycle now = network.now();
        if (now == setup.warmup) {
            flits_before = link_flits();
        }
        if (now == end) {
            const std::vector<std::uint64_t> flits = link_flits();
            for (std::size_t i = 0; i < flits.size(); ++i) {
                point.link_load.push_back(static_cast<double>(flits[i] - flits_before[i]) /
                                          static_cast<double>(setup.measured));
            }
        }
        if (now == last) {
            point.is_saturated = true;
            break;
        }
        generator.generate(now, [&](const FlitPacket& packet) {
            created += now >= setup.warmup && now < end;
            network.send(packet);
        });
        network.step(measurement);
    }
    LoadPoint result = measurement.result();
    result.offered = offered;
    result.cycles = network.now();
    result.link_load = std::move(point.link_load);
    result.is_saturated = point.is_saturated || result.packet_latency_mean > setup.latency_limit;
    return result;
}

}  // namespace cortile
