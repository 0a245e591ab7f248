// SPDX-License-Identifier: Apache-2.0
// What a core type gives to the rest of Cortile. A new core type is a folder under cores/ with a
// class derived from CoreType, and one line in builtin_types.cpp; the build and the structure test
// have to be told of the folder.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cores/api/core_limits.h"
#include "cores/api/core_model.h"
#include "cores/blocks/core_program.h"
#include "hw_model/config/parameters.h"
#include "hw_model/energy/ledger.h"
#include "workload/network/network.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

class CoreType {
  public:
    virtual ~CoreType() = default;

    virtual std::string name() const = 0;
    virtual std::string description() const = 0;
    virtual ParameterSchema schema() const = 0;  // core.*
    virtual CoreLimits limits(const Parameters& parameters) const = 0;

    // One entry per CoreEvent, in its order.
    virtual std::vector<EnergyEvent> energy_events(const Parameters& parameters) const = 0;

    virtual QuantizedNetwork quantize(const Network& network,
                                      const Parameters& parameters) const = 0;
    virtual std::unique_ptr<CoreModel> make_core(const Parameters& parameters,
                                                 CoreProgram program) const = 0;
};

std::span<const CoreType* const> core_types();
// Throws ConfigError naming the known types.
const CoreType& core_type(const std::string& name, const std::string& where);

}  // namespace cortile
