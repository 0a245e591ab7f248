// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/network/generate.h"

namespace cortile::truenorth {

// Gives the population of generate_random(options) this core's registers (truenorth/leak,
// threshold, floor, initial, ...): a constant leak drives the membrane up to a threshold once per
// period, from an initial value that spreads the phases evenly. `stochastic` adds random bits to
// the threshold, drawn in every tick; initial values are then drawn so that the rate is level from
// the first tick on. With `permuted` the two weights are registers too. Refractory periods are not
// used.
void adapt_generated(const RandomNetworkOptions& options, Population& population);

}  // namespace cortile::truenorth
