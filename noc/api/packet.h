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
    static constexpr unsigned kSourceBits = 17, kTimeBits = 47;
    static constexpr unsigned kCoreBits = 16, kAddressBits = 18, kValueBits = 24, kGroupBits = 6;
    static constexpr std::uint32_t kMaxAddress = (1u << kAddressBits) - 1;
    static constexpr std::uint32_t kMaxCore = (1u << kCoreBits) - 1;
    static constexpr std::uint32_t kMaxSource = (1u << kSourceBits) - 2;  // the next ends a stream
    static constexpr std::uint32_t kMaxValue = (1u << kValueBits) - 1;
    static constexpr std::uint32_t kMaxGroup = (1u << kGroupBits) - 1;
    static constexpr Picoseconds kMaxTime = (Picoseconds{1} << kTimeBits) - 1;  // 140 s

    // Destination core << kAddressBits | synapse row address on that core.
    using Target = std::uint64_t;
    static constexpr Target pack(std::uint32_t core, std::uint32_t address) {
        return Target{core} << kAddressBits | address;
    }
    static constexpr std::uint32_t core_of(Target target) {
        return static_cast<std::uint32_t>(target >> kAddressBits);
    }
    static constexpr std::uint32_t address_of(Target target) {
        return static_cast<std::uint32_t>(target) & kMaxAddress;
    }

    SpikePacket() = default;
    // `time`: since the start of the timestep, at most kMaxTime. `source`: a core or an external
    // port (Topology). `value`: what the spike carries; 1 for a plain one, else an activation, a
    // spike count, a number in two's complement. `group`: see group().
    constexpr SpikePacket(Picoseconds time, Target target, std::uint32_t source,
                          std::uint32_t value = 1, std::uint32_t group = 0)
        : key_(static_cast<std::uint64_t>(time) << kSourceBits | (source & kSourceMask)),
          rest_(target << (kValueBits + kGroupBits) |
                std::uint64_t{value & kMaxValue} << kGroupBits | (group & kMaxGroup)) {}

    constexpr Picoseconds time() const { return static_cast<Picoseconds>(key_ >> kSourceBits); }
    constexpr std::uint32_t source() const {
        return static_cast<std::uint32_t>(key_) & kSourceMask;
    }
    constexpr Target target() const { return rest_ >> (kValueBits + kGroupBits); }
    constexpr std::uint32_t core() const { return core_in(rest_); }
    constexpr std::uint32_t address() const { return address_of(target()); }
    constexpr std::uint32_t value() const {
        return static_cast<std::uint32_t>(rest_ >> kGroupBits) & kMaxValue;
    }
    // Packets of one source, time and group other than 0 are copies of one spike, each for another
    // core, that travel as one packet where their ways are the same (Multicast). They follow each
    // other, ascending in core.
    constexpr std::uint32_t group() const { return group_in(rest_); }

    constexpr void set_time(Picoseconds time) {
        key_ = static_cast<std::uint64_t>(time) << kSourceBits | (key_ & kSourceMask);
    }
    constexpr bool is_before(const SpikePacket& other) const { return key_ < other.key_; }
    constexpr bool is_copy_of(const SpikePacket& other) const {
        return group() != 0 && key_ == other.key_ && group() == other.group();
    }

    // Of a packet's second word.
    static constexpr std::uint32_t core_in(std::uint64_t rest) {
        return static_cast<std::uint32_t>(rest >> (kAddressBits + kValueBits + kGroupBits));
    }
    static constexpr std::uint32_t group_in(std::uint64_t rest) {
        return static_cast<std::uint32_t>(rest) & kMaxGroup;
    }

  private:
    static constexpr std::uint32_t kSourceMask = (1u << kSourceBits) - 1;

    std::uint64_t key_;
    std::uint64_t rest_;  // core, address, value, group
};
static_assert(SpikePacket::kCoreBits + SpikePacket::kAddressBits + SpikePacket::kValueBits +
                  SpikePacket::kGroupBits ==
              64);
static_assert(sizeof(SpikePacket) == 16);

}  // namespace cortile
