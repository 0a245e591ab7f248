// SPDX-License-Identifier: Apache-2.0
// An experiment: which network, on which chip, shown what. Preset, then the experiment's YAML, then
// `--set` make one set of parameters.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cores/registry/core_type.h"
#include "hw_model/config/parameters.h"
#include "workload/mapping/mapping.h"
#include "workload/network/network.h"
#include "workload/stimulus/stimulus.h"

namespace cortile {

// network.*, stimulus.*, cores.*, mapping.*, run.* and `preset`.
ParameterSchema experiment_schema();
inline constexpr const char* kDefaultPreset = "loihi";

struct Experiment {
    Parameters parameters;
    const CoreType* core_type = nullptr;
    // Keys core.* of the experiment that belong to other core types only: left out.
    std::vector<std::string> unused_keys = {};
};

// What a key core.* of an experiment is that another core type than the chip's knows. A key that
// no core type knows is always an error.
enum class ForeignKeys { error, unused };

// `file`: an experiment (.yaml), or a network (.nir), which is then mapped on preset `loihi` and
// shown nothing. `assignments`: the values of --set, in order.
Experiment load_experiment(const std::filesystem::path& file,
                           const std::vector<std::string>& assignments,
                           ForeignKeys foreign_keys = ForeignKeys::error);

// The pieces that an experiment names. Each throws ConfigError with the place of the key.
// A generated network comes with what the experiment's core type needs.
Network load_network(const Experiment& experiment);
// `network`: decides the size of stimuli that have none of their own.
std::unique_ptr<Stimulus> load_stimulus(const Parameters& parameters, const Network& network);
// Neurons of all input populations together: what a stimulus must have.
std::uint32_t input_neurons(const Network& network);
MappingOptions mapping_options(const Parameters& parameters);

// What may be recorded: of a population, or of a projection that learns.
inline constexpr std::array<const char*, 3> kNeuronQuantities{"spikes", "u", "v"};
inline constexpr std::array<const char*, 8> kLearntQuantities{"w",  "d",  "t",  "x1",
                                                              "x2", "y1", "y2", "y3"};
bool is_learnt(const std::string& quantity);

struct ProbeRequest {
    std::string population;               // or projection
    std::vector<std::string> quantities;  // all of a population, or all of a projection
};
// "hidden:spikes,v"
ProbeRequest parse_probe(const std::string& text, const std::string& where);

}  // namespace cortile
