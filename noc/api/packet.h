// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "hw_model/base/time.h"

namespace cortile {

// One spike on its way to one core. 16 bytes: millions are in flight at once.
//
// Time and source share a word, so that one comparison gives the order on every link: (time,
// source, sequence). A source's packets never overtake each other, so a stable merge needs no
// stored sequence number.
class SpikePacket {
  public:
    static constexpr unsigned kAddressBits = 18, kValueBits = 24, kGroupBits = 8;
    static constexpr unsigned kSourceBits = 16, kTimeBits = 48;
    static constexpr std::uint32_t kMaxAddress = (1u << kAddressBits) - 1;
    static constexpr std::uint32_t kMaxCore = (1u << (32 - kAddressBits)) - 1;
    static constexpr std::uint32_t kMaxSource = 0xFFFE;  // 0xFFFF marks the end of a stream
    static constexpr std::uint32_t kMaxValue = (1u << kValueBits) - 1;
    static constexpr std::uint32_t kMaxGroup = (1u << kGroupBits) - 1;
    static constexpr Picoseconds kMaxTime = (Picoseconds{1} << kTimeBits) - 1;  // 281 s

    SpikePacket() = default;
    // `time`: since the start of the timestep, at most kMaxTime. `target`: pack(). `source`: a core
    // or an external port (Topology). `value`: what the spike carries; 1 for a plain one, else an
    // activation, a spike count, a number in two's complement. `group`: see group().
    constexpr SpikePacket(Picoseconds time, std::uint32_t target, std::uint32_t source,
                          std::uint32_t value = 1, std::uint32_t group = 0)
        : key_(static_cast<std::uint64_t>(time) << kSourceBits | (source & kSourceMask)),
          target_(target),
          payload_((value & kMaxValue) << kGroupBits | (group & kMaxGroup)) {}

    static constexpr std::uint32_t pack(std::uint32_t core, std::uint32_t address) {
        return core << kAddressBits | address;
    }
    constexpr Picoseconds time() const { return static_cast<Picoseconds>(key_ >> kSourceBits); }
    constexpr std::uint32_t source() const {
        return static_cast<std::uint32_t>(key_) & kSourceMask;
    }
    constexpr std::uint32_t target() const { return target_; }
    constexpr std::uint32_t core() const { return target_ >> kAddressBits; }
    constexpr std::uint32_t address() const { return target_ & kMaxAddress; }
    constexpr std::uint32_t value() const { return payload_ >> kGroupBits; }
    // Packets of one source, time and group other than 0 are copies of one spike, each for another
    // core, that travel as one packet where their ways are the same (Multicast). They follow each
    // other, ascending in core.
    constexpr std::uint32_t group() const { return payload_ & kMaxGroup; }

    constexpr void set_time(Picoseconds time) {
        key_ = static_cast<std::uint64_t>(time) << kSourceBits | (key_ & kSourceMask);
    }
    constexpr bool is_before(const SpikePacket& other) const { return key_ < other.key_; }
    constexpr bool is_copy_of(const SpikePacket& other) const {
        return group() != 0 && key_ == other.key_ && group() == other.group();
    }

  private:
    static constexpr std::uint32_t kSourceMask = (1u << kSourceBits) - 1;

    std::uint64_t key_;
    std::uint32_t target_;
    std::uint32_t payload_;
};
static_assert(sizeof(SpikePacket) == 16);

}  // namespace cortile
