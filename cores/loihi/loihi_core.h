// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cores/blocks/spiking_core.h"
#include "cores/loihi/cuba_lif.h"
#include "cores/loihi/loihi_parameters.h"

namespace cortile {

// A core whose soma is a Loihi-style neuron.
class LoihiCore final : public SpikingCore {
  public:
    LoihiCore(const LoihiCoreParameters& parameters, CoreProgram program);

    double read(StateVariable variable, std::uint32_t neuron) const override;
    void set_input(std::uint32_t neuron, float current) override;

  private:
    void reset() override;
    UpdateFlags update(std::span<const std::int32_t> input) override;

    VoltageReadout voltage_readout_;
    CubaLifState soma_;
    bool wide_ = false;
};

}  // namespace cortile
