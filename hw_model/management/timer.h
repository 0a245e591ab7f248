// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include <systemc>

#include "hw_model/management/interrupt_lines.h"
#include "hw_model/management/register_space.h"
#include "hw_model/registers/management_registers.h"
#include "hw_model/registers/register_block.h"

namespace cortile {

// Counts 100 ns from the start of the simulation and holds the timer line of each processor high
// while its compare value is not above the count.
class Timer : public sc_core::sc_module, public RegisterBlock {
  public:
    // `space`: through which the registers are accessed, for the time of an access.
    Timer(const sc_core::sc_module_name& name, InterruptLines& lines, const RegisterSpace& space,
          std::uint32_t processors);

    static sc_core::sc_time tick() { return sc_core::sc_time(100, sc_core::SC_NS); }

  private:
    std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index) override;
    std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index) override;
    bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                  std::uint32_t bits) override;
    void update();
    static std::uint64_t count_at(const sc_core::sc_time& time) {
        return time.value() / tick().value();
    }

    InterruptLines& lines_;
    const RegisterSpace& space_;
    std::uint32_t processors_;
    std::array<std::uint64_t, registers::max_processors> compare_;
    sc_core::sc_event due_;
};

}  // namespace cortile
