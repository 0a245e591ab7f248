// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cores/api/core_limits.h"
#include "cores/blocks/spiking_core.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// core.* of a Loihi-style core; the numbers themselves are in hw_model/presets.
ParameterSchema loihi_schema();
CoreLimits loihi_limits(const Parameters& parameters);

// What a voltage read-out returns while a neuron is refractory. Loihi 1 and 2 silicon returns
// (refractory period << 7) + timesteps since the spike; Lava's model returns the state, 0.
enum class VoltageReadout { state, refractory_marker };

struct LoihiCoreParameters {
    CoreTiming timing{};
    VoltageReadout voltage_readout = VoltageReadout::state;
};
LoihiCoreParameters loihi_core_parameters(const Parameters& parameters);

}  // namespace cortile
