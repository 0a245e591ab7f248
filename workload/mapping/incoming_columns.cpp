// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/incoming_columns.h"

#include <algorithm>

#include "workload/mapping/packing.h"

namespace cortile {

IncomingColumns::IncomingColumns(const QuantizedNetwork& network, PopulationId population,
                                 const CoreLimits& limits)
    : network_(network), begin_(network[population].size + 1) {
    // Too large a population for one core does not need its bits on one core.
    const std::uint32_t size = std::min(network[population].size, limits.neurons);
    const std::uint32_t index_bits = kIndexWidths[index_class(size)];
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> synapses;
    for (std::size_t id = 0; id < network.projections.size(); ++id) {
        const QuantizedProjection& p = network.projections[id];
        if (p.target != population) {
            continue;
        }
        const std::uint32_t payload = std::uint32_t{p.weight_bits} + p.delay_bits;
        projections_.push_back(
            {id, rows_, limits.shares_rows && p.connectivity->repeats_rows(), payload});
        const std::uint32_t sources = p.connectivity->source_size();
        for (std::uint32_t source = 0; source < sources; ++source) {
            p.row(source, scratch, synapses);
            for (const QuantizedConnection& c : synapses) {
                ++begin_[c.target + 1];
            }
            used_rows_ += synapses.empty() ? 0 : 1;
            unshared_bits_ += packed_row_bits(limits.packing, synapses.size(), payload, index_bits);
        }
        rows_ += sources;
    }
    for (std::size_t i = 1; i < begin_.size(); ++i) {
        begin_[i] += begin_[i - 1];
    }
}

void IncomingColumns::fill() {
    const bool shared = std::any_of(projections_.begin(), projections_.end(),
                                    [](const Projection& p) { return p.shared; });
    row_.resize(begin_.back());
    content_.resize(shared ? begin_.back() : 0);
    std::vector<std::uint64_t> next(begin_.begin(), begin_.end() - 1);
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> synapses;
    for (const Projection& projection : projections_) {
        const QuantizedProjection& p = network_.projections[projection.id];
        for (std::uint32_t source = 0; source < p.connectivity->source_size(); ++source) {
            p.row(source, scratch, synapses);
            for (const QuantizedConnection& c : synapses) {
                const std::uint64_t i = next[c.target]++;
                row_[i] = projection.first_row + source;
                if (shared) {
                    content_[i] = synapse_content(c.weight, c.delay);
                }
            }
        }
    }
}

std::size_t IncomingColumns::projection_of(std::uint32_t row) const {
    const auto after = std::upper_bound(
        projections_.begin(), projections_.end(), row,
        [](std::uint32_t r, const Projection& p) { return r < p.first_row; });
    return static_cast<std::size_t>(after - projections_.begin()) - 1;
}

}  // namespace cortile
