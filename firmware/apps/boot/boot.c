// SPDX-License-Identifier: Apache-2.0
// Says what chip this is and tests its memories, its DMA, the way to every core, and, with the
// network that is in the image, the mesh.
#include <stdio.h>
#include <stdlib.h>

#include "hal/hal.h"

#define TEST_WORDS 1024u
#define AXON_IN 0u  // index among the counters of a core

static bool test_ram(uint32_t* words) {
    for (uint32_t i = 0; i < TEST_WORDS; ++i) {
        words[i] = i * 0x9E3779B9u;
    }
    for (uint32_t i = 0; i < TEST_WORDS; ++i) {
        if (words[i] != i * 0x9E3779B9u) {
            return false;
        }
        words[i] = ~words[i];
    }
    for (uint32_t i = 0; i < TEST_WORDS; ++i) {
        if (words[i] != ~(i * 0x9E3779B9u)) {
            return false;
        }
    }
    return true;
}

static bool test_dma(uint32_t* words) {
    const struct dma_end source = {(uint32_t)words, 0};
    const struct dma_end destination = {(uint32_t)(words + TEST_WORDS), 0};
    if (!dma_copy(source, destination, TEST_WORDS * sizeof *words)) {
        return false;
    }
    __asm__ volatile("" : : "r"(words) : "memory");
    for (uint32_t i = 0; i < TEST_WORDS; ++i) {
        if (words[TEST_WORDS + i] != words[i]) {
            return false;
        }
    }
    return true;
}

// Writes a word of each core's configuration memory and reads it back.
static bool test_core(uint32_t core) {
    const uint32_t pattern = 0xA5000000u | core;
    CORE_REGISTER(core, CORE_CONFIG_ADDRESS) = 0;
    CORE_REGISTER(core, CORE_CONFIG_DATA) = pattern;
    CORE_REGISTER(core, CORE_CONFIG_ADDRESS) = 0;
    return CORE_REGISTER(core, CORE_CONFIG_DATA) == pattern;
}

static uint32_t* expected;  // packets, by core

static void expect(uint32_t core) {
    ++expected[core];
}

// Every input neuron spikes once: do all packets arrive? Neurons that fire by themselves may add to
// them.
static bool test_mesh(uint32_t cores) {
    expected = calloc(cores, sizeof *expected);
    if (expected == NULL) {
        return false;
    }
    image_input_axons(expect);
    for (uint32_t neuron = 0; neuron < image_inputs(); ++neuron) {
        chip_inject(neuron, 1);
    }
    chip_run(1);
    uint32_t packets = 0, reached = 0;
    for (uint32_t core = 0; core < cores; ++core) {
        if (CORE_REGISTER(core, CORE_COUNTER_LOW(AXON_IN)) < expected[core]) {
            printf("boot: core %lu did not get its packets\n", (unsigned long)core);
            return false;
        }
        packets += expected[core];
        reached += expected[core] > 0;
    }
    printf("boot: %lu packets over the mesh to %lu cores\n", (unsigned long)packets,
           (unsigned long)reached);
    return true;
}

static int fail(const char* what) {
    printf("boot: self-test failed: %s\n", what);
    return EXIT_SELF_TEST;
}

int main(void) {
    const uint32_t mesh = REGISTER(SYSTEM, SYSTEM_MESH), cores = REGISTER(SYSTEM, SYSTEM_CORES);
    printf("boot: %lu x %lu tiles, %lu cores, %lu processors at %lu kHz, %lu bytes of RAM\n",
           (unsigned long)(mesh & 0xFFFFu), (unsigned long)(mesh >> 16), (unsigned long)cores,
           (unsigned long)REGISTER(SYSTEM, SYSTEM_PROCESSORS),
           (unsigned long)REGISTER(SYSTEM, SYSTEM_CLOCK),
           (unsigned long)REGISTER(SYSTEM, SYSTEM_RAM_BYTES));
    if (REGISTER(SYSTEM, SYSTEM_ID) != MAGIC) {
        return fail("this is another chip");
    }
    uint32_t* const words = malloc(2 * TEST_WORDS * sizeof *words);
    if (words == NULL || !test_ram(words)) {
        return fail("RAM");
    }
    if (!test_dma(words)) {
        return fail("DMA");
    }
    for (uint32_t core = 0; core < cores; ++core) {
        if (!test_core(core)) {
            return fail("a core does not answer");
        }
    }
    const uint32_t code = image_load();
    if (code != EXIT_DONE) {
        printf("boot: the network image is refused: code %lu\n", (unsigned long)code);
        return (int)code;
    }
    if (!test_mesh(cores)) {
        return fail("mesh");
    }
    printf("boot: self-test passed in %lu us\n", (unsigned long)(hal_time() / 10));
    return EXIT_DONE;
}
