// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/timer.h"

#include <algorithm>
#include <limits>

namespace cortile {

namespace reg = registers;

Timer::Timer(const sc_core::sc_module_name& name, InterruptLines& lines, const RegisterSpace& space,
             std::uint32_t processors)
    : sc_module(name),
      RegisterBlock(reg::timer::rows),
      lines_(lines),
      space_(space),
      processors_(processors) {
    compare_.fill(std::numeric_limits<std::uint64_t>::max());
    SC_HAS_PROCESS(Timer);
    SC_METHOD(update);
    sensitive << due_;
    dont_initialize();
}

std::optional<std::uint32_t> Timer::on_read(std::uint32_t first, std::uint32_t index) {
    if (first == reg::timer::time_low) {
        const std::uint64_t count = count_at(space_.time());
        value(reg::timer::time_high) = static_cast<std::uint32_t>(count >> 32);
        return static_cast<std::uint32_t>(count);
    }
    return value(first, index);
}

std::optional<std::uint32_t> Timer::on_peek(std::uint32_t first, std::uint32_t index) {
    return first == reg::timer::time_low
               ? static_cast<std::uint32_t>(count_at(sc_core::sc_time_stamp()))
               : value(first, index);
}

bool Timer::on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next, std::uint32_t) {
    std::uint64_t& compare = compare_[index];
    compare = first == reg::timer::compare_low ? (compare >> 32 << 32) | next
                                               : (compare & 0xFFFFFFFF) | std::uint64_t{next} << 32;
    update();
    return true;
}

// Lines follow the kernel's time; processors run ahead of it by less than a quantum.
void Timer::update() {
    const std::uint64_t now = count_at(sc_core::sc_time_stamp());
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max();
    for (std::uint32_t p = 0; p < processors_; ++p) {
        lines_.set_line(p, Interrupt::timer, compare_[p] <= now);
        next = compare_[p] > now ? std::min(next, compare_[p]) : next;
    }
    due_.cancel();
    if (next < std::numeric_limits<std::uint64_t>::max() / tick().value()) {
        due_.notify(sc_core::sc_time::from_value(next * tick().value()) - sc_core::sc_time_stamp());
    }
}

}  // namespace cortile
