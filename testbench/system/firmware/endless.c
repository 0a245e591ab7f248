// SPDX-License-Identifier: Apache-2.0
// Never ends.
int main(void);
void spin(void);

__attribute__((noinline)) void spin(void) {
    for (;;) {
    }
}

int main(void) {
    spin();
}
