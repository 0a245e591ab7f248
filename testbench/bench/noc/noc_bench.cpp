// SPDX-License-Identifier: Apache-2.0
// Speed and memory of the network-on-chip engines. One iteration is one timestep.
//   ns_per_hop    time over mesh hops (a packet that stays on its tile makes none)
//   shortest_us   the shortest timestep, in processor time (one thread only): what a busy machine
//                 disturbs least
//   packets/s     packets carried from injection to arrival
//   bytes/packet  heap of the engine after the runs, over the packets of its largest timestep: its
//                 buffers are kept, so that this is the peak
//   idle_bytes    heap of the engine before its first timestep
//   mean_wait_ps  modelled waiting per packet: how loaded the network is
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "noc/api/noc_engine.h"
#include "testbench/unit/noc/noc_traffic.h"

namespace cortile {
namespace {

using testing_noc::ListedSource;
using testing_noc::make_traffic;
using testing_noc::TrafficShape;

using MakeEngine = std::unique_ptr<NocEngine> (*)(const Topology&, const NocTiming&);

// Hop latencies of Loihi (Davies et al., "Loihi: A Neuromorphic Manycore Processor with On-Chip
// Learning", IEEE Micro 38(1), 2018, table 2: 4.1 ns east or west, 6.5 ns north or south). The
// other three are round numbers.
constexpr NocTiming kTiming{4'100, 6'500, 1'000, 1'000, 1'000};

class CountingSink final : public PacketSink {
  public:
    void deliver(CoreId, unsigned, std::span<const SpikePacket> packets) override {
        benchmark::DoNotOptimize(packets.data());
    }
};

struct Load {
    std::string name;
    std::uint32_t width, height, cores_per_tile;
    std::uint32_t spikes_per_source, packets_per_spike;
    std::uint32_t largest_gap;  // ps between spikes of a source
    std::uint32_t silent_percent;
    std::uint32_t different_steps;
    bool with_reference;  // not where one timestep takes it seconds
};

// Processor time of the calling thread.
double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::size_t heap_bytes() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void run_load(benchmark::State& state, MakeEngine make, const Load& load, unsigned threads) {
    Topology topology;
    topology.width = load.width;
    topology.height = load.height;
    topology.cores_per_tile = load.cores_per_tile;
    TrafficShape shape;
    shape.spikes_per_source = load.spikes_per_source;
    shape.packets_per_spike = load.packets_per_spike;
    shape.packet_gap = 1'000;
    shape.largest_gap = load.largest_gap;
    shape.silent_percent = load.silent_percent;
    // Several timesteps in turn: a small one, repeated, would be learnt by the branch predictor.
    std::vector<ListedSource> steps;
    std::size_t most_packets = 0;
    for (std::uint32_t i = 0; i < load.different_steps; ++i) {
        steps.push_back(make_traffic(topology, shape, i));
        most_packets = std::max(most_packets, steps.back().packets());
    }
    CountingSink sink;
    Executor executor(threads);

    const std::size_t heap_before = heap_bytes();
    const auto engine = make(topology, kTiming);
    const std::size_t heap_idle = heap_bytes() - heap_before;
    std::size_t next = 0;
    double shortest = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        const double begin = thread_seconds();
        engine->run_timestep(steps[next], sink, executor);
        shortest = std::min(shortest, thread_seconds() - begin);
        next = (next + 1) % steps.size();
    }
    const NocCounters counters = engine->counters();
    const auto packets = static_cast<double>(counters.packets);
    const auto hops = static_cast<double>(counters.hops_x + counters.hops_y);
    if (threads == 1) {
        state.counters["shortest_us"] = 1e6 * shortest;
    }
    state.counters["packets"] = benchmark::Counter(packets, benchmark::Counter::kAvgIterations);
    state.counters["packets/s"] = benchmark::Counter(packets, benchmark::Counter::kIsRate);
    state.counters["idle_bytes"] = static_cast<double>(heap_idle);
    if (counters.packets > 0) {
        state.counters["ns_per_hop"] = benchmark::Counter(
            hops * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
        state.counters["bytes/packet"] =
            static_cast<double>(heap_bytes() - heap_before) / static_cast<double>(most_packets);
        state.counters["hops/packet"] = hops / packets;
        state.counters["mean_wait_ps"] = static_cast<double>(counters.waited) / packets;
    }
}

void add(const std::string& engine, MakeEngine make, const Load& load, unsigned threads) {
    const std::string name = engine + "/" + load.name + "/threads:" + std::to_string(threads);
    auto* benchmark = benchmark::RegisterBenchmark(
        name.c_str(), [=](benchmark::State& state) { run_load(state, make, load, threads); });
    benchmark->Unit(benchmark::kMicrosecond);
    if (threads > 1) {
        benchmark->UseRealTime();  // the processor time of the calling thread says too little
    }
}

}  // namespace
}  // namespace cortile

int main(int argc, char** argv) {
    using cortile::Load;
    const Load loads[] = {
        // Chips of 8 x 4 tiles of 4 cores: 1k neurons with 100 spikes, then 100k and 700k packets.
        {"chip_silent", 8, 4, 4, 0, 0, 0, 0, 1, true},
        {"chip_0k4", 8, 4, 4, 1, 4, 400'000, 22, 16, true},
        {"chip_100k", 8, 4, 4, 200, 4, 60'000, 0, 2, true},
        {"chip_100k_full", 8, 4, 4, 200, 4, 10'000, 0, 2, true},
        {"chip_700k", 8, 4, 4, 1400, 4, 60'000, 0, 2, false},
        {"mesh16_100k", 16, 16, 4, 25, 4, 60'000, 0, 2, true},
        {"mesh64_silent", 64, 64, 4, 0, 0, 0, 0, 1, true},
        {"mesh64_1k", 64, 64, 4, 2, 4, 60'000, 99, 4, true},
        {"mesh64_650k", 64, 64, 4, 10, 4, 400'000, 0, 2, false},
    };
    for (const Load& load : loads) {
        cortile::add("sweep", cortile::make_link_sweep, load, 1);
        cortile::add("sweep", cortile::make_link_sweep, load, 2);
        if (load.with_reference) {
            cortile::add("reference", cortile::make_event_reference, load, 1);
        }
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 1;
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
