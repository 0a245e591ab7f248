// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hw_model/registers/register_access.h"

namespace cortile {

// The registers of one device: values, and the access rights of their table. A device derives from
// it and says what reading and writing do beyond that.
class RegisterBlock {
  public:
    explicit RegisterBlock(std::span<const RegisterRow> rows);
    virtual ~RegisterBlock() = default;

    // `offset`: in bytes from the block's base. Nothing, or false: no register there, or it does
    // not allow that; then nothing has changed.
    std::optional<std::uint32_t> read(std::uint32_t offset);
    bool write(std::uint32_t offset, std::uint32_t value);
    // Without any effect; nothing where a register is read by taking out, or not at all.
    std::optional<std::uint32_t> peek(std::uint32_t offset);

  protected:
    // Element `index` of the register at `first`.
    std::uint32_t& value(std::uint32_t first, std::uint32_t index = 0);

    // Gives what is to be read. Default: the value.
    virtual std::optional<std::uint32_t> on_read(std::uint32_t first, std::uint32_t index);
    // The same without any effect, for debuggers. Default: the value.
    virtual std::optional<std::uint32_t> on_peek(std::uint32_t first, std::uint32_t index);
    // The bits to be written are allowed, `bits` of write-only ones too; value() is still the old
    // one and becomes `next` if this returns true. Default: true.
    virtual bool on_write(std::uint32_t first, std::uint32_t index, std::uint32_t next,
                          std::uint32_t bits);

  private:
    struct Place {
        const RegisterRow* row;
        std::uint32_t index;
    };
    std::optional<Place> find(std::uint32_t offset) const;

    std::span<const RegisterRow> rows_;
    std::vector<std::uint32_t> values_;      // of all rows, one after another
    std::vector<std::size_t> first_value_;   // by row
    std::vector<std::int32_t> row_of_word_;  // by offset / 4; -1: none
};

}  // namespace cortile
