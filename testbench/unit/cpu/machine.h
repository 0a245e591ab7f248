// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "hw_model/cpu/little_endian.h"
#include "hw_model/cpu/processor.h"

namespace cortile::test {

// A processor with 64 KiB of memory and one register of a device.
class Machine : public ProcessorBus {
  public:
    static constexpr std::uint32_t kMemory = 0x80000000, kBytes = 0x10000, kDevice = 0x10000000;
    static constexpr std::uint32_t kDeviceWait = 5;

    explicit Machine(const std::vector<std::uint32_t>& program = {}) : memory(kBytes) {
        load(kMemory, program);
        processor.reset(kMemory);
    }

    void load(std::uint32_t address, const std::vector<std::uint32_t>& words) {
        for (const std::uint32_t word : words) {
            poke(address, word);
            address += 4;
        }
    }
    void poke(std::uint32_t address, std::uint32_t word) {
        store_as(memory.data() + (address - kMemory), word);
    }
    std::uint32_t peek(std::uint32_t address) const {
        return load_as<std::uint32_t>(memory.data() + (address - kMemory));
    }

    Access read(std::uint32_t address, std::uint32_t bytes, std::uint32_t& value) override {
        accesses.push_back({address, bytes, false, 0});
        if (address / 4 != kDevice / 4) {
            return {false, kDeviceWait};
        }
        value = device;
        return {true, kDeviceWait};
    }
    Access write(std::uint32_t address, std::uint32_t bytes, std::uint32_t value) override {
        accesses.push_back({address, bytes, true, value});
        if (address / 4 != kDevice / 4) {
            return {false, kDeviceWait};
        }
        device = value;
        if (on_write) {
            on_write(value);
        }
        return {true, kDeviceWait};
    }
    std::optional<DirectMemory> direct(std::uint32_t address) override {
        if (address - kMemory >= kBytes) {
            return std::nullopt;
        }
        return DirectMemory{kMemory, kBytes, memory.data(), writable, memory_wait};
    }

    struct Seen {
        std::uint32_t address, bytes;
        bool write;
        std::uint32_t value;
        bool operator==(const Seen&) const = default;
    };

    std::vector<std::uint8_t> memory;
    bool writable = true;
    std::uint32_t memory_wait = 0, device = 0;
    std::function<void(std::uint32_t)> on_write;
    std::vector<Seen> accesses;  // on the bus
    Processor processor{0, CycleTable{}, *this};
};

}  // namespace cortile::test
