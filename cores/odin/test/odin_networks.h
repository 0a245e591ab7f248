// SPDX-License-Identifier: Apache-2.0
// Small networks for the tests of ODIN's quantiser and of its crossbar.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "workload/network/network.h"

namespace cortile {

inline Population neurons(const std::string& name, std::uint32_t size,
                          NeuronKind kind = NeuronKind::if_, double threshold = 1) {
    Population p;
    p.name = name;
    p.kind = kind;
    p.size = size;
    p.shape = {size};
    p.v_threshold = threshold;
    p.tau_mem = 10e-3;
    return p;
}

// weight: (targets, sources), row-major.
inline void connect(Network& network, std::uint32_t source, std::uint32_t target,
                    std::vector<float> weight) {
    Projection p;
    p.name = network.populations[source].name + "_" + network.populations[target].name;
    p.source = PopulationId{source};
    p.target = PopulationId{target};
    p.connectivity = make_dense(network.populations[target].size, network.populations[source].size,
                                std::move(weight));
    network.projections.push_back(std::move(p));
}

// "in" -> `population`, of time step 1 ms.
inline Network one_layer(Population population, std::uint32_t inputs, std::vector<float> weight) {
    Network network;
    network.name = "test";
    network.time_step = 1e-3;
    network.populations = {neurons("in", inputs, NeuronKind::input), std::move(population)};
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{1u}};
    connect(network, 0, 1, std::move(weight));
    return network;
}

// The text of the ConfigError that `action` throws.
inline std::string error_text(const std::function<void()>& action) {
    try {
        action();
    } catch (const ConfigError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no ConfigError was thrown";
    return {};
}

}  // namespace cortile
