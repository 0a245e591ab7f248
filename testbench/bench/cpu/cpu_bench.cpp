// SPDX-License-Identifier: Apache-2.0
// Instructions per second of the processor, in slices of a quantum of 10,000 instructions.
#include <benchmark/benchmark.h>

#include "testbench/unit/cpu/assembler.h"
#include "testbench/unit/cpu/machine.h"

namespace {

using namespace cortile::test;

constexpr std::uint64_t kQuantum = 10'000;

void run(benchmark::State& state, const std::vector<std::uint32_t>& program) {
    Machine machine(program);
    machine.processor.set_x(1, Machine::kMemory + 0x4000);
    machine.processor.set_x(2, Machine::kDevice);
    for (auto _ : state) {
        machine.processor.run(kQuantum);
        machine.accesses.clear();
    }
    state.counters["instructions"] = benchmark::Counter(
        static_cast<double>(machine.processor.instructions()), benchmark::Counter::kIsRate);
}

// A checksum over 4 KiB: a load, arithmetic and a branch a word.
void checksum(benchmark::State& state) {
    run(state, {addi(5, 1, 0), lui(6, 1), add(6, 6, 5),  //
                lw(7, 5, 0), r_type(0x33, 4, 0, 8, 8, 7), i_type(0x13, 1, 9, 8, 5),
                i_type(0x13, 5, 10, 8, 27), r_type(0x33, 6, 0, 8, 9, 10), addi(5, 5, 4),
                bne(5, 6, -24), jal(0, -40)});
}
BENCHMARK(checksum);

// Copies, multiplies and calls.
void mixed(benchmark::State& state) {
    run(state, {jal(4, 16), addi(5, 5, 1), sw(6, 1, 4), jal(0, -12), lw(7, 1, 0), mul(6, 7, 5),
                add(8, 8, 6), jalr(0, 4, 0)});
}
BENCHMARK(mixed);

// Every fourth instruction reads a device's register.
void device_reads(benchmark::State& state) {
    run(state, {lw(3, 2, 0), add(4, 4, 3), addi(5, 5, 1), jal(0, -12)});
}
BENCHMARK(device_reads);

}  // namespace

BENCHMARK_MAIN();
