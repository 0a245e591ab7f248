// SPDX-License-Identifier: Apache-2.0
#include "hw_model/registers/register_block.h"

#include "hw_model/base/error.h"

namespace cortile {

RegisterBlock::RegisterBlock(std::span<const RegisterRow> rows) : rows_(rows) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
        first_value_.push_back(values_.size());
        for (std::uint32_t i = 0; i < rows[r].count; ++i) {
            const std::size_t word = (rows[r].offset + i * rows[r].stride) / 4;
            if (word >= row_of_word_.size()) {
                row_of_word_.resize(word + 1, -1);
            }
            row_of_word_[word] = static_cast<std::int32_t>(r);
            values_.push_back(rows[r].reset);
        }
    }
}

std::optional<RegisterBlock::Place> RegisterBlock::find(std::uint32_t offset) const {
    if (offset % 4 != 0 || offset / 4 >= row_of_word_.size() || row_of_word_[offset / 4] < 0) {
        return std::nullopt;
    }
    const RegisterRow& row = rows_[static_cast<std::size_t>(row_of_word_[offset / 4])];
    return Place{&row, (offset - row.offset) / row.stride};
}

std::uint32_t& RegisterBlock::value(std::uint32_t first, std::uint32_t index) {
    const std::optional<Place> place = find(first);
    if (!place || place->index != 0 || index >= place->row->count) {
        throw ContractViolation("RegisterBlock: there is no such register");
    }
    const auto row = static_cast<std::size_t>(place->row - rows_.data());
    return values_[first_value_[row] + index];
}

std::optional<std::uint32_t> RegisterBlock::read(std::uint32_t offset) {
    const std::optional<Place> place = find(offset);
    if (!place || place->row->readable() == 0) {
        return std::nullopt;
    }
    const auto result = on_read(place->row->offset, place->index);
    return result ? std::optional(*result & place->row->readable()) : std::nullopt;
}

std::optional<std::uint32_t> RegisterBlock::peek(std::uint32_t offset) {
    const std::optional<Place> place = find(offset);
    if (!place || place->row->readable() == 0 || place->row->read_changes != 0) {
        return std::nullopt;
    }
    const auto result = on_peek(place->row->offset, place->index);
    return result ? std::optional(*result & place->row->readable()) : std::nullopt;
}

bool RegisterBlock::write(std::uint32_t offset, std::uint32_t bits) {
    const std::optional<Place> place = find(offset);
    if (!place || place->row->writable() == 0) {
        return false;
    }
    const RegisterRow& row = *place->row;
    std::uint32_t& now = value(row.offset, place->index);
    const std::uint32_t reserved = ~(row.readable() | row.writable());
    if ((bits & reserved) != 0 || ((bits ^ now) & row.read_only) != 0) {
        return false;
    }
    const std::uint32_t next = (now & (row.read_only | row.read_changes)) |
                               (bits & row.read_write) | (now & ~bits & row.write_one_to_clear);
    if (!on_write(row.offset, place->index, next, bits)) {
        return false;
    }
    value(row.offset, place->index) = next;
    return true;
}

std::optional<std::uint32_t> RegisterBlock::on_read(std::uint32_t first, std::uint32_t index) {
    return value(first, index);
}

std::optional<std::uint32_t> RegisterBlock::on_peek(std::uint32_t first, std::uint32_t index) {
    return value(first, index);
}

bool RegisterBlock::on_write(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {
    return true;
}

}  // namespace cortile
