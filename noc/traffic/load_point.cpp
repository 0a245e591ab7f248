// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/load_point.h"

#include <algorithm>

#include "noc/flit/check_routing.h"
#include "noc/flit/flit_network.h"
#include "noc/traffic/engine_load_point.h"
#include "noc/traffic/load_statistics.h"

namespace cortile {

namespace {

class Measurement final : public FlitReceiver {
  public:
    explicit Measurement(const LoadPointSetup& setup) : statistics(setup) {}
    void received(const FlitPacket& packet, Cycle now) override { statistics.note(packet, now); }

    LoadStatistics statistics;
};

// From flits a cycle to the share of cycles: at most all, with a flit that the last cycle cuts.
void use_of_channels(unsigned ports, const LoadPointSetup& setup, LoadPoint& point) {
    for (std::size_t i = std::size_t{setup.topology.tiles()} * ports; i < point.link_load.size();
         ++i) {
        point.link_load[i] = std::min(1.0, point.link_load[i] * setup.router.crossing_cycles);
    }
}

LoadPoint measure_flits(const LoadPointSetup& setup, double offered) {
    const auto pattern = make_traffic(setup.pattern, setup.topology, setup.targets);
    FlitNetwork network(setup.topology, setup.router,
                        check_routing(setup.topology, timing_of(setup)));
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
        for (std::uint32_t chip = 0; setup.topology.chips() > 1 && chip < setup.topology.chips();
             ++chip) {
            for (unsigned port = 0; port < kFirstLocalPort; ++port) {
                flits.push_back(network.channel(chip, port).flits);
            }
        }
        return flits;
    };
    while (network.now() < end || measurement.statistics.received() < created) {
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
            use_of_channels(network.ports(), setup, point);
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
    LoadPoint result = measurement.statistics.result();
    result.offered = offered;
    result.cycles = network.now();
    result.link_load = std::move(point.link_load);
    result.is_saturated = point.is_saturated || result.packet_latency_mean > setup.latency_limit;
    return result;
}

}  // namespace

LoadPoint measure_load_point(const LoadPointSetup& setup, double offered) {
    return setup.timing == "cycle_accurate" && setup.fanout == 1
               ? measure_flits(setup, offered)
               : measure_on_engine(setup, offered);
}

}  // namespace cortile
