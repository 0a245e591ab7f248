// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace cortile {

// What a register, or a field of one, lets software do.
enum class Access : std::uint8_t {
    ro,
    rw,
    wo,   // reading is an error if all of the register is so; else it reads as zero
    w1c,  // written ones clear
    rc,   // reading changes it
};

// One register of a block.
struct RegisterRow {
    const char* name;
    std::uint32_t offset, reset;
    std::uint32_t count, stride;  // of an array
    // Bits by access. Those in none are reserved: they read as zero.
    std::uint32_t read_only, read_write, write_only, write_one_to_clear, read_changes;

    std::uint32_t readable() const {
        return read_only | read_write | write_one_to_clear | read_changes;
    }
    std::uint32_t writable() const { return read_write | write_only | write_one_to_clear; }
};

}  // namespace cortile
