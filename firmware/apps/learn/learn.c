// SPDX-License-Identifier: Apache-2.0
// Learns without a host: shows cues to the network of examples/reward, sees which action it takes,
// and tells its judges which one was right. Halfway each cue asks for the other action.
#include <stdio.h>

#include "hal/hal.h"

// The network's input neurons, in their order.
enum {
    ACTIONS = 2,
    CUES = 4,
    NEURONS_PER_CUE = 6,
    NOISE = 20,
    ANSWER = 0,  // index of the first
    FIRST_CUE = ANSWER + ACTIONS,
    FIRST_NOISE = FIRST_CUE + CUES * NEURONS_PER_CUE,
    INPUTS = FIRST_NOISE + NOISE,
};
enum { SHOWN = 20, TIMESTEPS = 45 };          // of a trial: with its cue, in all
enum { EPOCHS = 8, TRIALS = 50 };             // in all, of an epoch
enum { CUE_IN_256 = 64, NOISE_IN_256 = 26 };  // probabilities of a spike in a timestep
enum { EXIT_NETWORK = 64 };

// Xorshift (Marsaglia, Journal of Statistical Software 8(14), 2003).
static uint32_t random_word(void) {
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void spike_at_random(uint32_t first, uint32_t neurons, uint32_t in_256) {
    for (uint32_t n = first; n < first + neurons; ++n) {
        if ((random_word() >> 24) < in_256) {
            chip_inject(n, 1);
        }
    }
}

// Which action the network takes: the one with more spikes.
static uint32_t trial(uint32_t cue, uint32_t right) {
    uint32_t spikes[ACTIONS] = {0};
    struct output_spike spike;
    chip_begin_sample(TIMESTEPS);
    for (uint32_t t = 0; t < TIMESTEPS; ++t) {
        chip_inject(ANSWER + right, 1);
        if (t < SHOWN) {
            spike_at_random(FIRST_CUE + cue * NEURONS_PER_CUE, NEURONS_PER_CUE, CUE_IN_256);
            spike_at_random(FIRST_NOISE, NOISE, NOISE_IN_256);
        }
        chip_run(1);
        while (next_output_spike(&spike)) {
            ++spikes[spike.neuron];
        }
    }
    return spikes[1] > spikes[0];
}

int main(void) {
    const uint32_t code = image_load();
    if (code != EXIT_DONE) {
        printf("learn: the network image is refused: code %lu\n", (unsigned long)code);
        return (int)code;
    }
    if (image_inputs() != INPUTS || image_header()->output_neurons != ACTIONS) {
        printf("learn: this is not the network of examples/reward\n");
        return EXIT_NETWORK;
    }
    for (uint32_t epoch = 0; epoch < EPOCHS; ++epoch) {
        uint32_t correct = 0;
        for (uint32_t i = 0; i < TRIALS; ++i) {
            const uint32_t cue = random_word() % CUES;
            const uint32_t right = (cue >= CUES / 2) ^ (epoch >= EPOCHS / 2);
            correct += trial(cue, right) == right;
        }
        printf("learn: epoch %lu: %lu of %d right\n", (unsigned long)epoch, (unsigned long)correct,
               TRIALS);
        send_host(MESSAGE_CORRECT, correct);
    }
    return EXIT_DONE;
}
