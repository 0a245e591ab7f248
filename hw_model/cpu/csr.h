// SPDX-License-Identifier: Apache-2.0
// The machine-mode registers that hold traps and interrupts. The RISC-V Instruction Set Manual,
// volume II, 20211203, chapters 2 and 3.
#pragma once

#include <cstdint>
#include <optional>

namespace cortile {

// Numbers of control and status registers.
enum class Csr : std::uint16_t {
    mstatus = 0x300,
    misa = 0x301,
    mie = 0x304,
    mtvec = 0x305,
    mstatush = 0x310,
    mcountinhibit = 0x320,
    mscratch = 0x340,
    mepc = 0x341,
    mcause = 0x342,
    mtval = 0x343,
    mip = 0x344,
    mcycle = 0xB00,
    minstret = 0xB02,
    mcycleh = 0xB80,
    minstreth = 0xB82,
    cycle = 0xC00,
    instret = 0xC02,
    cycleh = 0xC80,
    instreth = 0xC82,
    mvendorid = 0xF11,
    marchid = 0xF12,
    mimpid = 0xF13,
    mhartid = 0xF14,
    mconfigptr = 0xF15,
};

// Exception codes in mcause.
enum class Cause : std::uint32_t {
    instruction_misaligned = 0,
    instruction_fault = 1,
    illegal_instruction = 2,
    breakpoint = 3,
    load_misaligned = 4,
    load_fault = 5,
    store_misaligned = 6,
    store_fault = 7,
    machine_call = 11,
};
const char* to_string(Cause cause);

// Interrupt lines: their codes in mcause and their bits in mie and mip.
enum class Interrupt : std::uint32_t { software = 3, timer = 7, external = 11 };
const char* to_string(Interrupt interrupt);

// All but the counters. Writes keep what the register can hold (WARL).
class TrapRegisters {
  public:
    static constexpr std::uint32_t kMie = 1u << 3, kMpie = 1u << 7, kMpp = 3u << 11;
    static constexpr std::uint32_t kMisa = 1u << 30 | 1u << 8 | 1u << 12;  // RV32IM
    static constexpr std::uint32_t kInterruptBits = 1u << 3 | 1u << 7 | 1u << 11;
    static constexpr std::uint32_t kInterruptFlag = 1u << 31;  // of mcause

    // Nothing: no such register.
    std::optional<std::uint32_t> read(Csr csr) const;
    // False: no such register, or it is read-only (its number begins with 11).
    bool write(Csr csr, std::uint32_t value);

    void set_line(Interrupt line, bool high);
    std::uint32_t lines() const { return mip_; }
    // Is there an interrupt that ends wfi?
    bool wakes() const { return (mie_ & mip_) != 0; }
    // The one to be taken now.
    std::optional<Interrupt> due() const;

    // Enter a trap: returns the handler's address.
    std::uint32_t enter(Cause cause, std::uint32_t pc, std::uint32_t value);
    std::uint32_t enter(Interrupt interrupt, std::uint32_t pc);
    // mret: returns where to go on.
    std::uint32_t leave();

    std::uint32_t mepc() const { return mepc_; }
    std::uint32_t mcause() const { return mcause_; }
    std::uint32_t mtval() const { return mtval_; }
    std::uint32_t mtvec() const { return mtvec_; }
    // Traps entered since the last mret.
    std::uint32_t depth() const { return depth_; }

  private:
    void enter(std::uint32_t cause, std::uint32_t pc, std::uint32_t value);

    std::uint32_t mstatus_ = kMpp, mie_ = 0, mip_ = 0;
    std::uint32_t depth_ = 0;
    std::uint32_t mtvec_ = 0, mscratch_ = 0, mepc_ = 0, mcause_ = 0, mtval_ = 0;
};

}  // namespace cortile
