// SPDX-License-Identifier: Apache-2.0
// What programs on the management processors are written with. Registers: registers.h, which is
// generated; docs/firmware.md tells the whole.
#ifndef CORTILE_HAL_HAL_H
#define CORTILE_HAL_HAL_H

#include <stdbool.h>
#include <stdint.h>

#include "hal/registers.h"

// The register at `offset` of a block; REGISTER(TIMER, TIMER_TIME_LOW).
#define REGISTER(block, offset) (*(volatile uint32_t*)(block##_BASE + (offset)))
// That of a core: CORE_REGISTER(3, CORE_STATUS).
#define CORE_REGISTER(core, offset) \
    (*(volatile uint32_t*)(CORE_BASE + (core)*CORE_STRIDE + (offset)))

// Control and status registers.
#define READ_CSR(name)                                      \
    ({                                                      \
        uint32_t value_;                                    \
        __asm__ volatile("csrr %0, " #name : "=r"(value_)); \
        value_;                                             \
    })
#define SET_CSR(name, bits) __asm__ volatile("csrs " #name ", %0" : : "r"(bits) : "memory")
#define CLEAR_CSR(name, bits) __asm__ volatile("csrc " #name ", %0" : : "r"(bits) : "memory")
#define MSTATUS_MIE (1u << 3)  // interrupts are taken
// Of mie, mip; and, with MCAUSE_INTERRUPT, the causes of traps that are interrupts.
#define MIE_SOFTWARE (1u << 3)
#define MIE_TIMER (1u << 7)
#define MIE_EXTERNAL (1u << 11)
#define MCAUSE_INTERRUPT 0x80000000u
#define MCAUSE_SOFTWARE (MCAUSE_INTERRUPT | 3u)
#define MCAUSE_TIMER (MCAUSE_INTERRUPT | 7u)
#define MCAUSE_EXTERNAL (MCAUSE_INTERRUPT | 11u)

// What a trap calls, on the stack of whatever it interrupts: mcause, mepc and mtval. Returns where
// to go on: `pc` behind an interrupt, pc + 4 behind an instruction that was dealt with. The one of
// the library reports all of them as errors; a program may define its own.
uint32_t hal_trap(uint32_t cause, uint32_t pc, uint32_t value);

// Ends the program on all processors, with a code EXIT_* or one of your own.
void hal_exit(uint32_t code) __attribute__((noreturn));

// Interrupts. hal_wait sleeps until one of `bits` (INTERRUPT_*) is pending, clears those and
// returns them; others stay pending.
uint32_t hal_wait(uint32_t bits);

// Called by processors other than 0 in place of main(); the one of the library sleeps for ever.
void processor_main(uint32_t processor);

// Time in units of 100 ns since the start.
uint64_t hal_time(void);
// Instructions that this processor has executed, and clock cycles.
uint64_t hal_instructions(void);
uint64_t hal_cycles(void);

// DMA. Ends of a transfer: memory, or a FIFO whose items have `item` words.
struct dma_end {
    uint32_t address;
    uint32_t item;  // 0: memory
};
// Copies, and sleeps meanwhile. False: the bus refused an address.
bool dma_copy(struct dma_end source, struct dma_end destination, uint32_t bytes);
// CRC-32 of memory.
bool dma_checksum(uint32_t address, uint32_t bytes, uint32_t* checksum);

// Messages to the host: kind MESSAGE_*, and 28 bits.
void send_host(uint32_t kind, uint32_t value);

// Timesteps. chip_begin_sample: with the next timestep all cores are in their first state.
void chip_begin_sample(uint32_t input_timesteps);
// Runs timesteps and sleeps until the last has ended.
void chip_run(uint32_t timesteps);

// An output spike as the spike bridge gives it.
struct output_spike {
    uint32_t timestep_low, timestep_high, time_low, time_high;
    uint32_t population, neuron, core, value;
};
// Takes the next one; false: there is none.
bool next_output_spike(struct output_spike* spike);

// The network image.
struct image_header {
    uint32_t magic, version, bytes, checksum, core_type, cores, parts, output_populations;
    uint32_t output_neurons, reserved[7];
};
struct image_output {
    uint32_t population, first;  // index of its first neuron among all outputs
};
// Checks the image and loads it into the chip; returns EXIT_DONE, or why it cannot.
uint32_t image_load(void);
const struct image_header* image_header(void);
const struct image_output* image_outputs(void);

// How many neurons of the image's axon table at the edge have axons, and calls `each` with the core
// that each of these axons leads to.
uint32_t image_inputs(void);
void image_input_axons(void (*each)(uint32_t core));

// Samples from the host.
struct sample {
    uint32_t input_timesteps, timesteps;
};
// Asks for the next sample; false: there are no more.
bool sample_next(struct sample* sample);
// Hands a spike of one input neuron to the chip's next timestep.
void chip_inject(uint32_t neuron, uint32_t value);
// Hands the input spikes of the sample's next timestep to the chip; returns how many.
uint32_t sample_inject(void);

#endif
