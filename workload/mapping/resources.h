// SPDX-License-Identifier: Apache-2.0
// The resources of a core, and what a piece of a population takes of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cores/api/core_limits.h"
#include "workload/mapping/mapping.h"
#include "workload/mapping/packing.h"

namespace cortile {

enum class Resource { neurons, input_axons, output_axons, synapse_memory, fan_in };
inline constexpr std::size_t kResources = 5;

const char* to_string(Resource resource);  // "synapse memory"
const char* limit_key(Resource resource);  // "core.synapse_memory"
// How a user mends a shortage on one core: "raise core.synapse_memory or lower core.weight_bits".
const char* remedy(Resource resource);

// "1,024 neurons" style amounts: synapse memory in bits with KiB.
std::string amount(Resource resource, std::uint64_t value);

// 0: unlimited.
std::uint64_t limit_of(const CoreLimits& limits, Resource resource);
std::uint64_t use_of(const CoreUse& use, Resource resource);

// Neurons [begin, end) of a population's order: what goes on one core in one piece.
struct Piece {
    PopulationId population;
    std::uint32_t begin = 0, end = 0;

    std::uint32_t size() const { return end - begin; }
};

struct PieceUse {
    std::uint64_t input_axons = 0, output_axons = 0, synapses = 0, stored_synapses = 0;
    std::uint32_t fan_in = 0;
    // For each width of kIndexWidths: the width depends on what else is on the core.
    std::array<std::uint64_t, kIndexWidths.size()> synapse_bits{};
};

// Cores that the population's neurons need, whatever else they take.
inline std::uint32_t fewest_cores(const QuantizedPopulation& population, const CoreLimits& limits) {
    return (population.size + limits.neurons - 1) / limits.neurons;
}

// The piece alone on a core.
CoreUse core_use(const Piece& piece, const PieceUse& use);

// First resource that is over its limit, if any.
bool exceeds(const CoreUse& use, const CoreLimits& limits, Resource& which);

}  // namespace cortile
