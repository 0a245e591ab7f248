// SPDX-License-Identifier: Apache-2.0
// core.learning.*: which projections of a network learn, and by which rules.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cores/blocks/learning/learning_engine.h"
#include "hw_model/config/parameters.h"
#include "workload/network/network.h"

namespace cortile {

struct LoihiLearning {
    std::vector<std::string> projections;  // by name; empty: nothing learns
    learning::Rules rules;                 // the first set is that of all without their own
    std::vector<std::string> own_rules;    // projections that the further sets are of
    // Projections whose spikes raise a trace of neurons; "": the neuron's own spikes do.
    std::array<std::string, learning::kTraces> sources;
    std::shared_ptr<const learning::RandomDraws> draws;
    std::uint32_t first_timestep = 0;  // of a sample
    Picoseconds update_time = 0;
    // For errors: where the projections and the sources are named.
    std::string projections_where;
    std::string graded_where;  // core.learning.graded_spikes
    std::array<std::string, learning::kTraces> sources_where;
    std::string unused_rule;  // if nothing learns: a key that gives a rule all the same

    bool on() const { return !projections.empty(); }
    std::uint8_t set_of(const std::string& projection) const;  // of rules.sets
    // QuantizedProjection::channel of a projection: 0, or by the trace that it raises.
    std::uint8_t channel_of(const std::string& projection) const;
    static std::uint8_t channel_of(learning::Trace trace) {
        return static_cast<std::uint8_t>(1 + static_cast<std::uint8_t>(trace));
    }
};

ParameterSchema loihi_learning_schema();

bool learns(const Parameters& parameters);
// Throws ConfigError with the place of the key: rules (with a caret), ranges, names given twice;
// with the place in the file: recorded random numbers. Rules are read even if nothing learns.
LoihiLearning loihi_learning(const Parameters& parameters);

}  // namespace cortile
