// SPDX-License-Identifier: Apache-2.0
// Everything between an experiment's parameters and a chip that is ready to run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/expectations.h"
#include "experiment/experiment.h"
#include "hw_model/chip/chip_config.h"
#include "workload/compile/compile.h"

namespace cortile {

// One recorded quantity of one population.
struct ProbePlan {
    PopulationId population;
    std::string quantity;  // spikes, u, v; w, d, t, x1, x2, y1, y2, y3 of a projection
    std::optional<std::size_t> projection = {};
    bool operator==(const ProbePlan&) const = default;
};

// What an experiment shows to which network, and what it records, whatever the chip.
struct Workload {
    Network network;
    std::shared_ptr<const Stimulus> stimulus;
    std::uint32_t first_sample = 0, samples = 0;
    std::vector<ProbePlan> probes;
    std::shared_ptr<Expectations> expectations;  // null: none
};

// What a full-scale drive x in [0, 1] is to an input neuron: gain * x + offset.
struct Drive {
    double gain = 1, offset = 0;
};

struct PreparedRun {
    Experiment experiment;
    ChipConfig chip;
    CoreLimits limits;
    std::shared_ptr<const Stimulus> stimulus;
    std::uint32_t first_sample = 0, samples = 0;
    std::uint32_t assigning_samples = 0;  // at the start; 0: neurons stand for their numbers
    std::uint32_t drain = 0;              // timesteps after a sample's last input
    bool drives_current = false;          // inputs are neurons that a current drives
    std::vector<Drive> drives;            // by population
    std::vector<ProbePlan> probes;
    std::shared_ptr<Expectations> expectations;  // null: none
    std::vector<std::string> warnings;
    QuantizedNetwork network;
    Mapping mapping;
    std::unique_ptr<NeuronPlaces> places;
    std::uint64_t synapses = 0;
};

// Reads network and stimulus. A ConfigError from here is about the experiment, not about its chip.
Workload load_workload(const Experiment& experiment);

// Quantisation and mapping; nothing is put on a chip yet. Throws ConfigError, which is then about
// what the chip can take.
PreparedRun prepare(Experiment experiment, Workload workload);
// Of the workload that the experiment itself names.
PreparedRun prepare(Experiment experiment);

// What is loaded into the chip of `run`; sets run.synapses and drops what only loading needed.
ChipProgram make_program(PreparedRun& run);

}  // namespace cortile
