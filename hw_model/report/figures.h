// SPDX-License-Identifier: Apache-2.0
// The figures that are derived from a run's counts, each defined here once: summary.json, the
// summary table and report.txt show the same ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/report/run_result.h"

namespace cortile::report {

// The 95 % score interval of a binomial proportion: Wilson, "Probable inference, the law of
// succession, and statistical inference", JASA 22 (1927) 209-212. `trials` > 0.
struct Interval {
    double low = 0, high = 0;
};
Interval wilson_interval(std::uint64_t successes, std::uint64_t trials);

// Seconds from integer picoseconds, correctly rounded: 1,500 ps give 1.5e-09 and no digit more.
double seconds(Picoseconds time);

struct Classification {
    std::uint64_t labelled = 0;  // samples with both a label and a prediction
    std::uint64_t correct = 0;
    std::optional<double> accuracy;
    std::optional<Interval> interval;
};

struct Latency {                                            // in seconds per sample
    double mean = 0, minimum = 0, median = 0, maximum = 0;  // median: nearest rank, ceil(n/2)-th
};

// One kind of energy (dynamic, static or both), and what it comes to per …. All absent when no
// constant of the kind is above zero: such a chip description says nothing of energy, which is
// not the same as 0 J. Ratios are absent too where nothing was counted to divide by.
struct EnergyFigures {
    std::optional<double> joules, per_sample, per_spike, per_synaptic_operation;
    std::optional<double> watts;  // averaged over the modelled time
};

struct ComponentEnergy {
    double dynamic_joules = 0, static_joules = 0, total_joules = 0;
};

struct Figures {
    Classification classification;
    std::optional<Latency> latency;  // absent without samples
    EnergyFigures dynamic_energy, static_energy, total_energy;
    std::map<std::string, ComponentEnergy> components;
    // Every grade is there; absent where there is no energy to share.
    std::map<Grade, std::optional<double>> grade_shares, grade_shares_dynamic;
    std::uint64_t free_events = 0;  // kinds of event that were counted and cost nothing
};

// What the energy is the sum of, by name: "synapse", "chip static".
struct EnergyBoundary {
    std::vector<std::string> dynamic_components;  // of events with a cost, in the ledger's order
    std::vector<std::string> static_powers;       // above zero
    std::vector<std::string> free_events;         // counted, at no cost
};
EnergyBoundary energy_boundary(const EnergyLedger& ledger);

// How many of the constants that are not zero have each grade; every grade is there.
std::map<Grade, std::uint64_t> timing_grades(const RunResult& result);

Figures figures_of(const RunResult& result, const EnergyLedger& ledger);

// What the run took place on and what most limited it. `core` and `link` are absent when there is
// none, or none was ever busy.
struct Bottlenecks {
    const CoreResult* core = nullptr;             // critical in most timesteps; the first of equals
    const LinkResult* busiest_link = nullptr;     // most packets; the first of equals
    const LinkResult* busiest_channel = nullptr;  // the same, from chip to chip
    const LinkResult* slowest_link = nullptr;     // longest waiting, of both; the first of equals
};
Bottlenecks bottlenecks_of(const RunResult& result);

}  // namespace cortile::report
