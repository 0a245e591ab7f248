// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortile {

// Clock cycles of an instruction by its class, on memory without wait states. Figures: Ibex
// documentation, "Pipeline Details", table of stall cycles: the two-stage pipeline without branch
// target ALU, with the fast multi-cycle multiplier; an instruction takes its stall cycles and one.
// It gives none for traps: those are assumed, as two refills of the pipeline.
struct CycleTable {
    std::uint32_t arithmetic = 1;       // lui, auipc and all without memory, control or M
    std::uint32_t load = 2, store = 2;  // and what the bus waits
    std::uint32_t jump = 2;
    std::uint32_t branch = 1, branch_taken = 3;
    std::uint32_t multiply = 3, multiply_high = 4;
    std::uint32_t divide = 38, divide_by_zero = 2;
    std::uint32_t csr = 1;
    std::uint32_t fence = 1, fence_i = 2;
    std::uint32_t wfi = 1;          // and the time asleep
    std::uint32_t trap_return = 4;  // mret
    std::uint32_t trap_entry = 4;   // of an interrupt; of an instruction that traps, in its place
};

}  // namespace cortile
