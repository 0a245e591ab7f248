// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hw_model/base/error.h"
#include "workload/mapping/balance.h"
#include "workload/mapping/core_groups.h"
#include "workload/mapping/place_groups.h"

namespace cortile {

namespace {

void check_limits(const CoreLimits& limits) {
    const auto positive = [](const char* key, std::uint64_t value) {
        if (value == 0) {
            throw ConfigError(key, "expected a positive limit, found 0");
        }
    };
    positive("core.neurons", limits.neurons);
    positive("core.input_axons", limits.input_axons);
    positive("core.output_axons", limits.output_axons);
    positive("core.synapse_memory", limits.synapse_memory_bits);
    if (limits.packing.word_bits == 0 || limits.packing.block_synapses == 0) {
        throw ContractViolation("map_network: empty words or blocks in the synapse packing");
    }
}

void check_rates(const QuantizedNetwork& network, const std::vector<double>& rates) {
    if (!rates.empty() && rates.size() != network.populations.size()) {
        throw ContractViolation("map_network: one spike rate per population is needed, or none");
    }
    for (const double rate : rates) {
        if (!std::isfinite(rate) || rate < 0) {
            throw ContractViolation("map_network: spike rates must be finite and not negative");
        }
    }
}

std::string what_is(const Topology& topology) {
    return topology.chips() == 1 ? "the chip"
                                 : fmt::format("the board of {} chips", topology.chips());
}

// Of a Network or a QuantizedNetwork; `is_input` tells which populations need no core.
template <typename AnyNetwork, typename IsInput>
void check_capacity(const AnyNetwork& network, IsInput is_input, const Topology& topology,
                    const CoreLimits& limits) {
    std::uint64_t need = 0, largest = 0;
    const std::string* name = nullptr;
    for (const auto& population : network.populations) {
        if (is_input(population)) {
            continue;
        }
        need += population.size;
        if (population.size > largest) {
            largest = population.size;
            name = &population.name;
        }
    }
    const std::uint32_t cores = topology.working_cores();
    const std::uint64_t room = std::uint64_t{cores} * limits.neurons;
    if (need <= room) {
        return;
    }
    throw ConfigError(
        "network '" + network.name + "'",
        fmt::format("has {} neurons, {} has room for {}: {} core{} of {} neurons "
                    "(core.neurons){}; the largest population is '{}' with {}",
                    need, what_is(topology), room, cores, cores == 1 ? "" : "s", limits.neurons,
                    topology.dead_cores.empty()
                        ? ""
                        : fmt::format(", and {} dead", topology.dead_cores.size()),
                    *name, largest),
        cores == 1
            ? std::string("take a smaller network, or raise core.neurons")
            : fmt::format("take a {} of at least {} cores, raise core.neurons, or take a smaller "
                          "network",
                          topology.chips() == 1 ? "mesh (chip.mesh.width, chip.mesh.height)"
                                                : "board (board.width, board.height)",
                          (need + limits.neurons - 1) / limits.neurons));
}

// The resource of which the cores together are fullest.
Resource scarcest(const std::vector<CoreGroup>& groups, const CoreLimits& limits) {
    Resource result{};
    double most = 0;
    for (std::size_t r = 0; r < kResources; ++r) {
        const auto resource = static_cast<Resource>(r);
        const auto limit = static_cast<double>(limit_of(limits, resource));
        double sum = 0;
        for (const CoreGroup& group : groups) {
            sum += static_cast<double>(use_of(group.use, resource));
        }
        // Fan-in belongs to a neuron, so no core runs out of it.
        if (resource != Resource::fan_in && sum / limit > most) {
            most = sum / limit;
            result = resource;
        }
    }
    return result;
}

PlacementProblem placement_problem(const QuantizedNetwork& network, const Topology& topology,
                                   const Division& division, const std::vector<CoreGroup>& groups,
                                   const std::vector<double>& rates) {
    PlacementProblem problem;
    problem.groups = static_cast<std::uint32_t>(groups.size());
    std::vector<std::uint32_t> group_of(division.pieces.size());
    for (std::uint32_t g = 0; g < groups.size(); ++g) {
        for (const std::uint32_t piece : groups[g].pieces) {
            group_of[piece] = g;
        }
    }
    std::vector<std::uint32_t> inputs;
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        if (network.populations[p].is_input) {
            inputs.push_back(p);
        }
    }
    const auto ports = static_cast<std::uint32_t>(topology.external_ports.size());
    for (const PieceTraffic& t : division.measurement.traffic) {
        const bool is_input = t.from >= division.pieces.size();
        const auto ordinal = static_cast<std::uint32_t>(t.from - division.pieces.size());
        if (is_input && ports == 0) {
            continue;
        }
        const std::uint32_t population =
            is_input ? inputs[ordinal] : division.pieces[t.from].population.value;
        const double rate = rates.empty() ? 1.0 : rates[population];
        problem.traffic.push_back({is_input ? problem.groups + ordinal % ports : group_of[t.from],
                                   group_of[t.to], rate * t.packets});
    }
    return problem;
}

// The name of the population that has most neurons on the core.
const std::string& main_population(const QuantizedNetwork& network, const Mapping& mapping,
                                   CoreId core) {
    const Slice* largest = nullptr;
    for (const Slice& slice : mapping.slices) {
        if (slice.core == core &&
            (largest == nullptr || slice.end - slice.begin > largest->end - largest->begin)) {
            largest = &slice;
        }
    }
    return network[largest->population].name;
}

std::string tightest(const QuantizedNetwork& network, const Mapping& mapping,
                     const CoreLimits& limits) {
    double most = -1;
    Resource resource{};
    CoreId core;
    for (const CoreUse& use : mapping.cores) {
        for (std::size_t r = 0; r < kResources; ++r) {
            const std::uint64_t limit = limit_of(limits, static_cast<Resource>(r));
            const double share = limit == 0
                                     ? 0
                                     : static_cast<double>(use_of(use, static_cast<Resource>(r))) /
                                           static_cast<double>(limit);
            if (share > most) {
                most = share;
                resource = static_cast<Resource>(r);
                core = use.core;
            }
        }
    }
    return fmt::format("{}: {:.0f} % of core {} ({})", to_string(resource), 100 * most, core.value,
                       main_population(network, mapping, core));
}

}  // namespace

