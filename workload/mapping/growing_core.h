// SPDX-License-Identifier: Apache-2.0
// A core that neurons are put on one after another, with its use of resources kept up to date.
#pragma once

#include <unordered_map>
#include <vector>

#include "workload/mapping/incoming_columns.h"
#include "workload/mapping/resources.h"

namespace cortile {

class GrowingCore {
  public:
    // Positions are counted along `order`, or are neurons if that is empty. Keeps references.
    GrowingCore(const IncomingColumns& columns, const CoreLimits& limits,
                const std::vector<std::uint32_t>& order);

    void restart(std::uint32_t begin);
    // Takes the neurons up to position `end` if they fit; otherwise leaves the core as it was and
    // says which resource is short.
    bool grow_to(std::uint32_t end, Resource& shortage);

    std::uint32_t begin() const { return begin_; }
    std::uint32_t end() const { return end_; }
    std::uint64_t input_axons() const { return axons_; }
    std::uint64_t synapse_bits() const { return bits_; }
    const std::vector<std::uint32_t>& rows() const { return touched_; }  // with synapses here

  private:
    // A row's part on the core.
    struct Row {
        std::uint32_t synapses = 0, first = 0, last = 0;
        std::uint32_t chunk = 0;  // number of the grow_to() that last changed it
        std::uint64_t hash = 0;   // shared projections only
        std::uint16_t projection = 0;
        bool dense = false;
    };
    struct Change {
        std::uint32_t row;
        Row before;
    };
    // Rows of one projection by length; bits of such a row under the present index width.
    struct Lengths {
        std::vector<std::uint32_t> rows[2];  // [dense]
        std::vector<std::uint32_t> bits[2];
        std::unordered_map<std::uint64_t, std::uint32_t> users;  // of a shared row, by its hash
    };

    std::uint32_t neuron(std::uint32_t position) const {
        return order_.empty() ? position : order_[position];
    }
    void add_plain(std::uint32_t position);
    void remove_plain(std::uint32_t position);
    void take_back(std::uint32_t old_end, std::size_t old_touched);
    void add_synapse(std::uint32_t row, std::uint32_t target, std::uint32_t content);
    void account(const Row& row, bool present);
    void set_index_width(std::uint32_t neurons);
    std::uint32_t bits_of(Lengths& lengths, std::size_t projection, bool dense,
                          std::uint32_t synapses);
    void undo();

    const IncomingColumns& columns_;
    const CoreLimits& limits_;
    const std::vector<std::uint32_t>& order_;
    // Rows that all store indices and are never shared need their lengths only.
    bool plain_;
    std::vector<std::uint32_t> plain_length_;
    std::vector<Row> rows_;
    std::vector<std::uint32_t> touched_;  // rows with synapses here
    // Per axon of columns_: rows with synapses here. None if all rows are plain.
    std::vector<std::uint32_t> users_;
    std::vector<Change> changes_;   // of the present chunk
    std::vector<Lengths> lengths_;  // per projection of columns_
    std::uint32_t begin_ = 0, end_ = 0, chunk_ = 0;
    std::uint64_t axons_ = 0, bits_ = 0;
    std::size_t index_class_ = 0;
};

}  // namespace cortile
