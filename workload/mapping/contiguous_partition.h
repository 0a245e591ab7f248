// SPDX-License-Identifier: Apache-2.0
// Divides one population into as few runs of consecutive neurons as fit on a core each.
#pragma once

#include <vector>

#include "workload/mapping/resources.h"

namespace cortile {

struct Run {
    std::uint32_t begin = 0, end = 0;
    Resource limited_by = Resource::neurons;  // what kept the run from growing, if it did not end
};

struct Runs {
    std::vector<Run> runs;             // positions in `order`
    std::vector<std::uint32_t> order;  // of neurons; empty: index order
    // Sizes of the units of `order` that are better not cut, descending down to 1.
    std::vector<std::uint32_t> grains{1};
    // Cores: those of the runs, and those that the populations in front of it need, beyond what
    // their neurons do, because each neuron has an output axon for every run that it reaches.
    std::size_t cost = 0;
};

// Greedy: each run is as long as neurons, input axons, synapse memory and fan-in allow; its own
// output axons depend on where the targets go and are not looked at. Where rows are shared by
// shift, runs of whole channels or image rows are preferred if that costs no more cores; and images
// are cut into bands of rows, or patches of pixels, with all channels, which share their inputs, if
// that costs fewer. Where rows are not shared, patches are all that is tried. Throws ConfigError
// naming population, projection, need and limit when one neuron does not fit.
Runs contiguous_runs(const QuantizedNetwork& network, PopulationId population,
                     const CoreLimits& limits);

}  // namespace cortile
