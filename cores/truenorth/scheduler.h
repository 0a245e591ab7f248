// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "cores/blocks/crossbar.h"
#include "hw_model/state/state_archive.h"

namespace cortile::truenorth {

// Which axons are active in which tick: 16 slots of 256 bits, as on the chip. Two spikes for one
// axon and tick are one.
class Scheduler {
  public:
    static constexpr std::uint32_t kSlots = 16;

    // An axon to be active `ahead` ticks after the present one, at least 1. A spike that is later
    // than the slots reach (which only a network slower than 15 ticks brings about) is kept aside.
    void put(std::uint32_t axon, std::uint64_t ahead) {
        if (ahead < kSlots) {
            mark((present_ + ahead) % kSlots, axon);
        } else {
            far_.emplace(tick_ + ahead, axon);
        }
    }

    // Moves on to the next tick; the active axons in it, ascending, replace `axons`.
    void advance(std::vector<std::uint8_t>& axons);

    // Empty; the next advance() is the first tick.
    void clear();

    void transfer_state(StateArchive& archive) {
        archive(slots_, tick_, present_);
        archive.list(far_);
    }

  private:
    void mark(std::uint64_t slot, std::uint32_t axon) {
        slots_[slot][axon / 64] |= std::uint64_t{1} << (axon % 64);
    }

    std::array<Crossbar::Row, kSlots> slots_{};
    std::uint64_t tick_ = 0, present_ = 0;
    std::multimap<std::uint64_t, std::uint32_t> far_;  // by tick
};

}  // namespace cortile::truenorth
