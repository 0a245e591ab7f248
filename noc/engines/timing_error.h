// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace cortile {

// How far the mean packet latency of approximately_timed may lie below that of cycle_accurate, in
// percent, when the busiest link is in use for a share `load` of the time, in [0, 1]. Nothing where
// cycle_accurate is saturated or not far from it: the two then have little in common.
//
// Source: our own measurement, the largest difference of eight cases: 4 x 4 and 8 x 8 tiles,
// uniform and transpose traffic, 1 and 4 flits a packet, Bernoulli injection, XY routing, routers
// of 4 virtual channels of 8 flits and 5 cycles a hop; linear between the loads that were measured.
// `noc_timing_error` (testbench/bench/noc) prints it; docs/noc.md has the table of all cases.
std::optional<double> approximate_error_percent(double load);

// The measurement is of steady traffic. Packets that come in bursts wait longer than the mean load
// of a link says: the load at which they would wait as long in a queue with Poisson arrivals and
// constant service (M/D/1). `waited`: mean over packets and stages, in units of the service time.
// The larger of the two loads is the one to ask for.
double equivalent_load(double waited);

}  // namespace cortile
