// SPDX-License-Identifier: Apache-2.0
#include "workload/mapping/growing_core.h"

#include <algorithm>

namespace cortile {

namespace {

bool any_shared(const IncomingColumns& columns) {
    return std::any_of(columns.projections().begin(), columns.projections().end(),
                       [](const IncomingColumns::Projection& p) { return p.shared; });
}

}  // namespace

GrowingCore::GrowingCore(const IncomingColumns& columns, const CoreLimits& limits,
                         const std::vector<std::uint32_t>& order)
    : columns_(columns),
      limits_(limits),
      order_(order),
      plain_(limits.packing.stores_index && !any_shared(columns)),
      plain_length_(columns.rows()),
      rows_(columns.rows()),
      users_(plain_ ? 0 : columns.axons()),
      lengths_(columns.projections().size()) {
    for (std::size_t p = 0; p < lengths_.size(); ++p) {
        const std::uint32_t first = columns.projections()[p].first_row;
        const std::uint32_t last =
            p + 1 < lengths_.size() ? columns.projections()[p + 1].first_row : columns.rows();
        for (std::uint32_t row = first; row < last; ++row) {
            rows_[row].projection = static_cast<std::uint16_t>(p);
        }
    }
}

void GrowingCore::restart(std::uint32_t begin) {
    for (const std::uint32_t row : touched_) {
        rows_[row].synapses = 0;
        rows_[row].hash = 0;
        plain_length_[row] = 0;
        if (!plain_) {
            users_[columns_.axon_of(rows_[row].projection, row)] = 0;
        }
    }
    touched_.clear();
    for (Lengths& lengths : lengths_) {
        lengths.rows[0].clear();
        lengths.rows[1].clear();
        lengths.users.clear();
    }
    begin_ = end_ = begin;
    axons_ = bits_ = 0;
    set_index_width(1);
}

bool GrowingCore::grow_to(std::uint32_t end, Resource& shortage) {
    const std::uint32_t neurons = end - begin_;
    if (neurons > limits_.neurons) {
        shortage = Resource::neurons;
        return false;
    }
    for (std::uint32_t n = end_; limits_.fan_in > 0 && n < end; ++n) {
        if (columns_.fan_in(neuron(n)) > limits_.fan_in) {
            shortage = Resource::fan_in;
            return false;
        }
    }
    const std::uint32_t old_end = end_;
    const std::size_t old_touched = touched_.size();
    ++chunk_;
    changes_.clear();
    for (; end_ < end && axons_ <= limits_.input_axons; ++end_) {
        if (plain_) {
            add_plain(end_);
            continue;
        }
        columns_.for_each(neuron(end_), [&](std::uint32_t row, std::uint32_t content) {
            add_synapse(row, end_, content);
        });
    }
    if (axons_ > limits_.input_axons) {
        shortage = Resource::input_axons;
        take_back(old_end, old_touched);
        return false;
    }
    // Rows enter the account once per chunk: a shared row's hash changes with every synapse.
    for (const Change& change : changes_) {
        account(change.before, false);
        account(rows_[change.row], true);
    }
    set_index_width(neurons);
    if (bits_ <= limits_.synapse_memory_bits) {
        return true;
    }
    shortage = Resource::synapse_memory;
    for (const Change& change : changes_) {
        account(rows_[change.row], false);
        account(change.before, true);
    }
    take_back(old_end, old_touched);
    set_index_width(end_ - begin_);
    return false;
}

// Removes the neurons from `old_end` on; the account of shared and dense rows is not its business.
void GrowingCore::take_back(std::uint32_t old_end, std::size_t old_touched) {
    undo();
    while (end_ > old_end) {
        --end_;
        if (plain_) {
            remove_plain(end_);
        }
    }
    touched_.resize(old_touched);
}

void GrowingCore::add_plain(std::uint32_t position) {
    columns_.for_each(neuron(position), [&](std::uint32_t row, std::uint32_t) {
        const std::uint32_t length = ++plain_length_[row];
        const std::size_t projection = rows_[row].projection;
        bits_ += bits_of(lengths_[projection], projection, false, length);
        if (length == 1) {
            ++axons_;
            touched_.push_back(row);
        } else {
            bits_ -= lengths_[projection].bits[false][length - 1];
        }
    });
}

void GrowingCore::remove_plain(std::uint32_t position) {
    columns_.for_each(neuron(position), [&](std::uint32_t row, std::uint32_t) {
        const std::uint32_t length = plain_length_[row]--;
        const std::size_t projection = rows_[row].projection;
        bits_ -= bits_of(lengths_[projection], projection, false, length);
        if (length == 1) {
            --axons_;
        } else {
            bits_ += lengths_[projection].bits[false][length - 1];
        }
    });
}

void GrowingCore::add_synapse(std::uint32_t row_index, std::uint32_t target,
                              std::uint32_t content) {
    Row& row = rows_[row_index];
    if (row.chunk != chunk_) {
        changes_.push_back({row_index, row});
        row.chunk = chunk_;
    }
    if (row.synapses == 0) {
        touched_.push_back(row_index);
        row.first = target;
        row.dense = !limits_.packing.stores_index;
        axons_ += users_[columns_.axon_of(row.projection, row_index)]++ == 0 ? 1 : 0;
    } else {
        row.dense = row.dense && target == row.last + 1;
    }
    row.last = target;
    ++row.synapses;
    if (columns_.projections()[row.projection].shared) {
        row.hash = hash_step(row.hash, target - row.first, content);
    }
}

void GrowingCore::undo() {
    for (const Change& change : changes_) {
        if (change.before.synapses == 0) {
            const std::uint32_t axon = columns_.axon_of(change.before.projection, change.row);
            axons_ -= --users_[axon] == 0 ? 1 : 0;
        }
        rows_[change.row] = change.before;
    }
    changes_.clear();
}

void GrowingCore::account(const Row& row, bool present) {
    if (row.synapses == 0) {
        return;
    }
    Lengths& lengths = lengths_[row.projection];
    if (columns_.projections()[row.projection].shared) {
        if (present) {
            if (++lengths.users[row.hash] > 1) {
                return;
            }
        } else {
            const auto users = lengths.users.find(row.hash);
            if (--users->second > 0) {
                return;
            }
            lengths.users.erase(users);
        }
    }
    auto& counts = lengths.rows[row.dense];
    if (counts.size() <= row.synapses) {
        counts.resize(row.synapses + 1);
    }
    const std::uint32_t bits = bits_of(lengths, row.projection, row.dense, row.synapses);
    if (present) {
        ++counts[row.synapses];
        bits_ += bits;
    } else {
        --counts[row.synapses];
        bits_ -= bits;
    }
}

std::uint32_t GrowingCore::bits_of(Lengths& lengths, std::size_t projection, bool dense,
                                   std::uint32_t synapses) {
    auto& table = lengths.bits[dense];
    while (table.size() <= synapses) {
        table.push_back(static_cast<std::uint32_t>(packed_row_bits(
            limits_.packing, table.size(), columns_.projections()[projection].payload_bits,
            dense ? 0 : kIndexWidths[index_class_])));
    }
    return table[synapses];
}

void GrowingCore::set_index_width(std::uint32_t neurons) {
    const std::size_t index = index_class(neurons);
    if (index == index_class_) {
        return;
    }
    index_class_ = index;
    bits_ = 0;
    if (plain_) {
        for (Lengths& lengths : lengths_) {
            lengths.bits[false].clear();
        }
        for (const std::uint32_t row : touched_) {
            const std::size_t projection = rows_[row].projection;
            bits_ += bits_of(lengths_[projection], projection, false, plain_length_[row]);
        }
        return;
    }
    for (std::size_t p = 0; p < lengths_.size(); ++p) {
        Lengths& lengths = lengths_[p];
        lengths.bits[false].clear();
        for (const bool dense : {false, true}) {
            for (std::uint32_t k = 1; k < lengths.rows[dense].size(); ++k) {
                bits_ += std::uint64_t{lengths.rows[dense][k]} * bits_of(lengths, p, dense, k);
            }
        }
    }
}

}  // namespace cortile
