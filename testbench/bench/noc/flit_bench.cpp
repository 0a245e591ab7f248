// SPDX-License-Identifier: Apache-2.0
// Simulated cycles a second of the flit-level network under uniform traffic, packets of one flit
// and four virtual channels. Arguments: mesh width, load in thousandths of a flit a core and cycle.
#include <benchmark/benchmark.h>

#include "noc/flit/flit_network.h"
#include "noc/traffic/packet_generator.h"

namespace cortile {
namespace {

class Counter final : public FlitReceiver {
  public:
    std::uint64_t packets = 0;
    void received(const FlitPacket&, Cycle) override { ++packets; }
};

void uniform(benchmark::State& state) {
    Topology topology;
    topology.width = topology.height = static_cast<std::uint32_t>(state.range(0));
    const double load = static_cast<double>(state.range(1)) * 1e-3;
    const auto pattern = make_traffic("uniform", topology);
    FlitNetwork network(topology, RouterParameters{}, make_routing("xy", topology, 4));
    PacketGenerator generator(*pattern, topology, {load}, 1, 1, 1);
    Counter counter;
    constexpr Cycle kCycles = 2000;
    const auto run = [&] {
        for (Cycle i = 0; i < kCycles; ++i) {
            generator.generate(network.now(), [&](const FlitPacket& p) { network.send(p); });
            network.step(counter);
        }
    };
    run();
    const auto switched = [&] {
        std::uint64_t sum = 0;
        for (std::uint32_t tile = 0; tile < topology.tiles(); ++tile) {
            for (unsigned port = 0; port < network.ports(); ++port) {
                sum += network.link(TileId{tile}, port).flits;
            }
        }
        return sum;
    };
    const std::uint64_t before = switched();
    for (auto unused : state) {
        run();
    }
    const std::uint64_t flits = switched() - before;
    using Rate = benchmark::Counter;
    state.counters["cycles"] =
        Rate(static_cast<double>(state.iterations()) * kCycles, Rate::kIsRate);
    state.counters["router_hops"] = Rate(static_cast<double>(flits), Rate::kIsRate);
}

BENCHMARK(uniform)
    ->ArgsProduct({{8, 16}, {50, 100, 150, 300}})
    ->Args({16, 25})
    ->Args({16, 75})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cortile

BENCHMARK_MAIN();
