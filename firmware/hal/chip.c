// SPDX-License-Identifier: Apache-2.0
// Timesteps, output spikes, and samples of input.
#include "hal/hal.h"

#define FIFO_WORDS_OF_INPUT 2u
#define FIFO_WORDS_OF_OUTPUT 8u

void chip_begin_sample(uint32_t input_timesteps) {
    REGISTER(SPIKES, BRIDGE_SAMPLE) = input_timesteps;
}

void chip_run(uint32_t timesteps) {
    REGISTER(INTERRUPTS, INTERRUPTS_PENDING) = INTERRUPT_TIMESTEP;
    REGISTER(SPIKES, BRIDGE_STEP) = timesteps;
    hal_wait(INTERRUPT_TIMESTEP);
}

bool next_output_spike(struct output_spike* spike) {
    static uint32_t known = 0;  // spikes that are certainly there
    if (known == 0) {
        known = REGISTER(SPIKES, BRIDGE_RECEIVE_COUNT);
        if (known == 0) {
            return false;
        }
    }
    --known;
    const struct dma_end source = {SPIKES_BASE + BRIDGE_RECEIVE, FIFO_WORDS_OF_OUTPUT};
    const struct dma_end destination = {(uint32_t)spike, 0};
    if (!dma_copy(source, destination, sizeof *spike)) {
        hal_exit(EXIT_DMA);
    }
    // DMA wrote it: the compiler is to read it again.
    __asm__ volatile("" : : "r"(spike) : "memory");
    return true;
}

bool sample_next(struct sample* sample) {
    REGISTER(HOST, HOST_NEXT) = 1;
    hal_wait(INTERRUPT_HOST);
    sample->input_timesteps = REGISTER(HOST, HOST_DATA);
    sample->timesteps = REGISTER(HOST, HOST_DATA);
    return sample->timesteps != 0;
}

void chip_inject(uint32_t neuron, uint32_t value) {
    const uint32_t spike[FIFO_WORDS_OF_INPUT] = {neuron, value};
    const struct dma_end source = {(uint32_t)spike, 0};
    const struct dma_end destination = {SPIKES_BASE + BRIDGE_INJECT, FIFO_WORDS_OF_INPUT};
    // DMA reads it: the compiler is to have written it.
    __asm__ volatile("" : : "r"(spike) : "memory");
    if (!dma_copy(source, destination, sizeof spike)) {
        hal_exit(EXIT_DMA);
    }
}

uint32_t sample_inject(void) {
    const uint32_t spikes = REGISTER(HOST, HOST_DATA);
    const struct dma_end source = {HOST_BASE + HOST_DATA, 1};
    const struct dma_end destination = {SPIKES_BASE + BRIDGE_INJECT, FIFO_WORDS_OF_INPUT};
    if (!dma_copy(source, destination, spikes * FIFO_WORDS_OF_INPUT * sizeof(uint32_t))) {
        hal_exit(EXIT_DMA);
    }
    return spikes;
}
