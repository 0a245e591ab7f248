// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/elf_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "hw_model/base/error.h"
#include "hw_model/base/text_file.h"
#include "hw_model/cpu/little_endian.h"

namespace cortile {

namespace {

constexpr std::size_t kHeaderBytes = 52, kSegmentBytes = 32, kSectionBytes = 40, kSymbolBytes = 16;
constexpr std::uint32_t kRiscv = 243, kExecutable = 2, kLoad = 1, kSymbolTable = 2;
constexpr const char* kHint =
    "compile for rv32im, as firmware/CMakeLists.txt does: -march=rv32im -mabi=ilp32";

}  // namespace

ElfFile::ElfFile(const std::filesystem::path& file) : file_(file), content_(read_text_file(file)) {
    read_header();
    read_segments();
    read_sections();
    read_symbols();
    lines_ = std::make_shared<SourceLines>(section(".debug_line"), section(".debug_line_str"),
                                           section(".debug_str"));
}

void ElfFile::refuse(const std::string& problem) const {
    throw ConfigError(file_.string(), problem, kHint);
}

std::uint32_t ElfFile::word(std::size_t offset) const {
    if (offset > content_.size() || content_.size() - offset < 4) {
        refuse("the file is cut off");
    }
    return load_as<std::uint32_t>(reinterpret_cast<const std::uint8_t*>(content_.data()) + offset);
}

std::uint32_t ElfFile::half(std::size_t offset) const {
    if (offset > content_.size() || content_.size() - offset < 2) {
        refuse("the file is cut off");
    }
    return load_as<std::uint16_t>(reinterpret_cast<const std::uint8_t*>(content_.data()) + offset);
}

std::string ElfFile::text(std::size_t offset) const {
    if (offset >= content_.size()) {
        refuse("the file is cut off");
    }
    return content_.c_str() + offset;  // ends at a zero, at the latest that behind the content
}

void ElfFile::read_header() {
    if (!content_.starts_with("\x7F"
                              "ELF")) {
        refuse("this is no ELF file");
    }
    if (content_.size() < kHeaderBytes) {
        refuse("the file is cut off");
    }
    if (content_[4] != 1) {
        refuse("a 64-bit program; the processors have 32 bits");
    }
    if (content_[5] != 1) {
        refuse("a big-endian program; the processors are little-endian");
    }
    if (half(18) != kRiscv) {
        refuse(
            fmt::format("a program for another machine (ELF machine {}); the processors are "
                        "RISC-V (243)",
                        half(18)));
    }
    if (half(16) != kExecutable) {
        refuse("no executable: it is to be linked");
    }
    if (word(36) & 1) {
        refuse("the program has compressed instructions, which the processors do not");
    }
    entry_ = word(24);
}

void ElfFile::read_segments() {
    const std::size_t first = word(28), count = half(44);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = first + i * kSegmentBytes;
        if (word(at) != kLoad || word(at + 20) == 0) {
            continue;
        }
        const std::size_t offset = word(at + 4), bytes = word(at + 16);
        if (offset > content_.size() || content_.size() - offset < bytes) {
            refuse("the file is cut off");
        }
        ElfSegment segment{word(at + 12), {}, std::max(word(at + 20), word(at + 16))};
        segment.bytes.assign(content_.begin() + static_cast<std::ptrdiff_t>(offset),
                             content_.begin() + static_cast<std::ptrdiff_t>(offset + bytes));
        segments_.push_back(std::move(segment));
    }
    if (segments_.empty()) {
        refuse("there is nothing to load in it");
    }
}

void ElfFile::read_sections() {
    const std::size_t first = word(32), count = half(48);
    if (first == 0 || count == 0) {
        return;
    }
    if (first > content_.size() || (content_.size() - first) / kSectionBytes < count) {
        refuse("the file is cut off");
    }
    const std::size_t names = word(first + half(50) * kSectionBytes + 16);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = first + i * kSectionBytes;
        sections_.push_back(
            {text(names + word(at)), word(at + 4), word(at + 16), word(at + 20), word(at + 24)});
    }
}

void ElfFile::read_symbols() {
    for (const Section& section : sections_) {
        if (section.type != kSymbolTable || section.link >= sections_.size()) {
            continue;
        }
        const std::size_t names = sections_[section.link].offset;
        for (std::size_t at = section.offset; at + kSymbolBytes <= section.offset + section.size;
             at += kSymbolBytes) {
            const std::uint32_t kind = half(at + 12) & 0xF;
            const bool defined = half(at + 14) != 0;
            std::string name = text(names + word(at));
            // Functions, and labels of assembler; names with $ mark kinds of content.
            if (defined && kind <= 2 && !name.empty() && name[0] != '$') {
                symbols_.push_back({word(at + 4), word(at + 8), std::move(name)});
            }
        }
    }
    std::stable_sort(symbols_.begin(), symbols_.end(),
                     [](const ElfSymbol& a, const ElfSymbol& b) { return a.address < b.address; });
}

std::optional<std::uint32_t> ElfFile::symbol(const std::string& name) const {
    const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                    [&](const ElfSymbol& symbol) { return symbol.name == name; });
    return found == symbols_.end() ? std::nullopt : std::optional(found->address);
}

std::string ElfFile::describe(std::uint32_t address) const {
    const std::string function = function_at(address), line = lines_->find(address);
    return line.empty() ? function : fmt::format("{} ({})", function, line);
}

std::string ElfFile::function_at(std::uint32_t address) const {
    const bool loaded = std::any_of(segments_.begin(), segments_.end(), [&](const auto& segment) {
        return address - segment.address < segment.size;
    });
    auto next = std::upper_bound(
        symbols_.begin(), symbols_.end(), address,
        [](std::uint32_t value, const ElfSymbol& symbol) { return value < symbol.address; });
    // Of several at one address, or of a label within a function, the one that is named a size.
    while (loaded && next != symbols_.begin()) {
        --next;
        if (next->size == 0 || address - next->address < next->size) {
            return next->address == address
                       ? next->name
                       : fmt::format("{} + 0x{:X}", next->name, address - next->address);
        }
    }
    return "?";
}

std::vector<std::uint8_t> ElfFile::section(const std::string& name) const {
    for (const Section& section : sections_) {
        if (section.name == name && section.offset <= content_.size() &&
            content_.size() - section.offset >= section.size) {
            const auto begin = content_.begin() + static_cast<std::ptrdiff_t>(section.offset);
            return {begin, begin + static_cast<std::ptrdiff_t>(section.size)};
        }
    }
    return {};
}

}  // namespace cortile
