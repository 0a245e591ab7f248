// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace cortile {

// Memory that a processor may read, execute and perhaps write without the bus, until it is told to
// forget it.
struct DirectMemory {
    std::uint32_t first = 0, size = 0;  // bytes; both multiples of kPageBytes
    std::uint8_t* data = nullptr;       // of `first`
    bool writable = false;
    std::uint32_t wait = 0;  // cycles that each access waits

    static constexpr std::uint32_t kPageBytes = 1024;
    // May `bytes` from `address` on be accessed? They must not wrap around.
    bool holds(std::uint32_t address, std::uint32_t bytes) const {
        return address - first < size && size - (address - first) >= bytes;
    }
};

// What a processor's loads and stores reach. Accesses have 1, 2 or 4 bytes and are aligned.
class ProcessorBus {
  public:
    virtual ~ProcessorBus() = default;

    struct Access {
        bool okay = false;       // false: an access fault
        std::uint32_t wait = 0;  // cycles beyond those of the instruction
    };
    // `value`: little-endian, the bits above `bytes` zero.
    virtual Access read(std::uint32_t address, std::uint32_t bytes, std::uint32_t& value) = 0;
    virtual Access write(std::uint32_t address, std::uint32_t bytes, std::uint32_t value) = 0;
    // The memory around `address`, if it is one that may be accessed directly.
    virtual std::optional<DirectMemory> direct(std::uint32_t address) = 0;
};

}  // namespace cortile
