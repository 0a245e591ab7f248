// SPDX-License-Identifier: Apache-2.0
// Takes an interrupt for which it has no handler.
#include "hal/hal.h"

int main(void) {
    REGISTER(TIMER, TIMER_COMPARE_HIGH(0)) = 0;
    REGISTER(TIMER, TIMER_COMPARE_LOW(0)) = 10;
    SET_CSR(mie, MIE_TIMER);
    SET_CSR(mstatus, MSTATUS_MIE);
    for (;;) {
        __asm__ volatile("wfi");
    }
}
