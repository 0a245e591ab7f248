// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/contiguous_partition.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_model/base/error.h"
#include "workload/mapping/growing_core.h"

namespace cortile {

namespace {

// Sizes of channel, image row and neuron; 1 alone where the shape says nothing.
std::vector<std::uint32_t> grains(const Shape& shape) {
    std::vector<std::uint32_t> result{1};
    for (std::size_t d = shape.size(); d-- > 1 && result.size() < 3;) {
        result.push_back(result.back() * shape[d]);
    }
    std::reverse(result.begin(), result.end());
    return result;
}

// The projection that takes most of what is short.
std::string main_culprit(const QuantizedNetwork& network, const IncomingColumns& columns,
                         std::uint32_t neuron) {
    std::vector<std::uint32_t> synapses(columns.projections().size());
    columns.for_each(
        neuron, [&](std::uint32_t row, std::uint32_t) { ++synapses[columns.projection_of(row)]; });
    const auto most = std::max_element(synapses.begin(), synapses.end()) - synapses.begin();
    const auto id = columns.projections()[static_cast<std::size_t>(most)].id;
    return fmt::format("'{}' ({} synapses into it)", network.projections[id].name,
                       synapses[static_cast<std::size_t>(most)]);
}

[[noreturn]] void throw_neuron_too_large(const QuantizedNetwork& network, PopulationId population,
                                         const IncomingColumns& columns, const CoreLimits& limits,
                                         std::uint32_t neuron, Resource shortage) {
    // Without limits the core takes it and says what it needs.
    CoreLimits unlimited = limits;
    unlimited.neurons = 1;
    unlimited.input_axons = ~0u;
    unlimited.synapse_memory_bits = ~0ull;
    unlimited.fan_in = 0;
    GrowingCore core(columns, unlimited);
    core.restart(neuron);
    Resource ignored{};
    std::uint64_t need = columns.fan_in(neuron);
    if (shortage != Resource::fan_in) {
        core.grow_to(neuron + 1, ignored);
        need = shortage == Resource::input_axons ? core.input_axons() : core.synapse_bits();
    }
    throw ConfigError(
        "population '" + network[population].name + "'",
        fmt::format("neuron {} alone needs {}, a core has {}; most of it is projection {}", neuron,
                    amount(shortage, need), amount(shortage, limit_of(limits, shortage)),
                    main_culprit(network, columns, neuron)),
        fmt::format("prune its inputs, use fewer weight bits, split the layer in two, or raise {}",
                    limit_key(shortage)));
}

// `aligned`: a run ends where its largest possible grain ends.
std::vector<Run> greedy_runs(const QuantizedNetwork& network, PopulationId population,
                             const IncomingColumns& columns, const CoreLimits& limits,
                             const std::vector<std::uint32_t>& grain_sizes, bool aligned) {
    const std::uint32_t size = network[population].size;
    GrowingCore core(columns, limits);
    std::vector<Run> runs;
    for (std::uint32_t begin = 0; begin < size; begin = core.end()) {
        core.restart(begin);
        Resource shortage = Resource::neurons;
        for (const std::uint32_t grain : grain_sizes) {
            while (core.end() < size &&
                   core.grow_to(std::min(size, (core.end() / grain + 1) * grain), shortage)) {
            }
            if (core.end() == size || (aligned && core.end() > begin)) {
                break;
            }
        }
        if (core.end() == begin) {
            throw_neuron_too_large(network, population, columns, limits, begin, shortage);
        }
        runs.push_back({begin, core.end(), shortage});
    }
    return runs;
}

}  // namespace

std::vector<Run> contiguous_runs(const QuantizedNetwork& network, PopulationId population,
                                 const CoreLimits& limits) {
    const QuantizedPopulation& p = network[population];
    IncomingColumns columns(network, population, limits);
    std::uint32_t fan_in = 0;
    for (std::uint32_t n = 0; n < p.size; ++n) {
        fan_in = std::max(fan_in, columns.fan_in(n));
    }
    if (p.size <= limits.neurons && columns.used_rows() <= limits.input_axons &&
        columns.unshared_bits() <= limits.synapse_memory_bits &&
        (limits.fan_in == 0 || fan_in <= limits.fan_in)) {
        return {{0, p.size, Resource::neurons}};
    }
    columns.fill();
    const bool shared = std::any_of(columns.projections().begin(), columns.projections().end(),
                                    [](const auto& projection) { return projection.shared; });
    if (!shared || p.shape.size() < 2) {
        return greedy_runs(network, population, columns, limits, {1}, false);
    }
    auto aligned = greedy_runs(network, population, columns, limits, grains(p.shape), true);
    auto free = greedy_runs(network, population, columns, limits, grains(p.shape), false);
    return aligned.size() <= free.size() ? aligned : free;
}

}  // namespace cortile
