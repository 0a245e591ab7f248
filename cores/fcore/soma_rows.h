// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cores/api/neuron_datapath.h"
#include "cores/fcore/spiking_soma.h"

namespace cortile {

// The spiking neurons of a core, updated by a datapath of semantics `fcore_soma`: all of a timestep
// at once, a row each.
class SomaRows {
  public:
    struct Update {
        SpikingState state;
        bool fired = false, active = false;
    };

    // Throws ConfigError where the datapath computes with other widths than the core.
    explicit SomaRows(std::unique_ptr<NeuronDatapath> datapath);

    void clear();
    void add(std::uint32_t neuron, const SpikingSoma& soma, const SpikingState& state,
             std::int32_t input, std::uint32_t random);
    // Computes all that was added. Throws DatapathMismatch.
    void run();
    Update result(std::size_t row) const;  // after run(), in the order of add()

    const DatapathContract& contract() const { return datapath_->contract(); }
    const std::vector<std::int64_t>& operands() const { return operands_; }
    std::uint32_t neuron(std::size_t row) const { return neurons_[row]; }

  private:
    std::unique_ptr<NeuronDatapath> datapath_;
    std::vector<std::uint32_t> neurons_;
    std::vector<std::int64_t> operands_, results_;
};

}  // namespace cortile
