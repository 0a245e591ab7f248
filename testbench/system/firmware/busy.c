// SPDX-License-Identifier: Apache-2.0
// Never ends, and says all the time that it makes progress.
#include <stdio.h>

#include "hal/hal.h"

int main(void) {
    printf("busy\n");
    for (;;) {
        REGISTER(SYSTEM, SYSTEM_WATCHDOG) = 1;
    }
}
