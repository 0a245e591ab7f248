// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/decode_cache.h"

#include "hw_model/cpu/little_endian.h"

namespace cortile {

DecodeCache::Page& DecodeCache::page(std::uint32_t address, const DirectMemory& memory) {
    std::unique_ptr<Page>& page = pages_[address >> kPageShift];
    if (!page) {
        page = std::make_unique<Page>();
        page->data = memory.data + ((address & ~(DirectMemory::kPageBytes - 1)) - memory.first);
    }
    return *page;
}

void DecodeCache::fill(Page& page, std::uint32_t address) const {
    const std::uint32_t offset = address & (DirectMemory::kPageBytes - 1);
    Instruction& entry = page.instructions[offset / 4];
    entry = decode(load_little_endian(page.data + offset, 4));
    if (breakpoints_.contains(address)) {
        entry.operation = Operation::stop;
    }
}

void DecodeCache::forget(std::uint32_t address, std::uint32_t bytes) {
    for (std::uint32_t word = address & ~3u; word - (address & ~3u) < bytes + (address & 3);
         word += 4) {
        if (const auto found = pages_.find(word >> kPageShift); found != pages_.end()) {
            found->second->instructions[word / 4 % kPageWords] = {};
        }
    }
}

void DecodeCache::forget_all() {
    for (auto& [number, page] : pages_) {
        page->instructions.fill({});
    }
}

void DecodeCache::set_breakpoint(std::uint32_t address, bool set) {
    if (set) {
        breakpoints_.insert(address);
    } else {
        breakpoints_.erase(address);
    }
    forget(address, 4);
}

}  // namespace cortile
