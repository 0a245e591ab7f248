// SPDX-License-Identifier: Apache-2.0
// The synapses into one population, by target neuron.
#pragma once

#include <cstdint>
#include <vector>

#include "cores/api/core_limits.h"
#include "workload/mapping/axon_groups.h"
#include "workload/quantize/quantized_network.h"

namespace cortile {

// A row is one source neuron of one projection. Each has an input axon on each core that it
// reaches, alone, or together with other rows of the projection (population axons).
class IncomingColumns {
  public:
    struct Projection {
        std::size_t id = 0;           // into QuantizedNetwork::projections
        std::uint32_t first_row = 0;  // rows [first_row, first_row + source size)
        bool shared = false;          // rows equal up to a shift are stored once
        std::uint32_t payload_bits = 0;
        std::uint32_t first_axon = 0;
        AxonGroups groups;
        std::uint32_t used_rows = 0;  // with at least one synapse
    };

    // Counts, which is enough to see whether the whole population fits on one core, and keeps the
    // synapses by source unless they are very many.
    IncomingColumns(const QuantizedNetwork& network, PopulationId population,
                    const CoreLimits& limits);
    // Stores the synapses by target: 4 bytes a synapse, 8 if rows are shared.
    void fill();

    const std::vector<Projection>& projections() const { return projections_; }
    std::uint32_t rows() const { return rows_; }
    std::uint32_t axons() const { return axons_; }            // numbered by axon_of()
    std::uint32_t used_axons() const { return used_axons_; }  // with at least one synapse
    std::uint32_t axon_of(std::size_t projection, std::uint32_t row) const {
        const Projection& p = projections_[projection];
        return p.first_axon + p.groups.group_of(row - p.first_row);
    }
    // Memory if the population is on one core and no row is dense or shared.
    std::uint64_t unshared_bits() const { return unshared_bits_; }
    std::uint32_t fan_in(std::uint32_t target) const {
        return static_cast<std::uint32_t>(begin_[target + 1] - begin_[target]);
    }
    std::size_t projection_of(std::uint32_t row) const;

    // Calls body(row, content) for each synapse into `target`; content identifies weight and delay
    // (0 unless any projection is shared).
    template <typename Body>
    void for_each(std::uint32_t target, Body body) const {
        for (std::uint64_t i = begin_[target]; i < begin_[target + 1]; ++i) {
            body(row_[i], content_.empty() ? 0 : content_[i]);
        }
    }

  private:
    void forget_rows();
    void keep_row(const std::vector<QuantizedConnection>& synapses);

    const QuantizedNetwork& network_;
    bool any_shared_ = false, keeps_rows_ = true;
    // By source: number of synapses per row, then targets and contents of all rows.
    std::vector<std::uint32_t> kept_length_, kept_target_, kept_content_;
    std::vector<Projection> projections_;
    std::uint32_t rows_ = 0, axons_ = 0, used_axons_ = 0;
    std::uint64_t unshared_bits_ = 0;
    std::vector<std::uint64_t> begin_;  // per target, and one more
    std::vector<std::uint32_t> row_, content_;
};

}  // namespace cortile
