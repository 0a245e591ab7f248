// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cores/registry/core_type.h"

namespace cortile {

class LoihiType : public CoreType {
  public:
    std::string name() const override { return "loihi"; }
    std::string description() const override;
    ParameterSchema schema() const override;
    CoreLimits limits(const Parameters& parameters) const override;
    std::vector<EnergyEvent> energy_events(const Parameters& parameters) const override;
    QuantizedNetwork quantize(const Network& network, const Parameters& parameters) const override;
    std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                         CoreProgram program) const override;
};

}  // namespace cortile
