// SPDX-License-Identifier: Apache-2.0
// core.learning.*: which projections of a network learn, and by which rules.
#pragma once

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
    learning::Rules rules;
    std::shared_ptr<const learning::RandomDraws> draws;
    std::uint32_t first_timestep = 0;  // of a sample
    Picoseconds update_time = 0;

    bool on() const { return !projections.empty(); }
};

ParameterSchema loihi_learning_schema();

bool learns(const Parameters& parameters);
// Throws ConfigError with the place of the key: rules (with a caret), ranges, the file of recorded
// random numbers.
LoihiLearning loihi_learning(const Parameters& parameters);

}  // namespace cortile
