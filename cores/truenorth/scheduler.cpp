// SPDX-License-Identifier: Apache-2.0
#include "cores/truenorth/scheduler.h"

#include <bit>

namespace cortile::truenorth {

void Scheduler::advance(std::vector<std::uint8_t>& axons) {
    ++tick_;
    present_ = tick_ % kSlots;
    while (!far_.empty() && far_.begin()->first == tick_) {
        mark(present_, far_.begin()->second);
        far_.erase(far_.begin());
    }
    axons.clear();
    for (std::uint32_t word = 0; word < slots_[present_].size(); ++word) {
        std::uint64_t bits = slots_[present_][word];
        slots_[present_][word] = 0;
        for (; bits != 0; bits &= bits - 1) {
            axons.push_back(static_cast<std::uint8_t>(
                64 * word + static_cast<std::uint32_t>(std::countr_zero(bits))));
        }
    }
}

void Scheduler::clear() {
    *this = {};
}

}  // namespace cortile::truenorth
