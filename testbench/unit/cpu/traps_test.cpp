// SPDX-License-Identifier: Apache-2.0
// Do traps, interrupts, wfi and the control registers behave as volume II of the manual says?
#include <gtest/gtest.h>

#include "testbench/unit/cpu/assembler.h"
#include "testbench/unit/cpu/machine.h"

namespace cortile::test {
namespace {

constexpr std::uint32_t kBase = Machine::kMemory, kHandler = kBase + 0x400;
using Stop = Processor::Stop;

struct Trapping : testing::Test {
    void start(const std::vector<std::uint32_t>& program, std::uint32_t mode = 0) {
        machine.load(kBase, {csrrw(0, 0x305, 31)});
        machine.load(kBase + 4, program);
        machine.processor.set_x(31, kHandler | mode);
        machine.processor.run(1);
    }
    std::uint32_t csr(Csr number) { return machine.processor.csr(number).value(); }
    void expect_trap(Cause cause, std::uint32_t mepc, std::uint32_t mtval) {
        EXPECT_EQ(csr(Csr::mcause), static_cast<std::uint32_t>(cause));
        EXPECT_EQ(csr(Csr::mepc), mepc);
        EXPECT_EQ(csr(Csr::mtval), mtval);
        EXPECT_EQ(machine.processor.pc(), kHandler);
    }

