// SPDX-License-Identifier: Apache-2.0
// Never ends.
#include <stdio.h>

int main(void);
void spin(void);

__attribute__((noinline)) void spin(void) {
    for (;;) {
    }
}

int main(void) {
    printf("spinning\n");
    spin();
}
