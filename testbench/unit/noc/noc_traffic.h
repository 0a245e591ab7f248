// SPDX-License-Identifier: Apache-2.0
// Traffic for tests and benchmarks of network-on-chip engines.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "hw_model/base/random.h"
#include "noc/api/noc_engine.h"

namespace cortile::testing_noc {

// Small draws in a row, all from one key; equal keys give equal rows.
class Draws {
  public:
    Draws(std::uint64_t seed, std::uint64_t stream)
        : key_{seed, RandomUse::test}, stream_(stream) {}

    std::uint32_t below(std::uint32_t n) {
        if (next_ % 4 == 0) {
            bits_ = philox(key_, stream_, next_ / 4);
        }
        return uniform_below(bits_[next_++ % 4], n);
    }
    // In [low, high].
    std::uint32_t between(std::uint32_t low, std::uint32_t high) {
        return low + below(high - low + 1);
    }

  private:
    RandomKey key_;
    std::uint64_t stream_;
    std::uint64_t next_ = 0;
    std::array<std::uint32_t, 4> bits_{};
};

// How each source injects: spikes of `packets_per_spike` packets each; a spike leaves 0 to
// `largest_gap` ps after the one before, the packets of a spike `packet_gap` ps apart.
struct TrafficShape {
    std::uint32_t spikes_per_source = 1;
    std::uint32_t packets_per_spike = 1;
    std::uint32_t largest_gap = 0;
    std::uint32_t packet_gap = 0;
    // So many in 100 spikes go to core `hot_core` alone.
    std::uint32_t hot_percent = 0;
    std::uint32_t hot_core = 0;
    // So many in 100 sources are silent.
    std::uint32_t silent_percent = 0;
};

// Injects the same lists in every timestep.
class ListedSource final : public PacketSource {
  public:
    explicit ListedSource(std::uint32_t sources) : lists_(sources) {}

    void add(std::uint32_t source, Picoseconds time, std::uint32_t core,
             std::uint32_t address = 0) {
        lists_[source].push_back({time, SpikePacket::pack(core, address), source});
    }
    void add_raw(std::uint32_t list, const SpikePacket& packet) { lists_[list].push_back(packet); }

    void collect(std::uint32_t source, unsigned, std::vector<SpikePacket>& out) override {
        out.insert(out.end(), lists_[source].begin(), lists_[source].end());
    }

    std::size_t packets() const {
        std::size_t sum = 0;
        for (const auto& list : lists_) {
            sum += list.size();
        }
        return sum;
    }
    const std::vector<std::vector<SpikePacket>>& lists() const { return lists_; }

  private:
    std::vector<std::vector<SpikePacket>> lists_;
};

// The addresses number the packets of a source, so that no two packets of a timestep are equal.
inline ListedSource make_traffic(const Topology& topology, const TrafficShape& shape,
                                 std::uint64_t seed) {
    ListedSource source(topology.sources());
    for (std::uint32_t s = 0; s < topology.sources(); ++s) {
        Draws draws(seed, s);
        if (draws.below(100) < shape.silent_percent) {
            continue;
        }
        Picoseconds time = 0;
        std::uint32_t address = 0;
        for (std::uint32_t spike = 0; spike < shape.spikes_per_source; ++spike) {
            time += draws.between(0, shape.largest_gap);
            const bool hot = draws.below(100) < shape.hot_percent;
            for (std::uint32_t i = 0; i < shape.packets_per_spike; ++i) {
                const std::uint32_t core = hot ? shape.hot_core : draws.below(topology.cores());
                source.add(s, time, core, address++ & SpikePacket::kMaxAddress);
                time += shape.packet_gap;
            }
        }
    }
    return source;
}

// Keeps what arrives, by core.
class RecordingSink final : public PacketSink {
  public:
    explicit RecordingSink(std::uint32_t cores) : arrived_(cores), calls_(cores) {}

    void deliver(CoreId core, unsigned, std::span<const SpikePacket> packets) override {
        arrived_[core.value].insert(arrived_[core.value].end(), packets.begin(), packets.end());
        calls_[core.value] += 1;
    }

    const std::vector<SpikePacket>& at(std::uint32_t core) const { return arrived_[core]; }
    std::uint32_t calls(std::uint32_t core) const { return calls_[core]; }
    std::size_t packets() const {
        std::size_t sum = 0;
        for (const auto& list : arrived_) {
            sum += list.size();
        }
        return sum;
    }
    void clear() {
        for (auto& list : arrived_) {
            list.clear();
        }
        calls_.assign(calls_.size(), 0);
    }

  private:
    std::vector<std::vector<SpikePacket>> arrived_;
    std::vector<std::uint32_t> calls_;
};

}  // namespace cortile::testing_noc
