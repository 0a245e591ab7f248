// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/incoming_columns.h"

#include <algorithm>

#include "workload/mapping/packing.h"

namespace cortile {

namespace {

// Beyond this many synapses generating the rows twice is better than holding them twice.
constexpr std::size_t kMostKept = std::size_t{1} << 26;

}  // namespace

IncomingColumns::IncomingColumns(const QuantizedNetwork& network, PopulationId population,
                                 const CoreLimits& limits)
    : network_(network), begin_(network[population].size + 1) {
    // Too large a population for one core does not need its bits on one core.
    const std::uint32_t size = std::min(network[population].size, limits.neurons);
    const std::uint32_t index_bits = kIndexWidths[index_class(size)];
    any_shared_ = limits.shares_rows &&
                  std::any_of(network.projections.begin(), network.projections.end(),
                              [&](const QuantizedProjection& p) {
                                  return p.target == population && p.connectivity->repeats_rows();
                              });
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> synapses;
    for (std::size_t id = 0; id < network.projections.size(); ++id) {
        const QuantizedProjection& p = network.projections[id];
        if (p.target != population) {
            continue;
        }
        const std::uint32_t payload = std::uint32_t{p.weight_bits} + p.delay_bits + p.tag_bits;
        projections_.push_back({id, rows_, limits.shares_rows && p.connectivity->repeats_rows(),
                                payload, axons_, AxonGroups(p)});
        const AxonGroups& groups = projections_.back().groups;
        std::vector<bool> used(groups.count());
        const std::uint32_t sources = p.connectivity->source_size();
        for (std::uint32_t source = 0; source < sources; ++source) {
            p.row(source, scratch, synapses);
            for (const QuantizedConnection& c : synapses) {
                ++begin_[c.target + 1];
            }
            keep_row(synapses);
            projections_.back().used_rows += synapses.empty() ? 0 : 1;
            if (!synapses.empty() && !used[groups.group_of(source)]) {
                used[groups.group_of(source)] = true;
                ++used_axons_;
            }
            unshared_bits_ += packed_row_bits(limits.packing, synapses.size(), payload, index_bits);
        }
        rows_ += sources;
        axons_ += groups.count();
    }
    for (std::size_t i = 1; i < begin_.size(); ++i) {
        begin_[i] += begin_[i - 1];
    }
}

void IncomingColumns::keep_row(const std::vector<QuantizedConnection>& synapses) {
    if (!keeps_rows_) {
        return;
    }
    if (kept_target_.size() + synapses.size() > kMostKept) {
        forget_rows();
        return;
    }
    kept_length_.push_back(static_cast<std::uint32_t>(synapses.size()));
    for (const QuantizedConnection& c : synapses) {
        kept_target_.push_back(c.target);
        if (any_shared_) {
            kept_content_.push_back(synapse_content(c.weight, c.delay));
        }
    }
}

void IncomingColumns::forget_rows() {
    keeps_rows_ = false;
    for (std::vector<std::uint32_t>* kept : {&kept_length_, &kept_target_, &kept_content_}) {
        *kept = std::vector<std::uint32_t>();  // = {} would keep the memory
    }
}

void IncomingColumns::fill() {
    row_.resize(begin_.back());
    content_.resize(any_shared_ ? begin_.back() : 0);
    std::vector<std::uint64_t> next(begin_.begin(), begin_.end() - 1);
    const auto put = [&](std::uint32_t row, std::uint32_t target, std::uint32_t content) {
        const std::uint64_t i = next[target]++;
        row_[i] = row;
        if (any_shared_) {
            content_[i] = content;
        }
    };
    if (keeps_rows_) {
        std::size_t at = 0;
        for (std::uint32_t row = 0; row < rows_; ++row) {
            for (std::uint32_t k = 0; k < kept_length_[row]; ++k, ++at) {
                put(row, kept_target_[at], any_shared_ ? kept_content_[at] : 0);
            }
        }
        forget_rows();
        return;
    }
    std::vector<Connection> scratch;
    std::vector<QuantizedConnection> synapses;
    for (const Projection& projection : projections_) {
        const QuantizedProjection& p = network_.projections[projection.id];
        for (std::uint32_t source = 0; source < p.connectivity->source_size(); ++source) {
            p.row(source, scratch, synapses);
            for (const QuantizedConnection& c : synapses) {
                put(projection.first_row + source, c.target, synapse_content(c.weight, c.delay));
            }
        }
    }
}

std::size_t IncomingColumns::projection_of(std::uint32_t row) const {
    const auto after =
        std::upper_bound(projections_.begin(), projections_.end(), row,
                         [](std::uint32_t r, const Projection& p) { return r < p.first_row; });
    return static_cast<std::size_t>(after - projections_.begin()) - 1;
}

}  // namespace cortile
