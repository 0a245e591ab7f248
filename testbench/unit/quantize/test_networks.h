// SPDX-License-Identifier: Apache-2.0
// Small networks for the tests of quantisers.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workload/network/network.h"

namespace cortile {

// A dense matrix, weight[target][source]; zeros are no connections.
class MatrixConnectivity : public Connectivity {
  public:
    explicit MatrixConnectivity(std::vector<std::vector<float>> weight, std::uint16_t delay = 0)
        : weight_(std::move(weight)), delay_(delay) {}

    std::uint32_t source_size() const override {
        return static_cast<std::uint32_t>(weight_[0].size());
    }
    std::uint32_t target_size() const override {
        return static_cast<std::uint32_t>(weight_.size());
    }
    void row(std::uint32_t source, std::vector<Connection>& out) const override {
        out.clear();
        for (std::uint32_t t = 0; t < weight_.size(); ++t) {
            if (weight_[t][source] != 0) {
                out.push_back({t, weight_[t][source], delay_});
            }
        }
    }
    std::uint16_t max_delay() const override { return delay_; }

  private:
    std::vector<std::vector<float>> weight_;
    std::uint16_t delay_;
};

// "in" -> "fc" -> "out", with `neurons` as the population "out".
inline Network one_layer(Population neurons, std::vector<std::vector<float>> weight,
                         double time_step = 1e-4, std::uint16_t delay = 0) {
    Network network;
    network.name = "test";
    network.time_step = time_step;
    Population input;
    input.name = "in";
    input.kind = NeuronKind::input;
    input.size = static_cast<std::uint32_t>(weight[0].size());
    input.shape = {input.size};
    neurons.name = "out";
    neurons.size = static_cast<std::uint32_t>(weight.size());
    neurons.shape = {neurons.size};
    network.populations = {input, neurons};
    Projection projection;
    projection.name = "fc";
    projection.source = PopulationId{0u};
    projection.target = PopulationId{1u};
    projection.connectivity = std::make_shared<MatrixConnectivity>(std::move(weight), delay);
    network.projections = {projection};
    network.inputs = {PopulationId{0u}};
    network.outputs = {PopulationId{1u}};
    return network;
}

// Adds a second projection "extra" from the input to the neurons.
inline void add_projection(Network& network, std::vector<std::vector<float>> weight) {
    Projection projection = network.projections[0];
    projection.name = "extra";
    projection.connectivity = std::make_shared<MatrixConnectivity>(std::move(weight));
    network.projections.push_back(projection);
}

inline Population lif(double tau, double threshold, double r = 1) {
    Population p;
    p.kind = NeuronKind::lif;
    p.tau_mem = tau;
    p.r = r;
    p.v_threshold = threshold;
    return p;
}

}  // namespace cortile
