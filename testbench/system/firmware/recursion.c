// SPDX-License-Identifier: Apache-2.0
// Its stack runs over.
#include <stdint.h>

int main(void);
uint32_t depth(uint32_t n);

__attribute__((noinline)) uint32_t depth(uint32_t n) {
    volatile uint32_t frame[64] = {n};
    return n == UINT32_MAX ? 0 : depth(n + 1) + frame[n & 63];
}

int main(void) {
    return (int)depth(0);
}
