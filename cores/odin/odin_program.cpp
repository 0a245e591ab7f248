// SPDX-License-Identifier: Apache-2.0
#include "cores/odin/odin_program.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// The synapses of one source that have one sign, across all projections; ascending in neuron.
struct Row {
    PopulationId source;
    std::uint32_t neuron = 0;
    std::vector<QuantizedConnection> synapses;  // target: index on the core
    std::uint64_t synapse_count() const { return synapses.size(); }
};

// In the order of sources; of one source the excitatory row first. `first[p]`: index on the core of
// the first neuron of population p.
std::vector<Row> rows_of(const QuantizedNetwork& network, const std::vector<std::uint32_t>& first) {
    std::vector<Row> rows;
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> part;
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        for (std::uint32_t n = 0; n < network.populations[p].size; ++n) {
            Row excitatory{PopulationId{p}, n, {}}, inhibitory{PopulationId{p}, n, {}};
            for (const QuantizedProjection& projection : network.projections) {
                if (projection.source.value != p) {
                    continue;
                }
                projection.row(n, scratch, part);
                for (QuantizedConnection synapse : part) {
                    synapse.target += first[projection.target.value];
                    (synapse.weight > 0 ? excitatory : inhibitory).synapses.push_back(synapse);
                }
            }
            for (Row* row : {&excitatory, &inhibitory}) {
                if (!row->synapses.empty()) {
                    std::sort(row->synapses.begin(), row->synapses.end(),
                              [](const auto& a, const auto& b) { return a.target < b.target; });
                    rows.push_back(std::move(*row));
                }
            }
        }
    }
    return rows;
}

std::vector<std::uint32_t> first_neurons(const QuantizedNetwork& network) {
    std::vector<std::uint32_t> first;
    std::uint32_t next = 0;
    for (const QuantizedPopulation& population : network.populations) {
        first.push_back(next);
        next += population.is_input ? 0 : population.size;
    }
    first.push_back(next);
    return first;
}

void check_fit(const QuantizedNetwork& network, const std::vector<Row>& rows, std::uint32_t neurons,
               const CoreLimits& limits) {
    const std::string where = "network '" + network.name + "'";
    if (neurons > limits.neurons) {
        throw ConfigError(
            where,
            fmt::format("has {} neurons, an ODIN chip has one core of {}", neurons, limits.neurons),
            "take a smaller network, or raise core.neurons");
    }
    if (rows.size() <= limits.input_axons) {
        return;
    }
    std::size_t sources = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sources +=
            i == 0 || rows[i].source != rows[i - 1].source || rows[i].neuron != rows[i - 1].neuron
                ? 1
                : 0;
    }
    throw ConfigError(
        where,
        fmt::format(
            "needs {} rows of the crossbar, which has {} (core.rows): {} inputs and neurons "
            "send spikes, and {} of them have synapses of both signs, which takes two rows",
            rows.size(), limits.input_axons, sources, rows.size() - sources),
        sources <= limits.input_axons
            ? fmt::format("give at least {} of them weights of one sign, or raise core.rows",
                          rows.size() - limits.input_axons)
            : fmt::format("take at least {} inputs or hidden neurons out, or raise core.rows",
                          sources - limits.input_axons));
}

std::uint32_t largest_fan_in(const std::vector<Row>& rows, std::uint32_t begin, std::uint32_t end) {
    std::vector<std::uint32_t> fan_in(end - begin);
    for (const Row& row : rows) {
        for (const QuantizedConnection& synapse : row.synapses) {
            if (synapse.target >= begin && synapse.target < end) {
                ++fan_in[synapse.target - begin];
            }
        }
    }
    return fan_in.empty() ? 0 : *std::max_element(fan_in.begin(), fan_in.end());
}

