// SPDX-License-Identifier: Apache-2.0
#include "noc/traffic/packet_generator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

PacketGenerator::PacketGenerator(const TrafficPattern& pattern, const Topology& topology,
                                 const InjectionProcess& process, std::uint32_t packet_flits,
                                 unsigned packet_classes, std::uint64_t seed)
    : pattern_(pattern),
      process_(process),
      packet_flits_(packet_flits),
      packet_classes_(packet_classes),
      random_(topology.cores()),
      on_(topology.cores(), 0),
      next_(topology.cores()),
      wheel_(kSlots) {
    double& rate = process_.packets_per_cycle;
    if (!(rate >= 0) || rate > 1) {
        throw ConfigError("traffic.rate", fmt::format("{} packets a cycle of each core", rate),
                          "at most 1 packet a cycle: a rate of flits up to the packet's size");
    }
    const double share_on =
        process_.on_to_off > 0 ? process_.off_to_on / (process_.off_to_on + process_.on_to_off) : 1;
    if (rate > share_on) {
        throw ConfigError(
            "traffic.rate",
            fmt::format("{} packets a cycle, but bursts are on for {} of the time", rate, share_on),
            "longer bursts, or a lower rate");
    }
    rate /= share_on;
    log_none_ = std::log1p(-rate);
    success_by_.resize(kGaps + 1);
    for (std::size_t k = 0; k <= kGaps; ++k) {
        success_by_[k] = k == 0 || rate <= 0 ? 0 : -std::expm1(static_cast<double>(k) * log_none_);
    }
    guide_.resize(kGuides);
    for (std::size_t i = 0, k = 0; i < kGuides; ++i) {
        while (k < kGaps && success_by_[k] * kGuides <= static_cast<double>(i)) {
            ++k;
        }
        guide_[i] = static_cast<std::uint16_t>(k);
    }
    for (std::uint32_t core = 0; core < next_.size(); ++core) {
        const auto start = philox({seed, RandomUse::noc_traffic}, core, 0);
        random_[core] = std::uint64_t{start[0]} << 32 | start[1];
        on_[core] = uniform(core) < share_on;
        schedule(core, -1);
    }
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA'14).
std::uint64_t PacketGenerator::bits(std::uint32_t source) {
    std::uint64_t z = random_[source] += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

double PacketGenerator::uniform(std::uint32_t source) {
    return static_cast<double>(bits(source) >> 11) * 0x1p-53;
}

// Cycles to the next packet, at least 1.
Cycle PacketGenerator::gap(std::uint32_t source) {
    const double rate = process_.packets_per_cycle;
    if (rate <= 0) {
        return std::numeric_limits<Cycle>::max() / 2;
    }
    if (process_.on_to_off <= 0) {
        return rate >= 1 ? 1 : bernoulli_gap(uniform(source));
    }
    std::uint8_t& on = on_[source];
    for (Cycle cycle = 1;; ++cycle) {
        on = on != 0 ? uniform(source) >= process_.on_to_off : uniform(source) < process_.off_to_on;
        if (on != 0 && uniform(source) < rate) {
            return cycle;
        }
    }
}

// As many trials up to a success as Bernoulli's would take: the least k with uniform < 1 - (1 -
// rate)^k. Out of a table, for the logarithm takes longer than all else that a packet needs.
Cycle PacketGenerator::bernoulli_gap(double uniform) const {
    if (uniform >= success_by_[kGaps]) {
        return 1 + static_cast<Cycle>(std::min(1e15, std::log1p(-uniform) / log_none_));
    }
    std::size_t k = guide_[static_cast<std::size_t>(uniform * kGuides)];
    while (success_by_[k] <= uniform) {
        ++k;
    }
    return static_cast<Cycle>(k);
}

void PacketGenerator::schedule(std::uint32_t source, Cycle now) {
    next_[source] = now + gap(source);
    // The slot that is being emptied takes those of its own number afterwards.
    std::vector<std::uint32_t>& slot = wheel_[static_cast<std::size_t>(next_[source]) % kSlots];
    (now >= 0 && (next_[source] - now) % static_cast<Cycle>(kSlots) == 0 ? later_ : slot)
        .push_back(source);
}

FlitPacket PacketGenerator::draw(std::uint32_t source, Cycle now) {
    const std::uint64_t random = bits(source);
    FlitPacket packet;
    packet.source = source;
    packet.destination = pattern_.destination(source, static_cast<std::uint32_t>(random));
    packet.flits = packet_flits_;
    packet.packet_class = uniform_below(static_cast<std::uint32_t>(random >> 32), packet_classes_);
    packet.created = now;
    return packet;
}

}  // namespace cortile
