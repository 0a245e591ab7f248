// SPDX-License-Identifier: Apache-2.0
// Like inference, but sends output spikes, synaptic operations and energy of every timestep to the
// host instead of classes.
#include <stdio.h>

#include "hal/hal.h"

#define SYNAPTIC_OPERATION 1u  // index among the counters of a core

static uint32_t synaptic_operations(void) {
    uint32_t sum = 0;
    for (uint32_t core = 0; core < REGISTER(SYSTEM, SYSTEM_CORES); ++core) {
        if (CORE_REGISTER(core, CORE_STATUS) & CORE_STATUS_LOADED) {
            sum += CORE_REGISTER(core, CORE_COUNTER_LOW(SYNAPTIC_OPERATION));
        }
    }
    return sum;
}

// Dynamic energy of all cores in fJ.
static uint64_t energy(void) {
    uint64_t sum = 0;
    for (uint32_t core = 0; core < REGISTER(SYSTEM, SYSTEM_CORES); ++core) {
        if (CORE_REGISTER(core, CORE_STATUS) & CORE_STATUS_LOADED) {
            sum += CORE_REGISTER(core, CORE_ENERGY_LOW);
            sum += (uint64_t)CORE_REGISTER(core, CORE_ENERGY_HIGH) << 32;
        }
    }
    return sum;
}

static uint32_t output_spikes(void) {
    struct output_spike spike;
    uint32_t spikes = 0;
    while (next_output_spike(&spike)) {
        ++spikes;
    }
    return spikes;
}

int main(void) {
    const uint32_t code = image_load();
    if (code != EXIT_DONE) {
        printf("monitor: the network image is refused: code %lu\n", (unsigned long)code);
        return (int)code;
    }
    struct sample sample;
    uint32_t operations_before = 0;
    uint64_t energy_before = 0;
    while (sample_next(&sample)) {
        chip_begin_sample(sample.input_timesteps);
        for (uint32_t t = 0; t < sample.timesteps; ++t) {
            if (t < sample.input_timesteps) {
                sample_inject();
            }
            chip_run(1);
            send_host(MESSAGE_SPIKES, output_spikes());
            const uint32_t operations = synaptic_operations();
            send_host(MESSAGE_OPERATIONS, operations - operations_before);
            operations_before = operations;
            // The rest of a pJ counts for the next timestep.
            const uint64_t picojoules = (energy() - energy_before) / 1000;
            send_host(MESSAGE_ENERGY, (uint32_t)picojoules);
            energy_before += picojoules * 1000;
        }
        send_host(MESSAGE_CLASS, 0x0FFFFFFFu);
    }
    return EXIT_DONE;
}
