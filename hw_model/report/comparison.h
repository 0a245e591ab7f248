// SPDX-License-Identifier: Apache-2.0
// Several runs side by side: networks, chips, or both. The keys of compare.json and the columns of
// compare.csv are API; they are documented in docs/reference/compare.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortile::report {

// Shares of an energy that rest on constants of each Grade, in its order; absent without energy.
using GradeShares = std::array<std::optional<double>, 4>;

// In joules; absent where nothing was counted to divide by, or where no constant above zero stands
// behind it.
struct ComparedEnergy {
    bool has_constants = false;
    std::optional<double> per_sample, per_spike, per_synaptic_operation;
    GradeShares shares;
};

struct ComparedFigures {
    std::string core_type, operating_point, noc_timing;
    std::uint64_t samples = 0, labelled_samples = 0, timesteps = 0;
    std::uint64_t neurons = 0, synapses = 0, neuron_spikes = 0, synaptic_operations = 0;
    std::uint64_t cores_used = 0, cores_total = 0;
    std::optional<double> accuracy, accuracy_low, accuracy_high;  // 95 % interval
    // Absent where no constant above zero stands behind modelled time.
    std::optional<double> latency_seconds, samples_per_second;
    std::array<std::uint64_t, 4> timing_constants{};  // above zero, by Grade
    ComparedEnergy dynamic, all_in;
    // What the energies include, and what was counted at no cost: "synapse", "chip static", …
    std::vector<std::string> dynamic_components, static_powers, free_events;
};

// Of the text of a summary.json. Throws ContractViolation when a key is not there.
ComparedFigures figures_from_summary(const std::string& summary_json);

// Why there are no figures.
struct RunProblem {
    bool defect = false;  // of the model; else the chip cannot run the network
    std::string where, what, hint;
    // Each a set of --set values with which it would fit, found by trying.
    struct Change {
        std::vector<std::string> assignments;
        bool smallest = true;
    };
    std::vector<Change> changes;
};

struct ComparedRun {
    std::string experiment, chip;  // labels
    std::string folder;            // of its results, below that of the comparison
    std::optional<ComparedFigures> figures;
    std::optional<RunProblem> problem;     // the one or the other
    std::vector<std::string> unused_keys;  // of the experiment, which this core type does not know
    std::vector<std::string> warnings;
};

// The least well known grade that more than 5 % of the energy rests on: its index in GradeShares.
// Absent without energy.
std::optional<std::size_t> weakest_grade(const GradeShares& shares);

// Chips as columns, in blocks of as many as fit on `width` columns; below, what does not fit into
// a cell.
std::string comparison_table(const std::vector<ComparedRun>& runs, std::size_t width = 100);
// A row per run.
std::string comparison_csv(const std::vector<ComparedRun>& runs);
std::string comparison_json(const std::vector<ComparedRun>& runs);

}  // namespace cortile::report
