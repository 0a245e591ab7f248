// SPDX-License-Identifier: Apache-2.0
// Does each class of instruction compute what the manual says, and take the cycles of the table?
#include <gtest/gtest.h>

#include <limits>

#include "testbench/unit/cpu/assembler.h"
#include "testbench/unit/cpu/machine.h"

namespace cortile::test {
namespace {

constexpr std::uint32_t kBase = Machine::kMemory;
constexpr std::uint32_t kMin = 0x80000000, kMinusOne = 0xFFFFFFFF;

// x3 after `instruction` with x1 and x2 as given.
std::uint32_t result(std::uint32_t instruction, std::uint32_t x1, std::uint32_t x2 = 0) {
    Machine machine({instruction});
    machine.processor.set_x(1, x1);
    machine.processor.set_x(2, x2);
    machine.processor.run(1);
    EXPECT_EQ(machine.processor.pc(), kBase + 4);
    EXPECT_EQ(machine.processor.instructions(), 1u);
    return machine.processor.x(3);
}
std::uint32_t register_result(Word funct3, Word funct7, std::uint32_t x1, std::uint32_t x2) {
    return result(r_type(0x33, funct3, funct7, 3, 1, 2), x1, x2);
}
std::uint32_t immediate_result(Word funct3, std::uint32_t x1, std::int32_t immediate) {
    return result(i_type(0x13, funct3, 3, 1, immediate), x1);
}

TEST(Instructions, RegisterArithmetic) {
    EXPECT_EQ(register_result(0, 0x00, kMinusOne, 2), 1u) << "add";
    EXPECT_EQ(register_result(0, 0x20, 1, 2), kMinusOne) << "sub";
    EXPECT_EQ(register_result(1, 0x00, 3, 33), 6u) << "sll takes five bits of the amount";
    EXPECT_EQ(register_result(2, 0x00, kMinusOne, 0), 1u) << "slt is signed";
    EXPECT_EQ(register_result(2, 0x00, 0, kMinusOne), 0u);
    EXPECT_EQ(register_result(3, 0x00, kMinusOne, 0), 0u) << "sltu is not";
    EXPECT_EQ(register_result(3, 0x00, 0, kMinusOne), 1u);
    EXPECT_EQ(register_result(4, 0x00, 0xF0F0, 0xFF00), 0x0FF0u) << "xor";
    EXPECT_EQ(register_result(5, 0x00, kMin, 31 + 32), 1u) << "srl";
    EXPECT_EQ(register_result(5, 0x20, kMin, 31 + 32), kMinusOne) << "sra";
    EXPECT_EQ(register_result(6, 0x00, 0xF0F0, 0xFF00), 0xFFF0u) << "or";
    EXPECT_EQ(register_result(7, 0x00, 0xF0F0, 0xFF00), 0xF000u) << "and";
}

TEST(Instructions, ImmediateArithmetic) {
    EXPECT_EQ(immediate_result(0, 1, -2048), 1u - 2048u) << "addi";
    EXPECT_EQ(immediate_result(0, 1, 2047), 2048u);
    EXPECT_EQ(immediate_result(2, kMin, -1), 1u) << "slti";
    EXPECT_EQ(immediate_result(2, 0, -1), 0u);
    EXPECT_EQ(immediate_result(3, 5, -1), 1u) << "sltiu extends the sign, then compares unsigned";
    EXPECT_EQ(immediate_result(4, 0x0F, -1), ~0x0Fu) << "xori";
    EXPECT_EQ(immediate_result(6, 0x0F, -16), kMinusOne) << "ori";
    EXPECT_EQ(immediate_result(7, 0xABCD, 0x0FF), 0xCDu) << "andi";
    EXPECT_EQ(immediate_result(1, 1, 31), kMin) << "slli";
    EXPECT_EQ(immediate_result(5, kMin, 4), 0x08000000u) << "srli";
    EXPECT_EQ(immediate_result(5, kMin, 0x400 | 4), 0xF8000000u) << "srai";
    EXPECT_EQ(result(lui(3, 0xFFFFF), 0), 0xFFFFF000u);
    EXPECT_EQ(result(auipc(3, 0x80001), 0), kBase + 0x80001000u);
}

TEST(Instructions, MultiplicationAndDivision) {
    const auto m = [](Word funct3, std::uint32_t a, std::uint32_t b) {
        return register_result(funct3, 1, a, b);
    };
    EXPECT_EQ(m(0, 0x10001, 0x10001), 0x00020001u) << "mul";
    EXPECT_EQ(m(1, kMin, kMin), 0x40000000u) << "mulh";
    EXPECT_EQ(m(1, kMinusOne, 2), kMinusOne);
    EXPECT_EQ(m(2, kMinusOne, kMinusOne), kMinusOne) << "mulhsu: -1 * (2^32 - 1)";
    EXPECT_EQ(m(2, 2, kMinusOne), 1u);
    EXPECT_EQ(m(3, kMinusOne, kMinusOne), 0xFFFFFFFEu) << "mulhu";
    EXPECT_EQ(m(4, static_cast<std::uint32_t>(-7), 2), static_cast<std::uint32_t>(-3)) << "div";
    EXPECT_EQ(m(4, 7, 0), kMinusOne) << "by zero";
    EXPECT_EQ(m(4, kMin, kMinusOne), kMin) << "overflow";
    EXPECT_EQ(m(5, kMinusOne, 2), 0x7FFFFFFFu) << "divu";
    EXPECT_EQ(m(5, 7, 0), kMinusOne);
    EXPECT_EQ(m(6, static_cast<std::uint32_t>(-7), 2), kMinusOne) << "rem";
    EXPECT_EQ(m(6, 7, 0), 7u);
    EXPECT_EQ(m(6, kMin, kMinusOne), 0u);
    EXPECT_EQ(m(7, 7, 4), 3u) << "remu";
    EXPECT_EQ(m(7, 7, 0), 7u);
}

TEST(Instructions, RegisterZeroStaysZero) {
    Machine machine({addi(0, 0, 5), lui(0, 1), jal(0, 4), add(3, 0, 0)});
    machine.processor.set_x(3, 9);
    machine.processor.run(4);
    EXPECT_EQ(machine.processor.x(0), 0u);
    EXPECT_EQ(machine.processor.x(3), 0u);
}

TEST(Instructions, LoadsExtendAndStoresKeepTheirNeighbours) {
    Machine machine({
        i_type(0x03, 0, 3, 1, 3),  // lb x3, 3(x1)
        i_type(0x03, 4, 4, 1, 3),  // lbu
        i_type(0x03, 1, 5, 1, 2),  // lh
        i_type(0x03, 5, 6, 1, 2),  // lhu
        lw(7, 1, 0),               //
        s_type(0, 1, 2, 5),        // sb x2, 5(x1)
        s_type(1, 1, 2, 10),       // sh x2, 10(x1)
        sw(2, 1, -4),              //
    });
    const std::uint32_t data = kBase + 0x1000;
    machine.processor.set_x(1, data);
    machine.processor.set_x(2, 0x89ABCDEF);
    machine.poke(data, 0x80818283);
    machine.poke(data + 4, 0x11111111);
    machine.poke(data + 8, 0x22222222);
    machine.processor.run(8);
    EXPECT_EQ(machine.processor.x(3), 0xFFFFFF80u);
    EXPECT_EQ(machine.processor.x(4), 0x80u);
    EXPECT_EQ(machine.processor.x(5), 0xFFFF8081u);
    EXPECT_EQ(machine.processor.x(6), 0x8081u);
    EXPECT_EQ(machine.processor.x(7), 0x80818283u);
    EXPECT_EQ(machine.peek(data + 4), 0x1111EF11u);
    EXPECT_EQ(machine.peek(data + 8), 0xCDEF2222u);
    EXPECT_EQ(machine.peek(data - 4), 0x89ABCDEFu);
    EXPECT_EQ(machine.processor.direct_accesses(), 8u);
    EXPECT_TRUE(machine.accesses.empty());
}

TEST(Instructions, JumpsAndBranches) {
    // The instructions jumped over would change x9.
    Machine machine({
        jal(1, 8), addi(9, 9, 1),            // x1 = base + 4
        beq(0, 0, 8), addi(9, 9, 1),         //
        bne(0, 0, 8), addi(2, 2, 1),         // not taken
        addi(4, 0, -1), b_type(4, 4, 0, 8),  // blt -1, 0: taken
        addi(9, 9, 1), b_type(6, 4, 0, 8),   // bltu 2^32-1, 0: not taken
        addi(2, 2, 1), b_type(5, 0, 4, 8),   // bge 0, -1: taken
        addi(9, 9, 1), b_type(7, 0, 4, 8),   // bgeu 0, 2^32-1: not taken
        addi(2, 2, 1), jalr(5, 1, 60),       // to base + 64
        addi(2, 2, 1),                       // here
    });
    machine.processor.run(13);
    EXPECT_EQ(machine.processor.x(9), 0u);
    EXPECT_EQ(machine.processor.x(1), kBase + 4);
    EXPECT_EQ(machine.processor.x(5), kBase + 64);
    EXPECT_EQ(machine.processor.x(2), 4u);
    EXPECT_EQ(machine.processor.pc(), kBase + 68);
    EXPECT_EQ(machine.processor.instructions(), 13u);
}

TEST(Instructions, BackwardsAndFarJumps) {
    Machine machine;
    machine.load(kBase + 0x4000, {jal(1, -0x4000)});
    machine.load(kBase, {lui(2, 8), add(2, 2, 1), jalr(0, 2, -4)});
    machine.processor.set_pc(kBase + 0x4000);
    machine.processor.run(4);
    EXPECT_EQ(machine.processor.pc(), kBase + 0x4004 + 0x8000 - 4);
}

struct Timed {
    const char* what;
    std::uint32_t instruction;
    std::uint64_t cycles;
};

// The table of docs/firmware.md, with x1 = a valid address, x2 = 3.
TEST(Instructions, TakeTheCyclesOfTheTable) {
    for (const Timed& timed : {
             Timed{"arithmetic", add(3, 1, 2), 1},
             Timed{"lui", lui(3, 1), 1},
             Timed{"load", lw(3, 1, 0), 2},
             Timed{"store", sw(2, 1, 0), 2},
             Timed{"jal", jal(0, 4), 2},
             Timed{"jalr", jalr(0, 1, 0), 2},
             Timed{"branch, taken", beq(2, 2, 8), 3},
             Timed{"branch, not taken", bne(2, 2, 8), 1},
             Timed{"mul", mul(3, 1, 2), 3},
             Timed{"mulh", mulh(3, 1, 2), 4},
             Timed{"mulhu", r_type(0x33, 3, 1, 3, 1, 2), 4},
             Timed{"div", div(3, 1, 2), 38},
             Timed{"remu", r_type(0x33, 7, 1, 3, 1, 2), 38},
             Timed{"div by zero", div(3, 1, 0), 2},
             Timed{"csr", csrrs(3, 0x340, 0), 1},
             Timed{"fence", kFence, 1},
             Timed{"fence.i", kFenceI, 2},
             Timed{"mret", kMret, 4},
             Timed{"wfi", kWfi, 1},
             Timed{"ecall", kEcall, 4},
         }) {
        // The first access makes the memory known: both the long way and the short one are timed.
        for (const bool known : {false, true}) {
            Machine machine({lw(4, 1, 0), timed.instruction});
            machine.load(kBase + 0x1000, {kNop});
            machine.processor.set_x(1, kBase + 0x1000);
            machine.processor.set_x(2, 3);
            if (known) {
                machine.processor.run(1);
            } else {
                machine.processor.set_pc(kBase + 4);
            }
            const std::uint64_t before = machine.processor.cycles();
            machine.processor.run(1);
            EXPECT_EQ(machine.processor.cycles() - before, timed.cycles) << timed.what << known;
        }
    }
}

TEST(Instructions, WaitForMemoryAndBus) {
    Machine machine({lw(3, 1, 0), lw(3, 1, 0), sw(3, 1, 0), lw(4, 2, 0)});
    machine.memory_wait = 7;
    machine.processor.set_x(1, kBase + 0x1000);
    machine.processor.set_x(2, Machine::kDevice);
    machine.processor.run(3);
    EXPECT_EQ(machine.processor.cycles(), 3u * (2 + 7));
    machine.processor.run(1);
    EXPECT_EQ(machine.processor.cycles(), 3u * (2 + 7) + 2 + Machine::kDeviceWait);
}

TEST(Instructions, DeviceAccessesHaveTheWidthOfTheInstruction) {
    Machine machine({sw(2, 1, 0), s_type(0, 1, 2, 1), s_type(1, 1, 2, 2), i_type(0x03, 0, 3, 1, 0),
                     i_type(0x03, 5, 4, 1, 2)});
    machine.processor.set_x(1, Machine::kDevice);
    machine.processor.set_x(2, 0x12345680);
    machine.processor.run(3);
    machine.device = 0xFF;
    machine.processor.run(2);
    const std::uint32_t at = Machine::kDevice;
    EXPECT_EQ(machine.accesses, (std::vector<Machine::Seen>{{at, 4, true, 0x12345680},
                                                            {at + 1, 1, true, 0x80},
                                                            {at + 2, 2, true, 0x5680},
                                                            {at, 1, false, 0},
                                                            {at + 2, 2, false, 0}}));
    EXPECT_EQ(machine.processor.x(3), 0xFFFFFFFFu) << "lb extends what the device gives";
    EXPECT_EQ(machine.processor.x(4), 0xFFu);
}

// Each store writes an instruction that is executed next: the second pass must not run the first's.
TEST(Instructions, StoresIntoCodeAreExecuted) {
    Machine machine({sw(2, 1, 0), jal(0, 12)});
    machine.load(kBase + 16, {kNop, jal(0, -20)});
    machine.processor.set_x(1, kBase + 16);
    machine.processor.set_x(2, addi(3, 3, 1));
    machine.processor.run(4);
    EXPECT_EQ(machine.processor.x(3), 1u);
    machine.processor.set_x(2, addi(3, 3, 16));
    machine.processor.run(4);
    EXPECT_EQ(machine.processor.x(3), 17u);
}

TEST(Instructions, CodeThatOthersWroteIsExecutedAfterAFence) {
    Machine machine({addi(3, 3, 1), jal(0, 4), kFenceI, jal(0, -12)});
    machine.processor.run(4);
    machine.poke(kBase, addi(3, 3, 16));
    machine.processor.run(4);
    EXPECT_EQ(machine.processor.x(3), 17u);
}

TEST(Instructions, BudgetIsExact) {
    Machine machine({addi(3, 3, 1), jal(0, -4)});
    EXPECT_EQ(machine.processor.run(1001), Processor::Stop::budget);
    EXPECT_EQ(machine.processor.instructions(), 1001u);
    EXPECT_EQ(machine.processor.x(3), 501u);
}

}  // namespace
}  // namespace cortile::test
