// SPDX-License-Identifier: Apache-2.0
// Loads the network image, shows the chip the host's samples, counts output spikes, and sends the
// class of each sample to the host.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal/hal.h"

#define NO_CLASS 0x0FFFFFFFu

static uint32_t* counts;  // output spikes of the sample, by neuron

static void count_output_spikes(void) {
    struct output_spike spike;
    while (next_output_spike(&spike)) {
        for (uint32_t i = 0; i < image_header()->output_populations; ++i) {
            const struct image_output* const output = &image_outputs()[i];
            if (output->population == spike.population) {
                counts[output->first + spike.neuron] += spike.value;
            }
        }
    }
}

// The neuron with most spikes; the lowest index wins a tie.
static uint32_t class_of_sample(void) {
    uint32_t best = NO_CLASS, most = 0;
    for (uint32_t n = 0; n < image_header()->output_neurons; ++n) {
        if (best == NO_CLASS || counts[n] > most) {
            best = n;
            most = counts[n];
        }
    }
    return best;
}

static void show(const struct sample* sample) {
    memset(counts, 0, image_header()->output_neurons * sizeof *counts);
    chip_begin_sample(sample->input_timesteps);
    for (uint32_t t = 0; t < sample->timesteps; ++t) {
        if (t < sample->input_timesteps) {
            sample_inject();
        }
        chip_run(1);
        count_output_spikes();
    }
}

int main(void) {
    const uint32_t code = image_load();
    if (code != EXIT_DONE) {
        printf("inference: the network image is refused: code %lu\n", (unsigned long)code);
        return (int)code;
    }
    counts = calloc(image_header()->output_neurons, sizeof *counts);
    if (counts == NULL) {
        printf("inference: no memory for %lu outputs\n",
               (unsigned long)image_header()->output_neurons);
        return EXIT_SELF_TEST;
    }
    printf("inference: %lu bytes of image loaded\n", (unsigned long)image_header()->bytes);
    struct sample sample;
    while (sample_next(&sample)) {
        show(&sample);
        send_host(MESSAGE_CLASS, class_of_sample());
    }
    return EXIT_DONE;
}
