// SPDX-License-Identifier: Apache-2.0
#include "hal/hal.h"

static uint32_t hart(void) {
    return READ_CSR(mhartid);
}

void hal_exit(uint32_t code) {
    REGISTER(SYSTEM, SYSTEM_EXIT) = code;
    for (;;) {
    }
}

// Traps: nothing of this library's causes one, so each is reported. Interrupts are waited for, not
// taken (see hal_wait).
__attribute__((weak)) uint32_t hal_trap(uint32_t cause, uint32_t pc, uint32_t value) {
    REGISTER(SYSTEM, SYSTEM_FAULT_CAUSE) = cause;
    REGISTER(SYSTEM, SYSTEM_FAULT_PC) = pc;
    REGISTER(SYSTEM, SYSTEM_FAULT_VALUE) = value;
    hal_exit(EXIT_TRAP);
}

__attribute__((weak)) void processor_main(uint32_t processor) {
    (void)processor;
}

// mstatus.MIE stays clear: wfi wakes at a pending interrupt that mie enables, and goes on behind
// itself. So there is no race between looking and sleeping, and no handler.
uint32_t hal_wait(uint32_t bits) {
    REGISTER(INTERRUPTS, INTERRUPTS_ENABLE(hart())) = bits;
    SET_CSR(mie, MIE_EXTERNAL);
    uint32_t pending;
    while ((pending = REGISTER(INTERRUPTS, INTERRUPTS_PENDING) & bits) == 0) {
        __asm__ volatile("wfi");
    }
    REGISTER(INTERRUPTS, INTERRUPTS_PENDING) = pending;
    REGISTER(INTERRUPTS, INTERRUPTS_ENABLE(hart())) = 0;
    return pending;
}

uint64_t hal_time(void) {
    const uint32_t low = REGISTER(TIMER, TIMER_TIME_LOW);
    return (uint64_t)REGISTER(TIMER, TIMER_TIME_HIGH) << 32 | low;
}

#define READ_WIDE(low, high)                  \
    do {                                      \
        uint32_t upper, lower;                \
        do {                                  \
            upper = READ_CSR(high);           \
            lower = READ_CSR(low);            \
        } while (upper != READ_CSR(high));    \
        return (uint64_t)upper << 32 | lower; \
    } while (0)

uint64_t hal_instructions(void) {
    READ_WIDE(minstret, minstreth);
}

uint64_t hal_cycles(void) {
    READ_WIDE(mcycle, mcycleh);
}

void send_host(uint32_t kind, uint32_t value) {
    REGISTER(MAILBOX, MAILBOX_SEND_HOST) = kind << 28 | (value & 0x0FFFFFFFu);
}
