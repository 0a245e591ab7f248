// SPDX-License-Identifier: Apache-2.0
// Latency over load, up to saturation.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hw_model/base/executor.h"
#include "noc/traffic/load_point.h"

namespace cortile {

struct LoadSweep {
    std::vector<LoadPoint> points;  // ascending in their offered load
    // The last point below the first that is saturated; nothing: even the first one is.
    std::optional<std::size_t> highest_unsaturated;
    // The first saturated one; nothing: the network takes all that was offered.
    std::optional<std::size_t> first_saturated;
};

// The largest load that can be offered: a flit a core and cycle, which is all that a network
// interface passes on, or less if bursts are on too rarely.
double most_offered(const LoadPointSetup& setup);

// What a core may send, in flits a cycle, when the busiest link of XY routing is busy all the time.
// Measured with the packets of the setup; no mesh carries more by XY. Of a torus, or with dead
// links: of the setup's own routing.
double link_capacity(const LoadPointSetup& setup);

// The points at `rates`, ascending. Points are measured in parallel, each in one thread: the result
// does not depend on how many there are. Throws what measure_load_point() throws.
LoadSweep sweep_rates(const LoadPointSetup& setup, std::vector<double> rates, Executor& executor);
// Ten steps (rounded to two digits) up to the capacity, further ones of the same size for as long
// as the network is not saturated, then the step in which it saturates, divided in five, twice.
LoadSweep sweep_to_saturation(const LoadPointSetup& setup, Executor& executor);

}  // namespace cortile