void check_neuron_capacity(const Network& network, const Topology& topology,
                           const CoreLimits& limits) {
    check_limits(limits);
    check_capacity(
        network, [](const Population& p) { return p.kind == NeuronKind::input; }, topology, limits);
}

Mapping map_network(const QuantizedNetwork& network, const Topology& topology,
                    const CoreLimits& limits, const MappingOptions& options) {
    check_limits(limits);
    check_capacity(
        network, [](const QuantizedPopulation& p) { return p.is_input; }, topology, limits);
    check_rates(network, options.spike_rates);
    const bool share_cores = options.share_cores && options.cores == 0;
    Division division = divide(network, limits, topology.working_cores(), options);
    if (options.cores == 0) {
        balance_runs(network, limits, share_cores, division);
    }
    std::vector<CoreGroup> groups = group_pieces(division, limits, share_cores);
    if (groups.size() > topology.working_cores()) {
        throw ConfigError(
            "network '" + network.name + "'",
            fmt::format("needs {} cores even with populations sharing them, {} "
                        "has {}",
                        groups.size(), what_is(topology), topology.working_cores()),
            fmt::format("take a larger {}, a smaller network, or {}, which is "
                        "scarcest",
                        topology.chips() == 1 ? "mesh (chip.mesh.width, chip.mesh.height)"
                                              : "board (board.width, board.height)",
                        remedy(scarcest(groups, limits))));
    }
    PlacementProblem problem =
        placement_problem(network, topology, division, groups, options.spike_rates);
    problem.crossing_hops = options.crossing_hops;
    const std::vector<CoreId> core_of =
        place_groups(problem, topology, options.placement, options.seed);

    Mapping mapping;
    mapping.notes = std::move(division.notes);
    note_placement(problem, topology, core_of, mapping);
    mapping.slices.resize(division.pieces.size());
    mapping.slice_use.resize(division.pieces.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (std::size_t i = 0; i < groups[g].pieces.size(); ++i) {
            const std::uint32_t id = groups[g].pieces[i];
            const Piece& piece = division.pieces[id];
            mapping.slices[id] = {piece.population, piece.begin, piece.end, core_of[g],
                                  groups[g].offsets[i]};
            const PieceUse& use = division.measurement.pieces[id];
            mapping.slice_use[id] = core_use(piece, use);
            mapping.slice_use[id].core = core_of[g];
            mapping.slice_use[id].synapse_bits =
                use.synapse_bits[index_class(groups[g].use.neurons)];
        }
        mapping.cores.push_back(groups[g].use);
        mapping.cores.back().core = core_of[g];
    }
    std::sort(mapping.cores.begin(), mapping.cores.end(),
              [](const CoreUse& a, const CoreUse& b) { return a.core < b.core; });
    if (std::any_of(division.order.begin(), division.order.end(),
                    [](const auto& order) { return !order.empty(); })) {
        mapping.order = std::move(division.order);
    }
    mapping.tightest = mapping.cores.empty() ? "" : tightest(network, mapping, limits);
    return mapping;
}

}  // namespace cortile
