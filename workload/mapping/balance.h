// SPDX-License-Identifier: Apache-2.0
// Evens out the runs that greedy cutting leaves: full cores and a small rest.
#pragma once

#include "workload/mapping/partition.h"

namespace cortile {

// Cuts each population into the number of runs that it has, as equal as its grains allow, where all
// limits still hold; otherwise its runs stay. Where cores are shared nothing changes if small rests
// pack better. Takes a measure() or a few of the network, none if nothing can be evened out.
void balance_runs(const QuantizedNetwork& network, const CoreLimits& limits, bool share_cores,
                  Division& division);

}  // namespace cortile
