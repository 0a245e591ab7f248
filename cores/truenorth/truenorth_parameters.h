// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "cores/api/core_limits.h"
#include "hw_model/config/parameters.h"

namespace cortile {

// What a TrueNorth core is timed and charged by.
enum class TrueNorthEvent : std::uint8_t {
    axon_in,             // a packet written into the scheduler
    synaptic_operation,  // a connected synapse of an active axon
    neuron_update,       // a neuron visited in a tick
    neuron_spike,        // a neuron that fired
};
inline constexpr std::size_t kTrueNorthEvents = 4;
const char* to_string(TrueNorthEvent event);

struct TrueNorthParameters {
    std::array<Picoseconds, kTrueNorthEvents> timing{};
    Picoseconds tick = 0;    // of a chip with sync: tick; 0: no spike is ever late
    std::uint64_t seed = 1;  // of all random numbers of all cores
};

ParameterSchema truenorth_schema();
CoreLimits truenorth_limits(const Parameters& parameters);
TrueNorthParameters truenorth_parameters(const Parameters& parameters);

// The address that a packet carries: the axon, and its delay in ticks.
inline constexpr std::uint32_t kTrueNorthDelays = 15;
constexpr std::uint32_t truenorth_address(std::uint32_t axon, std::uint32_t delay) {
    return delay << 8 | axon;
}

}  // namespace cortile
