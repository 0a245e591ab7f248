// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hw_model/base/text_table.h"
#include "workload/mapping/mapping.h"
#include "workload/mapping/resources.h"

namespace cortile {

namespace {

constexpr std::size_t kColumns = 4 + kResources;
using Row = std::vector<std::string>;

Row population_row(const Mapping& mapping, const QuantizedPopulation& population, PopulationId id,
                   const CoreLimits& limits) {
    std::array<std::uint64_t, kResources> most{};
    std::uint32_t cores = 0;
    for (std::size_t i = 0; i < mapping.slices.size(); ++i) {
        if (mapping.slices[i].population == id) {
            ++cores;
            for (std::size_t r = 0; r < kResources; ++r) {
                most[r] = std::max(most[r], use_of(mapping.slice_use[i], static_cast<Resource>(r)));
            }
        }
    }
    Row row{population.name, fmt::format("{}", population.size), fmt::format("{}", cores)};
    row.resize(kColumns);
    double tightest = -1;
    for (std::size_t r = 0; r < kResources; ++r) {
        const auto resource = static_cast<Resource>(r);
        const std::uint64_t limit = limit_of(limits, resource);
        if (limit == 0) {
            row[3 + r] = fmt::format("{}", most[r]);  // no limit: the figure itself
            continue;
        }
        const double share = static_cast<double>(most[r]) / static_cast<double>(limit);
        row[3 + r] = fmt::format("{:.1f} %", 100 * share);
        if (share > tightest) {
            tightest = share;
            row[3 + kResources] = to_string(resource);
        }
    }
    return row;
}

std::string population_axons(const QuantizedNetwork& network) {
    std::string list;
    for (const QuantizedProjection& projection : network.projections) {
        if (projection.axon_atoms > 1) {
            list += fmt::format("{}{} (one for {} source neurons)", list.empty() ? "" : ", ",
                                projection.name, projection.axon_atoms);
        }
    }
    return list.empty() ? "" : "population axons: " + list + "\n";
}

}  // namespace

std::string to_text(const Mapping& mapping, const QuantizedNetwork& network,
                    const CoreLimits& limits) {
    Row header{"population", "size", "cores"};
    header.resize(kColumns);
    for (std::size_t r = 0; r < kResources; ++r) {
        header[3 + r] = to_string(static_cast<Resource>(r));
    }
    header[3 + kResources] = "tightest";
    std::vector<Row> rows{header};
    for (std::uint32_t p = 0; p < network.populations.size(); ++p) {
        if (!network.populations[p].is_input) {
            rows.push_back(
                population_row(mapping, network.populations[p], PopulationId{p}, limits));
        }
    }
    std::uint64_t synapses = 0, stored = 0, bits = 0;
    for (const CoreUse& use : mapping.cores) {
        synapses += use.synapses;
        stored += use.stored_synapses;
        bits += use.synapse_bits;
    }
    std::string text = text_table(rows, "<" + std::string(kColumns - 2, '>') + "<");
    text += fmt::format("cores used: {}\n", mapping.core_count_used());
    if (mapping.chips > 1) {
        text += fmt::format("chips used: {} of {}\n", mapping.chips_used, mapping.chips);
    }
    text += fmt::format("synapses: {}, stored {} in {:.1f} KiB\n", synapses, stored,
                        static_cast<double>(bits) / 8192);
    text += population_axons(network);
    text += fmt::format("tightest: {}\n", mapping.tightest);
    text += fmt::format("mesh hops per timestep at the expected rates: {:.6g}\n",
                        mapping.spike_weighted_hops);
    if (mapping.chips > 1) {
        text +=
            fmt::format("of them from chip to chip: {:.6g}\n", mapping.spike_weighted_crossings);
    }
    for (const std::string& note : mapping.notes) {
        text += "note: " + note + "\n";
    }
    return text;
}

}  // namespace cortile
