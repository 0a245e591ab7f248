// SPDX-License-Identifier: Apache-2.0
// Standard output of the C library on the UART.
#include <stdio.h>

#include "hal/hal.h"

static int put(char c, FILE* file) {
    (void)file;
    REGISTER(UART, UART_DATA) = (uint8_t)c;
    return (unsigned char)c;
}

static FILE console = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE* const stdout = &console;
FILE* const stderr = &console;

// What the C library ends a program with.
void _exit(int code);
void _exit(int code) {
    hal_exit((uint32_t)code);
}
