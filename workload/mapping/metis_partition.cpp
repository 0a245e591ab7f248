// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/metis_partition.h"

#include <metis.h>

#include <algorithm>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// METIS wants an undirected graph without loops: weights count the connections in both directions.
struct UndirectedGraph {
    std::vector<idx_t> begin, neighbour, weight;
};

UndirectedGraph undirected(const RecurrentGraph& graph) {
    const std::uint32_t n = graph.size();
    std::vector<std::uint64_t> next(n + 1, 0);
    const auto for_each_edge = [&](auto body) {
        for (std::uint32_t i = 0; i < n; ++i) {
            for (std::uint64_t e = graph.begin[i]; e < graph.begin[i + 1]; ++e) {
                if (graph.target[e] != i) {
                    body(i, graph.target[e]);
                }
            }
        }
    };
    for_each_edge([&](std::uint32_t a, std::uint32_t b) {
        ++next[a + 1];
        ++next[b + 1];
    });
    for (std::uint32_t i = 0; i < n; ++i) {
        next[i + 1] += next[i];
    }
    if (next[n] > static_cast<std::uint64_t>(std::numeric_limits<idx_t>::max())) {
        throw ConfigError("mapping.partition",
                          "the network has too many recurrent connections for METIS",
                          "use mapping.partition: contiguous");
    }
    std::vector<idx_t> ends(next[n]);
    std::vector<std::uint64_t> fill(next.begin(), next.end() - 1);
    for_each_edge([&](std::uint32_t a, std::uint32_t b) {
        ends[fill[a]++] = static_cast<idx_t>(b);
        ends[fill[b]++] = static_cast<idx_t>(a);
    });
    UndirectedGraph result;
    result.begin.push_back(0);
    for (std::uint32_t i = 0; i < n; ++i) {
        const auto first = ends.begin() + static_cast<std::ptrdiff_t>(next[i]);
        const auto last = ends.begin() + static_cast<std::ptrdiff_t>(next[i + 1]);
        std::sort(first, last);
        for (auto it = first; it != last; ++it) {
            if (it != first && *it == *(it - 1)) {
                ++result.weight.back();
            } else {
                result.neighbour.push_back(*it);
                result.weight.push_back(1);
            }
        }
        result.begin.push_back(static_cast<idx_t>(result.neighbour.size()));
    }
    return result;
}

}  // namespace

RecurrentGraph recurrent_graph(const QuantizedNetwork& network, PopulationId population,
                               std::uint64_t most) {
    RecurrentGraph result;
    const std::uint32_t n = network[population].size;
    result.begin.push_back(0);
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> row;
    for (std::uint32_t source = 0; source < n; ++source) {
        for (const QuantizedProjection& p : network.projections) {
            if (p.source == population && p.target == population) {
                p.row(source, scratch, row);
                for (const QuantizedConnection& c : row) {
                    result.target.push_back(c.target);
                }
            }
        }
        if (result.target.size() > most) {
            return {std::vector<std::uint64_t>(n + 1, 0), {}};
        }
        result.begin.push_back(result.target.size());
    }
    return result;
}

std::vector<std::uint32_t> metis_parts(const RecurrentGraph& graph, std::uint32_t parts,
                                       std::uint32_t largest_part, std::uint64_t seed) {
    UndirectedGraph undirected_graph = undirected(graph);
    idx_t options[METIS_NOPTIONS];
    METIS_SetDefaultOptions(options);
    options[METIS_OPTION_SEED] = static_cast<idx_t>(seed & 0x7FFFFFFF);
    options[METIS_OPTION_NUMBERING] = 0;
    // In units of 0.1 %: how much a part may exceed the mean.
    const double slack = 1000.0 * (static_cast<double>(largest_part) * parts / graph.size() - 1.0);
    options[METIS_OPTION_UFACTOR] = static_cast<idx_t>(std::clamp(slack, 1.0, 100.0));
    idx_t vertices = static_cast<idx_t>(graph.size()), constraints = 1, cut = 0;
    idx_t wanted = static_cast<idx_t>(parts);
    std::vector<idx_t> part(graph.size());
    const int status = METIS_PartGraphKway(&vertices, &constraints, undirected_graph.begin.data(),
                                           undirected_graph.neighbour.data(), nullptr, nullptr,
                                           undirected_graph.weight.data(), &wanted, nullptr,
                                           nullptr, options, &cut, part.data());
    if (status != METIS_OK) {
        return {};
    }
    std::vector<std::uint32_t> sizes(parts);
    for (const idx_t p : part) {
        if (++sizes[static_cast<std::size_t>(p)] > largest_part) {
            return {};
        }
    }
    return {part.begin(), part.end()};
}

std::uint64_t packets_between(const RecurrentGraph& graph, const std::vector<std::uint32_t>& part) {
    std::uint64_t packets = 0;
    std::vector<std::uint32_t> seen;  // per part: last source + 1 that was counted
    seen.resize(*std::max_element(part.begin(), part.end()) + 1);
    for (std::uint32_t i = 0; i < graph.size(); ++i) {
        seen[part[i]] = i + 1;
        for (std::uint64_t e = graph.begin[i]; e < graph.begin[i + 1]; ++e) {
            std::uint32_t& last = seen[part[graph.target[e]]];
            packets += last != i + 1 ? 1 : 0;
            last = i + 1;
        }
    }
    return packets;
}

}  // namespace cortile
