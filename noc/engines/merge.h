// SPDX-License-Identifier: Apache-2.0
// The inner loops of the link sweep: merging two sorted streams of packets, with what happens to
// each packet of the merged stream built into the loop.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "noc/api/packet.h"

namespace cortile::sweep {

// Comes after every packet. Each stream ends with one, so that a merge needs no test for the end of
// either stream: it makes as many steps as there are packets.
inline constexpr SpikePacket kEnd{SpikePacket::kMaxTime, 0, SpikePacket::kMaxSource + 1};

// Packets ascending in (time, source), then kEnd, then room for one more, which may be read (and is
// then ignored). `count` includes neither.
inline constexpr std::size_t kTail = 2;
inline constexpr SpikePacket kNothing[kTail] = {kEnd, kEnd};
struct Stream {
    Stream() = default;
    Stream(const SpikePacket* first, std::size_t n) : packets(n > 0 ? first : kNothing), count(n) {}

    const SpikePacket* packets = kNothing;
    std::size_t count = 0;
};

// A packet as two words: what orders it (time, then source), and the rest.
struct Words {
    std::uint64_t key = 0;
    std::uint64_t rest = 0;

    std::uint64_t time() const { return key >> SpikePacket::kSourceBits; }
    void delay(std::uint64_t by) { key += by << SpikePacket::kSourceBits; }
    std::uint32_t core() const { return SpikePacket::core_in(rest); }
    std::uint32_t group() const { return SpikePacket::group_in(rest); }
};
static_assert(sizeof(Words) == sizeof(SpikePacket));

inline Words load(const SpikePacket* packet) {
    return std::bit_cast<Words>(*packet);
}
inline void store(SpikePacket* packet, Words words) {
    *packet = std::bit_cast<SpikePacket>(words);
}

// The heads of two streams.
struct Heads {
    Words a, b;
};

// One step of a merge: returns the lesser head, replaces it by `next_a` or `next_b`, and sets
// `took_b` to all ones or all zeros. Which head is the lesser is as good as random, so that a
// branch on it would be mispredicted every other time: there is none.
// The key alone decides, because two streams that meet never hold packets of the same source: there
// is one path from a source to a link.
inline Words step_portable(Heads& heads, Words next_a, Words next_b, std::uint64_t& took_b) {
    const std::uint64_t mask = 0 - static_cast<std::uint64_t>(heads.b.key < heads.a.key);
    const auto choose = [mask](std::uint64_t if_a, std::uint64_t if_b) {
        return if_a ^ ((if_a ^ if_b) & mask);
    };
    const Words taken{choose(heads.a.key, heads.b.key), choose(heads.a.rest, heads.b.rest)};
    heads.a = {choose(next_a.key, heads.a.key), choose(next_a.rest, heads.a.rest)};
    heads.b = {choose(heads.b.key, next_b.key), choose(heads.b.rest, next_b.rest)};
    took_b = mask;
    return taken;
}

#if defined(__x86_64__) && defined(__GNUC__)
// The same in conditional moves, which compilers do not choose reliably: a quarter faster.
inline Words step(Heads& heads, Words next_a, Words next_b, std::uint64_t& took_b) {
    Words taken = heads.a;
    asm("cmp %[a_key], %[b_key]\n\t"
        "cmovc %[b_key], %[taken_key]\n\t"
        "cmovc %[b_rest], %[taken_rest]\n\t"
        "cmovnc %[next_a_key], %[a_key]\n\t"
        "cmovnc %[next_a_rest], %[a_rest]\n\t"
        "cmovc %[next_b_key], %[b_key]\n\t"
        "cmovc %[next_b_rest], %[b_rest]\n\t"
        "sbb %[mask], %[mask]"
        : [mask] "=&r"(took_b), [taken_key] "+&r"(taken.key), [taken_rest] "+&r"(taken.rest),
          [a_key] "+&r"(heads.a.key), [a_rest] "+&r"(heads.a.rest), [b_key] "+&r"(heads.b.key),
          [b_rest] "+&r"(heads.b.rest)
        : [next_a_key] "rm"(next_a.key), [next_a_rest] "rm"(next_a.rest),
          [next_b_key] "rm"(next_b.key), [next_b_rest] "rm"(next_b.rest)
        : "cc");
    return taken;
}
#else
inline Words step(Heads& heads, Words next_a, Words next_b, std::uint64_t& took_b) {
    return step_portable(heads, next_a, next_b, took_b);
}
#endif

// Calls take(words) for the packets of both streams in order.
template <typename Take>
inline void merge(Stream a, Stream b, Take take) {
    const std::size_t total = a.count + b.count;
    // One stream alone needs no comparisons. For a few packets they cost less than a wrong guess
    // at which stream is empty.
    constexpr std::size_t kFew = 16;
    if (total > kFew && (a.count == 0 || b.count == 0)) {
        const SpikePacket* packets = a.count == 0 ? b.packets : a.packets;
        for (std::size_t i = 0; i < total; ++i) {
            take(load(packets + i));
        }
        return;
    }
    // Places as numbers, so that the stream that stays where it is takes no branch either.
    constexpr std::uintptr_t kStride = sizeof(SpikePacket);
    auto next_a = reinterpret_cast<std::uintptr_t>(a.packets + 1);
    auto next_b = reinterpret_cast<std::uintptr_t>(b.packets + 1);
    const auto load_at = [](std::uintptr_t place) {
        return load(reinterpret_cast<const SpikePacket*>(place));
    };
    // The packet after each head is loaded a step ahead, which halves the chain of dependences
    // from one comparison to the next.
    Heads heads{load(a.packets), load(b.packets)};
    for (std::size_t n = total; n != 0; --n) {
        std::uint64_t took_b = 0;
        const Words taken = step(heads, load_at(next_a), load_at(next_b), took_b);
        const std::uintptr_t back = took_b * kStride;  // 0 or minus one packet
        next_a += kStride + back;
        next_b -= back;
        take(taken);
    }
}

// A queue served first come first served, one packet per occupancy.
class Server {
  public:
    explicit Server(Picoseconds occupancy) : occupancy_(static_cast<std::uint64_t>(occupancy)) {}

