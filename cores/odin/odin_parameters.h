// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cores/api/core_limits.h"
#include "hw_model/config/parameters.h"
#include "hw_model/energy/ledger.h"

namespace cortile {

// core.* of an ODIN core; the numbers themselves are in hw_model/presets/odin.yaml.
ParameterSchema odin_schema();
CoreLimits odin_limits(const Parameters& parameters);

// What OdinCore::energy_counts() counts, in this order.
enum class OdinEvent : std::uint8_t { synaptic_operation, neuron_update };
inline constexpr std::size_t kOdinEvents = 2;
std::vector<EnergyEvent> odin_energy_events(const Parameters& parameters);
// The clock's power: energy of a cycle times core.clock.
StaticPower odin_clock_power(const Parameters& parameters);

struct OdinCoreParameters {
    double clock = 0;           // Hz
    std::uint32_t neurons = 0;  // on the chip: a neuron spike event visits them all
    // Clock cycles.
    std::uint32_t synaptic_operation = 0, neuron_update = 0, scheduler_push = 0;

    Picoseconds time(std::uint64_t cycles) const;
};
OdinCoreParameters odin_core_parameters(const Parameters& parameters);

}  // namespace cortile
