// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cores/api/core_limits.h"
#include "hw_model/base/time.h"
#include "hw_model/config/parameters.h"
#include "hw_model/energy/ledger.h"

namespace cortile {

// core.* of a Tianjic core; the numbers themselves are in hw_model/presets/tianjic.yaml.
ParameterSchema fcore_schema();
CoreLimits fcore_limits(const Parameters& parameters);

// What energy is charged for, in the order of FcoreCore::energy_counts().
enum class FcoreEvent : std::uint8_t {
    axon_in,          // packets received
    multiplication,   // weights read, multiplied by a value and accumulated
    addition,         // weights read and accumulated for a spike, multiplier bypassed
    soma_activation,  // neurons that computed an activation
    soma_spiking,     // neurons that updated a membrane
    axon_out,         // packets sent
    relay,            // packets passed on to the next core of a multicast
};
inline constexpr std::size_t kFcoreEvents = 7;
const char* to_string(FcoreEvent event);

std::vector<EnergyEvent> fcore_energy_events(const Parameters& parameters);

struct FcoreCoreParameters {
    double cycle = 0;  // ps
    std::uint32_t multipliers = 16;
    std::uint32_t soma_cycles = 0;      // per neuron
    std::uint32_t overhead_cycles = 0;  // per phase
    Picoseconds phase = 0;              // shortest length of a phase; 0: as long as the work takes
    Picoseconds axon_in = 0, axon_out = 0, relay = 0;
    std::uint32_t random_seed = 1;

    Picoseconds cycles(std::uint64_t count) const {
        return static_cast<Picoseconds>(static_cast<double>(count) * cycle + 0.5);
    }
};
FcoreCoreParameters fcore_core_parameters(const Parameters& parameters);

}  // namespace cortile
