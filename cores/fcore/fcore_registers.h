// SPDX-License-Identifier: Apache-2.0
// The registers of a population's neurons: derived from its equations, or given by its file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cores/fcore/fcore_dynamics.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

class FcoreRegisters {
  public:
    // Checks Population::hardware["fcore/…"]; throws ConfigError for values out of range and for
    // registers that the population's kind does not have.
    explicit FcoreRegisters(const Population& population);

    // In hardware integers: weights and biases are what they are.
    bool exact() const;
    bool has_table() const;
    std::vector<std::int32_t> table() const;  // 256 levels, 0 .. 127

    using Parameters = std::map<std::string, IntPerNeuron>;
    // `sums`: what a sum at the dendrite is per unit of the input x. `shifts` of activations: for
    // all neurons or one each.
    Parameters derive(const FcoreDynamics& dynamics, double sums,
                      const std::vector<std::int32_t>& shifts) const;
    // Of NeuronKind::current_input: fires every ceil(1 / x) timesteps.
    Parameters current_input() const;

  private:
    void override_given(Parameters& parameters) const;

    const Population& population_;
};

}  // namespace cortile
