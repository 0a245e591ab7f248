// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "hw_model/base/random.h"
#include "noc/flit/flit.h"
#include "noc/traffic/traffic_pattern.h"

namespace cortile {

// When synthetic packets come, core by core.
struct InjectionProcess {
    double packets_per_cycle = 0;  // of a core, on average; at most 1
    // Of bursts: two states, on and off. off_to_on and on_to_off are probabilities in a cycle;
    // while on, packets come at whatever rate makes the average right. Both 0: Bernoulli, no
    // bursts.
    double off_to_on = 0, on_to_off = 0;
};

// Draws packets in the order of their cycles. What a core sends depends on the seed and the core
// alone.
class PacketGenerator {
  public:
    // `pattern` is kept. Throws ConfigError for a rate that cannot be.
    PacketGenerator(const TrafficPattern& pattern, const Topology& topology,
                    const InjectionProcess& process, std::uint32_t packet_flits,
                    unsigned packet_classes, std::uint64_t seed);

    // Calls send(packet) for all packets of cycle `now`, ascending in their source. Cycles must be
    // asked for one after another, from 0 on.
    template <typename Send>
    void generate(Cycle now, Send send) {
        std::vector<std::uint32_t>& due = wheel_[static_cast<std::size_t>(now) % kSlots];
        for (const std::uint32_t source : due) {
            if (next_[source] != now) {  // in a later turn of the wheel
                later_.push_back(source);
                continue;
            }
            send(draw(source, now));
            schedule(source, now);
        }
        due.swap(later_);
        later_.clear();
    }

    // Calls send(packet) for all packets of `source` up to cycle `end`, ascending in time: the same
    // that generate() finds cycle by cycle. Either the one or the other may be used.
    template <typename Send>
    void generate_all(std::uint32_t source, Cycle end, Send send) {
        for (Cycle now = next_[source]; now < end; now += gap(source)) {
            send(draw(source, now));
        }
    }

    // One of `n` numbers, for choices that the sender of a packet makes after it was drawn.
    std::uint32_t draw_below(std::uint32_t source, std::uint32_t n) {
        return uniform_below(static_cast<std::uint32_t>(bits(source) >> 32), n);
    }

  private:
    static constexpr std::size_t kSlots = 1024;
    static constexpr std::size_t kGaps = 1024, kGuides = 256;

    std::uint64_t bits(std::uint32_t source);
    double uniform(std::uint32_t source);
    Cycle gap(std::uint32_t source);
    Cycle bernoulli_gap(double uniform) const;
    void schedule(std::uint32_t source, Cycle now);
    FlitPacket draw(std::uint32_t source, Cycle now);

    const TrafficPattern& pattern_;
    InjectionProcess process_;
    std::uint32_t packet_flits_;
    unsigned packet_classes_;
    double log_none_ = 0;  // log(1 - rate)
    // Of Bernoulli trials: by k, the probability that there is a success among the first k; and for
    // a number in [i, i + 1) / kGuides, the first k that may be above it.
    std::vector<double> success_by_;
    std::vector<std::uint16_t> guide_;
    std::vector<std::uint64_t> random_;  // state of each core's generator
    std::vector<std::uint8_t> on_;       // of bursts
    std::vector<Cycle> next_;            // by core
    std::vector<std::vector<std::uint32_t>> wheel_;
    std::vector<std::uint32_t> later_;
};

}  // namespace cortile
