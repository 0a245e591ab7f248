// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <unordered_map>

#include "hw_model/cpu/instruction.h"
#include "hw_model/cpu/processor_bus.h"

namespace cortile {

// Decoded instructions by page. Entries are decoded when they are first executed.
class DecodeCache {
  public:
    static constexpr std::uint32_t kPageShift = 10;
    static_assert(1u << kPageShift == DirectMemory::kPageBytes);
    static constexpr std::uint32_t kPageWords = DirectMemory::kPageBytes / 4;

    struct Page {
        std::array<Instruction, kPageWords> instructions;
        const std::uint8_t* data = nullptr;  // of its first byte
    };

    // Makes the page that holds `address` if it is not there yet; `memory` holds it.
    Page& page(std::uint32_t address, const DirectMemory& memory);
    // Decodes one entry of it; `stop` in place of what has a breakpoint.
    void fill(Page& page, std::uint32_t address) const;

    bool has_page(std::uint32_t address) const { return pages_.contains(address >> kPageShift); }
    // Something wrote there: what was decoded of these words counts no more.
    void forget(std::uint32_t address, std::uint32_t bytes);
    // All entries are to be decoded again; pages stay where they are.
    void forget_all();
    // What pages point to counts no more: neither do pages.
    void clear() { pages_.clear(); }

    void set_breakpoint(std::uint32_t address, bool set);
    bool has_breakpoint(std::uint32_t address) const { return breakpoints_.contains(address); }

  private:
    std::unordered_map<std::uint32_t, std::unique_ptr<Page>> pages_;
    std::set<std::uint32_t> breakpoints_;
};

}  // namespace cortile