// What neurons [begin, end) of the core take of it.
CoreUse use_of_neurons(const std::vector<Row>& rows, const QuantizedNetwork& network,
                       std::uint32_t begin, std::uint32_t end, const PopulationId* population) {
    CoreUse use;
    use.neurons = end - begin;
    for (const Row& row : rows) {
        const auto count = std::count_if(
            row.synapses.begin(), row.synapses.end(),
            [&](const auto& synapse) { return synapse.target >= begin && synapse.target < end; });
        use.input_axons += count > 0 ? 1 : 0;
        use.synapses += static_cast<std::uint64_t>(count);
        const bool own =
            population == nullptr ? !network[row.source].is_input : row.source == *population;
        use.output_axons += own ? 1 : 0;
    }
    use.stored_synapses = use.synapses;
    use.synapse_bits = std::uint64_t{4} * rows.size() * use.neurons;
    use.fan_in = largest_fan_in(rows, begin, end);
    return use;
}

}  // namespace

Mapping map_onto_crossbar(const QuantizedNetwork& network, const CoreLimits& limits,
                          const MappingOptions& options, CoreId core) {
    if (options.cores > 1) {
        throw ConfigError(
            "mapping.cores",
            fmt::format("{} cores are asked for; an ODIN chip has one", options.cores),
            "remove mapping.cores");
    }
    const std::vector<std::uint32_t> first = first_neurons(network);
    const std::vector<Row> rows = rows_of(network, first);
    check_fit(network, rows, first.back(), limits);
    Mapping mapping;
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        const QuantizedPopulation& population = network.populations[p];
        if (!population.is_input && population.size > 0) {
            const PopulationId id{p};
            mapping.slices.push_back({id, 0, population.size, core, first[p]});
            mapping.slice_use.push_back(
                use_of_neurons(rows, network, first[p], first[p] + population.size, &id));
            mapping.slice_use.back().core = core;
        }
    }
    mapping.cores.push_back(use_of_neurons(rows, network, 0, first.back(), nullptr));
    mapping.cores.back().core = core;
    const auto share = [](std::uint64_t use, std::uint64_t limit) {
        return 100.0 * static_cast<double>(use) / static_cast<double>(limit);
    };
    const double neurons = share(first.back(), limits.neurons);
    const double used_rows = share(rows.size(), limits.input_axons);
    mapping.tightest =
        fmt::format("{}: {:.0f} % of core {}", neurons > used_rows ? "neurons" : "rows",
                    std::max(neurons, used_rows), core.value);
    return mapping;
}

ChipProgram compile_for_crossbar(const QuantizedNetwork& network, const Mapping& mapping,
                                 const NeuronPlaces& places, const Topology& topology) {
    const std::vector<std::uint32_t> first = first_neurons(network);
    const std::vector<Row> rows = rows_of(network, first);
    ChipProgram program;
    program.cores.resize(topology.cores());
    const std::uint32_t id = mapping.cores[0].core.value;
    CoreProgram& core = program.cores[id];
    core.neurons = first.back();
    core.spikes.assign(core.neurons, 1);
    for (const Slice& slice : mapping.slices) {
        for (const auto& [name, values] : network[slice.population].parameters) {
            std::vector<std::int32_t>& column = core.parameters[name];
            column.resize(core.neurons);
            for (std::uint32_t n = slice.begin; n < slice.end; ++n) {
                column[slice.offset + n - slice.begin] = values[n];
            }
        }
    }
    std::vector<std::uint32_t> from_host(places.host_inputs()), from_core(core.neurons);
    const auto local = [&](const Row& row) { return places(row.source, row.neuron).local; };
    for (const Row& row : rows) {
        ++(network[row.source].is_input ? from_host : from_core)[local(row)];
    }
    program.host_axons = AxonTable(from_host);
    core.axons = AxonTable(from_core);
    auto& memory = core.synapses.emplace<SynapseMemory>();
    std::vector<SynapseMemory::Raw> words;
    for (const Row& row : rows) {
        words.clear();
        for (const QuantizedConnection& synapse : row.synapses) {
            words.push_back(SynapseWord::pack(synapse.target, 0, synapse.weight));
        }
        AxonTable& axons = network[row.source].is_input ? program.host_axons : core.axons;
        axons.add(local(row), SpikePacket::pack(id, memory.add_row(words)));
        program.synapses += row.synapses.size();
    }
    program.stored_words = memory.words().size();
    program.host_axons.finish();
    core.axons.finish();
    return program;
}

}  // namespace cortile
