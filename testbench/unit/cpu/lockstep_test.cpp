// SPDX-License-Identifier: Apache-2.0
// Does the processor do after every instruction what Unicorn does?
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "testbench/unit/cpu/machine.h"
#include "testbench/unit/cpu/random_program.h"
#include "testbench/unit/cpu/unicorn_machine.h"

namespace cortile::test {
namespace {

constexpr std::uint64_t kStepsEach = 4'000;
// Kinds of instruction that RandomProgram draws from: 18 of opcode op, 9 of op-imm, lui, auipc,
// jal, jalr, 6 branches, 5 loads, 3 stores, 2 fences, 6 CSR accesses.
constexpr std::size_t kKinds = 53;

std::uint64_t programs() {
    const char* const count = std::getenv("CORTILE_LOCKSTEP_PROGRAMS");
    return count != nullptr ? std::strtoull(count, nullptr, 10) : 30;
}

// Returns the kinds of instruction that were executed.
std::set<std::string> run_in_lockstep(std::uint64_t seed) {
    constexpr std::uint32_t base = Machine::kMemory;
    RandomProgram program(seed, base);
    Machine machine(program.code());
    UnicornMachine unicorn(base, Machine::kBytes);
    for (std::uint32_t at = 0; at < RandomProgram::kDataBytes; at += 4) {
        machine.poke(base + RandomProgram::kDataOffset + at, program.value());
    }
    unicorn.write(machine.memory);
    for (int x = 1; x < 32; ++x) {
        const std::uint32_t value = x == 30   ? base + RandomProgram::kPointer30
                                    : x == 31 ? base + RandomProgram::kPointer31
                                              : program.value();
        machine.processor.set_x(static_cast<unsigned>(x), value);
        unicorn.set_x(x, value);
    }
    std::set<std::string> kinds;
    for (std::uint64_t step = 0; step < kStepsEach; ++step) {
        const std::uint32_t pc = machine.processor.pc();
        const std::uint32_t bits = machine.peek(pc);
        kinds.insert(mnemonic(bits));
        machine.processor.run(1);
        const bool completed = unicorn.step(pc);
        const auto registers = unicorn.registers();
        bool equal = completed && machine.processor.pc() == unicorn.pc();
        for (unsigned x = 0; x < 32; ++x) {
            if (machine.processor.x(x) != registers[x]) {
                equal = false;
                ADD_FAILURE() << "x" << x << ": " << machine.processor.x(x) << ", Unicorn "
                              << registers[x];
            }
        }
        if (!equal) {
            ADD_FAILURE() << "seed " << seed << ", step " << step << std::hex << ", pc " << pc
                          << ", instruction " << bits << ", next pc " << machine.processor.pc()
                          << ", Unicorn " << unicorn.pc();
            return kinds;
        }
    }
    EXPECT_EQ(machine.memory, unicorn.read()) << "seed " << seed;
    EXPECT_EQ(machine.processor.instructions(), kStepsEach);
    return kinds;
}

TEST(Lockstep, EqualsUnicornAfterEveryInstruction) {
    std::set<std::string> kinds;
    for (std::uint64_t seed = 1; seed <= programs() && !HasFailure(); ++seed) {
        kinds.merge(run_in_lockstep(seed));
    }
    EXPECT_EQ(kinds.size(), kKinds) << "not every kind of instruction was met";
}

}  // namespace
}  // namespace cortile::test
