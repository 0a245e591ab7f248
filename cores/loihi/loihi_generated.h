// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/network/network.h"

namespace cortile {

// Gives a network of generate_random() the registers that hold its parameters exactly: no leak, no
// memory of current, and biases by the smallest exponent that the mantissa allows.
void adapt_generated_for_loihi(Network& network);

}  // namespace cortile