    std::uint64_t start(std::uint64_t arrival) {
        const std::uint64_t begin = std::max(arrival, free_);
        free_ = begin + occupancy_;
        // Not += begin - arrival: that would be 0 on one side of a branch.
        waited_ += begin;
        waited_ -= arrival;
        return begin;
    }
    Picoseconds waited() const { return static_cast<Picoseconds>(waited_); }

  private:
    std::uint64_t occupancy_;
    std::uint64_t free_ = 0;
    std::uint64_t waited_ = 0;
};

// A mesh link: merges what reaches it, passes it in order, and splits it at the next tile.
struct Link {
    Picoseconds occupancy = 0;
    Picoseconds latency = 0;
    const std::uint16_t* coordinate = nullptr;  // by core: of its tile, along the link's axis
    std::uint32_t next = 0;                     // coordinate of the tile at the link's end
};
struct LinkOutput {
    std::size_t through = 0;  // packets that go on along the axis
    std::size_t arrived = 0;  // packets that have reached their coordinate
    std::size_t joined = 0;   // copies that passed together with one before them
    Picoseconds waited = 0;
};

// `through` and `arrived` must each have room for all packets of both streams and kTail more.
LinkOutput pass_link(const Link& link, Stream a, Stream b, SpikePacket* through,
                     SpikePacket* arrived);
// The same where copies of one spike pass as one packet.
LinkOutput pass_link_as_tree(const Link& link, Stream a, Stream b, SpikePacket* through,
                             SpikePacket* arrived);

// `out` must have room for all packets of both streams and kTail more.
void merge_streams(Stream a, Stream b, SpikePacket* out);

// Merges, and splits by the coordinate of the packet's target: below `here`, at `here`, above.
// Each output must have room for all packets of both streams and kTail more.
struct ThreeWay {
    SpikePacket* below = nullptr;
    SpikePacket* at = nullptr;
    SpikePacket* above = nullptr;
};
struct ThreeWayCounts {
    std::size_t below = 0;
    std::size_t at = 0;
    std::size_t above = 0;
};
ThreeWayCounts split_streams(const std::uint16_t* coordinate, std::uint32_t here, Stream a,
                             Stream b, const ThreeWay& out);

// One core's port out of the router of its tile.
struct EjectionPort {
    SpikePacket* begin = nullptr;  // the packets that came out: [begin, end)
    SpikePacket* end = nullptr;
    std::uint64_t free = 0;
    std::size_t room = 0;  // from `begin` on, in packets
};
// Adds the packets of `stream` to the rooms of the ports of their cores.
void count_ejected(std::uint32_t first_core, Stream stream, EjectionPort* ports);
// Merges, and passes each packet through the port of its core. Returns the time waited.
Picoseconds eject_streams(Picoseconds occupancy, Picoseconds latency, std::uint32_t first_core,
                          Stream a, Stream b, EjectionPort* ports);

}  // namespace cortile::sweep
