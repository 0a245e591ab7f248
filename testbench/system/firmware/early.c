// SPDX-License-Identifier: Apache-2.0
// Starts a timestep without having loaded a network.
#include "hal/hal.h"

int main(void) {
    chip_run(1);
    return 0;
}
