// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/csr.h"

#include <array>

namespace cortile {

const char* to_string(Cause cause) {
    switch (cause) {
        case Cause::instruction_misaligned:
            return "jump to an address that is not a multiple of 4";
        case Cause::instruction_fault:
            return "no instruction can be fetched";
        case Cause::illegal_instruction:
            return "illegal instruction";
        case Cause::breakpoint:
            return "ebreak";
        case Cause::load_misaligned:
            return "misaligned load";
        case Cause::load_fault:
            return "load access fault";
        case Cause::store_misaligned:
            return "misaligned store";
        case Cause::store_fault:
            return "store access fault";
        case Cause::machine_call:
            return "ecall";
    }
    return "unknown cause";
}

const char* to_string(Interrupt interrupt) {
    switch (interrupt) {
        case Interrupt::software:
            return "software";
        case Interrupt::timer:
            return "timer";
        case Interrupt::external:
            return "external";
    }
    return "unknown";
}

std::optional<std::uint32_t> TrapRegisters::read(Csr csr) const {
    switch (csr) {
        case Csr::mstatus:
            return mstatus_;
        case Csr::misa:
            return kMisa;
        case Csr::mie:
            return mie_;
        case Csr::mtvec:
            return mtvec_;
        case Csr::mscratch:
            return mscratch_;
        case Csr::mepc:
            return mepc_;
        case Csr::mcause:
            return mcause_;
        case Csr::mtval:
            return mtval_;
        case Csr::mip:
            return mip_;
        case Csr::mstatush:
        case Csr::mcountinhibit:
        case Csr::mvendorid:
        case Csr::marchid:
        case Csr::mimpid:
        case Csr::mconfigptr:
            return 0;
        default:
            return std::nullopt;
    }
}

bool TrapRegisters::write(Csr csr, std::uint32_t value) {
    switch (csr) {
        case Csr::mstatus:
            mstatus_ = kMpp | (value & (kMie | kMpie));
            return true;
        case Csr::mie:
            mie_ = value & kInterruptBits;
            return true;
        case Csr::mtvec:
            mtvec_ = value & 2 ? value & ~3u : value;  // modes 2 and 3 are reserved
            return true;
        case Csr::mscratch:
            mscratch_ = value;
            return true;
        case Csr::mepc:
            mepc_ = value & ~3u;
            return true;
        case Csr::mcause:
            mcause_ = value;
            return true;
        case Csr::mtval:
            mtval_ = value;
            return true;
        case Csr::mip:  // its bits are the lines
        case Csr::misa:
        case Csr::mstatush:
        case Csr::mcountinhibit:
            return true;
        default:
            return false;
    }
}

void TrapRegisters::set_line(Interrupt line, bool high) {
    const std::uint32_t bit = 1u << static_cast<std::uint32_t>(line);
    mip_ = high ? mip_ | bit : mip_ & ~bit;
}

std::optional<Interrupt> TrapRegisters::due() const {
    const std::uint32_t pending = mstatus_ & kMie ? mie_ & mip_ : 0;
    // The priorities of section 3.1.9.
    for (const Interrupt line : {Interrupt::external, Interrupt::software, Interrupt::timer}) {
        if (pending & 1u << static_cast<std::uint32_t>(line)) {
            return line;
        }
    }
    return std::nullopt;
}

void TrapRegisters::enter(std::uint32_t cause, std::uint32_t pc, std::uint32_t value) {
    ++depth_;
    mepc_ = pc;
    mcause_ = cause;
    mtval_ = value;
    mstatus_ = kMpp | (mstatus_ & kMie ? kMpie : 0);
}

std::uint32_t TrapRegisters::enter(Cause cause, std::uint32_t pc, std::uint32_t value) {
    enter(static_cast<std::uint32_t>(cause), pc, value);
    return mtvec_ & ~3u;
}

std::uint32_t TrapRegisters::enter(Interrupt interrupt, std::uint32_t pc) {
    const auto code = static_cast<std::uint32_t>(interrupt);
    enter(kInterruptFlag | code, pc, 0);
    return (mtvec_ & ~3u) + (mtvec_ & 1 ? 4 * code : 0);
}

std::uint32_t TrapRegisters::leave() {
    depth_ = 0;
    mstatus_ = kMpp | kMpie | (mstatus_ & kMpie ? kMie : 0);
    return mepc_;
}

}  // namespace cortile
