// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/choose_axons.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "hw_model/base/error.h"
#include "workload/mapping/contiguous_partition.h"
#include "workload/mapping/partition.h"

namespace cortile {

namespace {

using Projections = std::vector<QuantizedProjection>;

constexpr std::size_t kDoesNotFit = std::numeric_limits<std::size_t>::max();

bool can_share_axons(const QuantizedProjection& projection) {
    return projection.connectivity->source_channels() > 1 && !projection.plastic;
}

// All channels of a pixel have rows of one length in synapse memory, so zero weights are stored.
void give_population_axons(QuantizedProjection& projection, const CoreLimits& limits) {
    projection.axon_atoms = std::min(limits.axon_atoms, projection.connectivity->source_channels());
    if (auto whole = projection.connectivity->with_zeros()) {
        projection.connectivity = std::move(whole);
    }
}

// True: the projections into it that can were given population axons.
bool try_for(QuantizedNetwork& network, PopulationId population, const CoreLimits& limits) {
    const auto cost = [&] {
        try {
            return contiguous_runs(network, population, limits).cost;
        } catch (const ConfigError&) {
            return kDoesNotFit;
        }
    };
    const auto chosen = [&](const QuantizedProjection& projection) {
        return projection.target == population && can_share_axons(projection);
    };
    if (std::none_of(network.projections.begin(), network.projections.end(), chosen)) {
        return false;
    }
    const std::size_t discrete = cost();
    if (discrete <= fewest_cores(network[population], limits)) {
        return false;
    }
    const Projections before = network.projections;
    for (QuantizedProjection& projection : network.projections) {
        if (chosen(projection)) {
            give_population_axons(projection, limits);
        }
    }
    if (cost() < discrete) {
        return true;
    }
    network.projections = before;
    return false;
}

// Pieces of the whole network, on a chip that is large enough.
std::size_t pieces_of(const QuantizedNetwork& network, const CoreLimits& limits,
                      const MappingOptions& options) {
    try {
        constexpr std::uint32_t kCores = std::numeric_limits<std::uint32_t>::max();
        return divide(network, limits, kCores, options).pieces.size();
    } catch (const ConfigError&) {
        return kDoesNotFit;
    }
}

}  // namespace

void choose_axons(QuantizedNetwork& network, const CoreLimits& limits,
                  const MappingOptions& options) {
    if (options.axons == Axons::discrete) {
        return;
    }
    if (limits.axon_atoms == 1) {
        if (options.axons == Axons::population) {
            throw ConfigError("mapping.axons", "the cores of this chip have no population axons",
                              "take mapping.axons: automatic, or raise core.axon_atoms where the "
                              "core type has it");
        }
        return;
    }
    if (options.axons == Axons::population) {
        for (QuantizedProjection& projection : network.projections) {
            if (can_share_axons(projection)) {
                give_population_axons(projection, limits);
            }
        }
        return;
    }
    const Projections discrete = network.projections;
    bool any = false;
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        if (!network.populations[p].is_input && network.populations[p].size > 0) {
            any |= try_for(network, PopulationId{p}, limits);
        }
    }
    if (!any) {
        return;
    }
    // More output axons each may cut populations further in front into more pieces than were saved.
    Projections population = std::exchange(network.projections, discrete);
    const std::size_t without = pieces_of(network, limits, options);
    network.projections.swap(population);
    if (pieces_of(network, limits, options) >= without) {
        network.projections = discrete;
    }
}

}  // namespace cortile
