// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "hw_model/cpu/csr.h"
#include "hw_model/cpu/cycle_table.h"
#include "hw_model/cpu/decode_cache.h"
#include "hw_model/cpu/processor_bus.h"

namespace cortile {

// A RISC-V processor: RV32IM with Zicsr and Zifencei, machine mode only, no compressed
// instructions. Executes one instruction after another and counts cycles by CycleTable; equal
// programs, bus answers and interrupts give equal counts. What it decoded of a page is looked up
// again after its own stores there, after fence.i and after forget_code(); writes of others become
// visible to execution by these only.
class Processor {
  public:
    enum class Stop {
        budget,      // as many instructions as asked for
        asleep,      // in wfi, until a line that mie enables is high
        breakpoint,  // before the instruction at pc()
        watchpoint,  // behind the instruction that accessed watched()
        halted,      // by halt()
        no_handler,  // a trap leads nowhere, or 10,000 into one another: fault() says why. Cannot
                     // go on
    };
    struct Fault {
        Cause cause = Cause::illegal_instruction;
        std::uint32_t pc = 0, value = 0;  // as mepc and mtval would have them
    };

    Processor(std::uint32_t hart, const CycleTable& cycles, ProcessorBus& bus);

    // Registers to zero, counts kept.
    void reset(std::uint32_t pc);
    // Up to `instructions`; one that traps counts.
    Stop run(std::uint64_t instructions);
    // One instruction, whether a breakpoint stands there or not.
    Stop step();

    // From within a call of the bus: stop behind the present instruction.
    void halt() { stop_ = Stop::halted; }

    void set_interrupt(Interrupt line, bool high) { traps_.set_line(line, high); }
    bool wakes() const { return traps_.wakes(); }
    // Time that passed asleep.
    void pass_cycles(std::uint64_t cycles) { cycles_ += cycles; }

    // Since construction. Up to date within calls of the bus too, but for the present instruction.
    std::uint64_t instructions() const { return retired_; }
    std::uint64_t cycles() const { return cycles_; }
    std::uint64_t exceptions() const { return exceptions_; }
    std::uint64_t interrupts() const { return interrupts_; }
    // Loads and stores of direct memory.
    std::uint64_t direct_accesses() const { return direct_accesses_; }

    std::uint32_t hart() const { return hart_; }
    std::uint32_t pc() const { return pc_; }
    void set_pc(std::uint32_t pc) { pc_ = pc & ~3u; }
    std::uint32_t x(unsigned index) const { return x_[index]; }
    void set_x(unsigned index, std::uint32_t value);
    // As the instruction csrr would read it.
    std::optional<std::uint32_t> csr(Csr number) const;
    const Fault& fault() const { return fault_; }

    // For debuggers.
    void set_breakpoint(std::uint32_t address, bool set) { cache_.set_breakpoint(address, set); }
    void stop_at_ebreak(bool stop) { stop_at_ebreak_ = stop; }
    struct Watch {
        std::uint32_t first = 0, bytes = 0;
        bool reads = false, writes = false;
        bool operator==(const Watch&) const = default;
    };
    void add_watch(const Watch& watch);
    void remove_watch(const Watch& watch);
    std::uint32_t watched() const { return watched_; }

    // Direct memory was written by others.
    void forget_code() { cache_.forget_all(); }
    // Pointers to direct memory count no more.
    void forget_memory();

  private:
    std::uint64_t execute(std::uint64_t count);
    void execute_slowly();
    DecodeCache::Page* find_page(std::uint32_t address);
    const DirectMemory* find_memory(std::uint32_t address, std::uint32_t bytes);
    void use_as_data(const DirectMemory& memory);
    void load(const Instruction& instruction);
    void store(const Instruction& instruction);
    void access_csr(const Instruction& instruction);
    bool write_csr(Csr number, std::uint32_t value);
    std::uint32_t bits_at(std::uint32_t pc);
    void jump_astray(const Instruction& instruction);
    void raise(Cause cause, std::uint32_t value);
    void go_to_handler(std::uint32_t handler);
    void retire(std::uint32_t cycles, std::uint32_t next);
    void watch(std::uint32_t address, std::uint32_t bytes, bool write);

    const std::uint32_t hart_;
    const CycleTable table_;
    ProcessorBus& bus_;

    std::array<std::uint32_t, 33> x_{};  // Instruction::kNowhere too
    std::uint32_t pc_ = 0;
    TrapRegisters traps_;
    bool asleep_ = false;
    std::optional<Stop> stop_;
    Fault fault_;

    std::uint64_t retired_ = 0, cycles_ = 0, exceptions_ = 0, interrupts_ = 0;
    std::uint64_t direct_accesses_ = 0;
    std::uint64_t mcycle_offset_ = 0, minstret_offset_ = 0;

    DecodeCache cache_;
    std::vector<DirectMemory> memories_;
    DirectMemory data_;                   // where loads and stores take the short way; or none
    std::vector<std::uint8_t> has_code_;  // by page of data_: is something of it decoded?

    bool stop_at_ebreak_ = false;
    std::vector<Watch> watches_;
    std::uint32_t watched_ = 0;
};

}  // namespace cortile