    Machine machine;
    Processor& processor = machine.processor;
};

TEST_F(Trapping, IllegalInstructions) {
    for (const std::uint32_t bits : {
             0x00000000u,
             0xFFFFFFFFu,
             0x0000007Fu,
             0x00000001u,  // compressed: none of ours
             r_type(0x33, 0, 2, 1, 1, 1),
             r_type(0x33, 1, 0x20, 1, 1, 1),
             i_type(0x13, 1, 1, 1, 0x20),
             i_type(0x13, 5, 1, 1, 0x200),
             i_type(0x03, 3, 1, 1, 0),
             i_type(0x03, 6, 1, 1, 0),
             s_type(3, 1, 1, 0),
             b_type(2, 1, 1, 8),
             i_type(0x67, 1, 1, 1, 0),
             i_type(0x73, 4, 1, 1, 0),
             0x10200073u /* sret */,
             0x00200073u,
             i_type(0x0F, 2, 0, 0, 0),
             csrrs(1, 0x105, 0),   // stvec
             csrrs(1, 0xC01, 0),   // time
             csrrw(1, 0xF14, 1),   // mhartid is read-only
             csrrsi(1, 0xC00, 1),  // cycle too
         }) {
        machine.processor.reset(kBase);
        machine.processor.forget_code();
        start({bits});
        const std::uint64_t retired = processor.instructions();
        processor.run(1);
        expect_trap(Cause::illegal_instruction, kBase + 4, bits);
        EXPECT_EQ(processor.instructions(), retired) << "it did not retire";
    }
}

TEST_F(Trapping, EnvironmentCallsAndBreakpoints) {
    start({kEcall});
    processor.run(1);
    expect_trap(Cause::machine_call, kBase + 4, 0);
    processor.reset(kBase);
    processor.forget_code();
    start({kEbreak});
    processor.run(1);
    expect_trap(Cause::breakpoint, kBase + 4, kBase + 4);
}

TEST_F(Trapping, MisalignedAccesses) {
    const std::uint32_t odd = kBase + 0x1001;
    for (const auto& [instruction, cause] : {
             std::pair{lw(3, 1, 0), Cause::load_misaligned},
             {i_type(0x03, 1, 3, 1, 0), Cause::load_misaligned},
             {i_type(0x03, 5, 3, 1, 0), Cause::load_misaligned},
             {sw(3, 1, 0), Cause::store_misaligned},
             {s_type(1, 1, 3, 0), Cause::store_misaligned},
         }) {
        processor.reset(kBase);
        processor.forget_code();
        start({instruction});
        processor.set_x(1, odd);
        processor.set_x(3, 77);
        processor.run(1);
        expect_trap(cause, kBase + 4, odd);
        EXPECT_EQ(processor.x(3), 77u);
    }
}

TEST_F(Trapping, AccessesOutsideTheMap) {
    const std::uint32_t nowhere = 0x20000000;
    start({lw(3, 1, 4)});
    processor.set_x(1, nowhere);
    processor.run(1);
    expect_trap(Cause::load_fault, kBase + 4, nowhere + 4);
    processor.reset(kBase);
    processor.forget_code();
    start({sw(3, 1, 8)});
    processor.set_x(1, nowhere);
    processor.run(1);
    expect_trap(Cause::store_fault, kBase + 4, nowhere + 8);
    processor.reset(kBase);
    processor.forget_code();
    start({jalr(0, 1, 0)});
    processor.set_x(1, nowhere);
    processor.run(1);
    EXPECT_EQ(processor.pc(), nowhere);
    processor.run(1);
    expect_trap(Cause::instruction_fault, nowhere, nowhere);
}

TEST_F(Trapping, WritingMemoryThatIsReadOnlyIsLeftToTheBus) {
    machine.writable = false;
    start({sw(3, 1, 0)});
    processor.set_x(1, kBase + 0x1000);
    processor.run(1);
    expect_trap(Cause::store_fault, kBase + 4, kBase + 0x1000);
    EXPECT_EQ(machine.accesses.size(), 1u);
}

TEST_F(Trapping, MisalignedTargetsTrapAtTheJump) {
    start({jal(1, 6)});
    processor.run(1);
    expect_trap(Cause::instruction_misaligned, kBase + 4, kBase + 10);
    EXPECT_EQ(processor.x(1), 0u) << "the link register is not written";
    processor.reset(kBase);
    processor.forget_code();
    start({beq(0, 0, 6)});
    const std::uint64_t before = processor.cycles();
    processor.run(1);
    EXPECT_EQ(processor.cycles() - before, 4u) << "those of the trap alone";
    expect_trap(Cause::instruction_misaligned, kBase + 4, kBase + 10);
    processor.reset(kBase);
    processor.forget_code();
    start({bne(0, 0, 6)});
    processor.run(1);
    EXPECT_EQ(processor.pc(), kBase + 8) << "a branch that is not taken does not care";
    processor.reset(kBase);
    processor.forget_code();
    start({jalr(1, 2, 3)});
    processor.set_x(2, kBase);
    processor.run(1);
    expect_trap(Cause::instruction_misaligned, kBase + 4, kBase + 2);
}

TEST_F(Trapping, ReturnRestoresTheInterruptEnable) {
    start({csrrsi(0, 0x300, 8), kEcall, addi(5, 5, 1)});
    machine.load(kHandler, {csrrs(1, 0x341, 0), addi(1, 1, 4), csrrw(0, 0x341, 1), kMret});
    processor.run(2);
    EXPECT_EQ(csr(Csr::mstatus), 0x1880u) << "MPP machine, MPIE set, MIE clear";
    processor.run(4);
    EXPECT_EQ(csr(Csr::mstatus), 0x1888u);
    EXPECT_EQ(processor.pc(), kBase + 12);
}

TEST_F(Trapping, InterruptsAreTakenByPriorityOnceEnabled) {
    start({csrrw(0, 0x304, 1), kNop, csrrsi(0, 0x300, 8), kNop});
    processor.set_x(1, 0x888);
    for (const Interrupt line : {Interrupt::timer, Interrupt::software, Interrupt::external}) {
        processor.set_interrupt(line, true);
    }
    EXPECT_EQ(csr(Csr::mip), 0x888u);
    machine.load(kHandler, {kMret});
    processor.run(3);
    EXPECT_EQ(processor.interrupts(), 0u);
    for (const Interrupt line : {Interrupt::external, Interrupt::software, Interrupt::timer}) {
        processor.run(1);  // the handler's mret
        EXPECT_EQ(csr(Csr::mcause), 0x80000000u | static_cast<std::uint32_t>(line));
        EXPECT_EQ(csr(Csr::mepc), kBase + 16);
        EXPECT_EQ(csr(Csr::mtval), 0u);
        processor.set_interrupt(line, false);
    }
    EXPECT_EQ(processor.interrupts(), 3u);
    EXPECT_EQ(processor.pc(), kBase + 16);
}

TEST_F(Trapping, VectoredInterruptsAndDirectExceptions) {
    start({csrrw(0, 0x304, 1), csrrsi(0, 0x300, 8), kEcall}, 1);
    processor.set_x(1, 0x80);
    processor.run(2);
    processor.run(1);
    EXPECT_EQ(processor.pc(), kHandler) << "exceptions go to the base";
    processor.reset(kBase);
    start({csrrw(0, 0x304, 1), csrrsi(0, 0x300, 8), kNop}, 1);
    processor.set_x(1, 0x80);
    processor.run(2);
    processor.set_interrupt(Interrupt::timer, true);
    machine.load(kHandler + 4 * 7, {addi(6, 0, 1)});
    processor.run(1);
    EXPECT_EQ(processor.x(6), 1u);
    EXPECT_EQ(csr(Csr::mepc), kBase + 12);
}

TEST_F(Trapping, ADeviceMayRaiseItsLineDuringTheAccess) {
    start({csrrw(0, 0x304, 1), csrrsi(0, 0x300, 8), sw(0, 2, 0), addi(5, 0, 1)});
    machine.load(kHandler, {addi(6, 0, 1)});
    machine.on_write = [&](std::uint32_t) { processor.set_interrupt(Interrupt::external, true); };
    processor.set_x(1, 0x800);
    processor.set_x(2, Machine::kDevice);
    processor.run(4);
    EXPECT_EQ(processor.x(6), 1u);
    EXPECT_EQ(processor.x(5), 0u) << "taken before the next instruction";
    EXPECT_EQ(csr(Csr::mepc), kBase + 16);
}

TEST_F(Trapping, WaitsForAnInterrupt) {
    start({csrrw(0, 0x304, 1), kWfi, addi(5, 5, 1)});
    processor.set_x(1, 0x80);
    EXPECT_EQ(processor.run(100), Stop::asleep);
    EXPECT_EQ(processor.pc(), kBase + 12);
    EXPECT_EQ(processor.run(100), Stop::asleep);
    EXPECT_EQ(processor.instructions(), 3u);
    processor.set_interrupt(Interrupt::software, true);
    EXPECT_EQ(processor.run(100), Stop::asleep) << "that line is not enabled";
    processor.set_interrupt(Interrupt::timer, true);
    processor.pass_cycles(1000);
    EXPECT_EQ(processor.run(1), Stop::budget);
    EXPECT_EQ(processor.x(5), 1u) << "without MIE it goes on behind the wfi";
    EXPECT_EQ(processor.cycles(), 1u + 1 + 1 + 1000 + 1);
}

TEST_F(Trapping, DoesNotSleepWithAnInterruptPending) {
    start({csrrw(0, 0x304, 1), kWfi, addi(5, 5, 1)});
    processor.set_x(1, 0x80);
    processor.set_interrupt(Interrupt::timer, true);
    EXPECT_EQ(processor.run(3), Stop::budget);
    EXPECT_EQ(processor.x(5), 1u);
}

TEST_F(Trapping, ControlRegistersHoldWhatTheyCan) {
    start({csrrw(0, 0x300, 1), csrrw(0, 0x301, 1), csrrw(0, 0x304, 1), csrrw(0, 0x340, 1),
           csrrw(0, 0x341, 1), csrrw(0, 0x344, 1), csrrw(0, 0x305, 1)});
    processor.set_x(1, 0xFFFFFFFF);
    processor.run(7);
    EXPECT_EQ(csr(Csr::mstatus), 0x1888u);
    EXPECT_EQ(csr(Csr::misa), 0x40001100u);
    EXPECT_EQ(csr(Csr::mie), 0x888u);
    EXPECT_EQ(csr(Csr::mscratch), 0xFFFFFFFFu);
    EXPECT_EQ(csr(Csr::mepc), 0xFFFFFFFCu);
    EXPECT_EQ(csr(Csr::mip), 0u);
    EXPECT_EQ(csr(Csr::mtvec), 0xFFFFFFFCu) << "mode 3 is reserved";
}

TEST_F(Trapping, SetAndClearOnlyWriteWithAnOperand) {
    start({csrrwi(0, 0x340, 0x15), csrrci(2, 0x340, 0x11), csrrsi(3, 0x340, 0x02),
           csrrs(4, 0xF14, 0), csrrci(5, 0xC00, 0), csrrs(6, 0x340, 1), csrrc(7, 0x340, 1)});
    processor.set_x(1, 0x100);
    processor.set_x(4, 99);
    processor.run(7);
    EXPECT_EQ(processor.exceptions(), 0u);
    EXPECT_EQ(processor.x(2), 0x15u);
    EXPECT_EQ(processor.x(3), 0x04u);
    EXPECT_EQ(processor.x(4), 0u) << "mhartid";
    EXPECT_EQ(processor.x(6), 0x06u);
    EXPECT_EQ(processor.x(7), 0x106u);
    EXPECT_EQ(csr(Csr::mscratch), 0x06u);
}

TEST_F(Trapping, CountersCountAndCanBeSet) {
    start({csrrs(2, 0xB02, 0), csrrs(3, 0xB00, 0), csrrw(0, 0xB02, 1), csrrs(4, 0xC02, 0),
           csrrw(0, 0xB80, 1), csrrs(5, 0xC80, 0), mul(6, 6, 6), csrrs(7, 0xB00, 0)});
    processor.set_x(1, 1000);
    processor.run(8);
    EXPECT_EQ(processor.x(2), 1u);
    EXPECT_EQ(processor.x(3), 2u);
    EXPECT_EQ(processor.x(4), 1000u) << "the write is the last word on its own count";
    EXPECT_EQ(processor.x(5), 1000u);
    EXPECT_EQ(processor.x(7), 7u + 3u);
    EXPECT_EQ(processor.instructions(), 9u) << "what is counted for reports is not touched";
}

TEST_F(Trapping, SeveralProcessorsAreIndependent) {
    Machine other({csrrs(3, 0xF14, 0)});
    Processor second(5, CycleTable{}, other);
    second.reset(kBase);
    second.run(1);
    EXPECT_EQ(second.x(3), 5u);
    EXPECT_EQ(other.processor.x(3), 0u);
}

TEST_F(Trapping, StopsWithoutAHandler) {
    Machine bare({addi(1, 0, 1), 0});
    EXPECT_EQ(bare.processor.run(10), Stop::no_handler);
    EXPECT_EQ(bare.processor.fault().cause, Cause::illegal_instruction);
    EXPECT_EQ(bare.processor.fault().pc, kBase + 4);
    EXPECT_EQ(bare.processor.run(10), Stop::no_handler) << "for good";
    machine.load(kHandler, {0});
    start({kEcall});
    EXPECT_EQ(processor.run(10), Stop::no_handler) << "the handler's first instruction traps";
    EXPECT_EQ(processor.fault().pc, kHandler);
}

TEST_F(Trapping, StopsWhereHandlersTrapThemselves) {
    machine.load(kHandler, {addi(5, 5, 1), 0});
    start({kEcall});
    EXPECT_EQ(processor.run(100'000), Stop::no_handler);
    EXPECT_EQ(processor.x(5), 10'000u);
    EXPECT_EQ(processor.fault().pc, kHandler + 4);
}

TEST_F(Trapping, Breakpoints) {
    start({addi(3, 3, 1), addi(3, 3, 1), jal(0, -8)});
    processor.set_breakpoint(kBase + 8, true);
    EXPECT_EQ(processor.run(100), Stop::breakpoint);
    EXPECT_EQ(processor.pc(), kBase + 8);
    EXPECT_EQ(processor.x(3), 1u);
    EXPECT_EQ(processor.run(100), Stop::breakpoint);
    EXPECT_EQ(processor.step(), Stop::budget);
    EXPECT_EQ(processor.x(3), 2u);
    EXPECT_EQ(processor.run(100), Stop::breakpoint);
    EXPECT_EQ(processor.x(3), 3u);
    processor.set_breakpoint(kBase + 8, false);
    EXPECT_EQ(processor.run(100), Stop::budget);
    processor.stop_at_ebreak(true);
    processor.reset(kBase);
    processor.forget_code();
    start({kEbreak});
    EXPECT_EQ(processor.run(5), Stop::breakpoint);
    EXPECT_EQ(processor.pc(), kBase + 4);
}

TEST_F(Trapping, Watchpoints) {
    start({sw(2, 1, 0), lw(3, 1, 4), sw(2, 1, 4), lw(3, 1, 0), addi(4, 4, 1)});
    const std::uint32_t at = kBase + 0x1000;
    processor.set_x(1, at);
    processor.add_watch({at + 5, 2, false, true});
    EXPECT_EQ(processor.run(100), Stop::watchpoint);
    EXPECT_EQ(processor.pc(), kBase + 16) << "behind the store";
    EXPECT_EQ(processor.watched(), at + 5);
    processor.remove_watch({at + 5, 2, false, true});
    processor.add_watch({at, 1, true, false});
    EXPECT_EQ(processor.run(100), Stop::watchpoint);
    EXPECT_EQ(processor.pc(), kBase + 20);
    EXPECT_EQ(processor.run(1), Stop::budget);
}

}  // namespace
}  // namespace cortile::test
