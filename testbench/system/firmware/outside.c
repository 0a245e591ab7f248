// SPDX-License-Identifier: Apache-2.0
// Reads an address where nothing is.
#include <stdint.h>

int main(void);
uint32_t read_from(const volatile uint32_t* address);

__attribute__((noinline)) uint32_t read_from(const volatile uint32_t* address) {
    return *address;  // line 9
}

int main(void) {
    return (int)read_from((const volatile uint32_t*)0x20000000);
}
