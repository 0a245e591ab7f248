// SPDX-License-Identifier: Apache-2.0
// A program for the processor: a 32-bit little-endian RISC-V executable. Format: System V ABI, ELF
// chapters 4 and 5; machine number: RISC-V ELF psABI.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hw_model/cpu/source_lines.h"

namespace cortile {

struct ElfSegment {
    std::uint32_t address = 0;        // where it is loaded (physical address)
    std::vector<std::uint8_t> bytes;  // behind them zeros up to `size`
    std::uint32_t size = 0;
};

struct ElfSymbol {
    std::uint32_t address = 0, size = 0;
    std::string name;
};

class ElfFile {
  public:
    // Throws ConfigError: cannot be read, is no executable for this processor, is cut off.
    explicit ElfFile(const std::filesystem::path& file);

    std::uint32_t entry() const { return entry_; }
    const std::vector<ElfSegment>& segments() const { return segments_; }
    std::optional<std::uint32_t> symbol(const std::string& name) const;
    // "main + 0x10 (main.c:12)", or "?" where no function is; no line where none is known.
    std::string describe(std::uint32_t address) const;
    const std::filesystem::path& file() const { return file_; }
    // Contents of a section; empty: none of that name.
    std::vector<std::uint8_t> section(const std::string& name) const;

  private:
    struct Section {
        std::string name;
        std::uint32_t type = 0, offset = 0, size = 0, link = 0;
    };

    void read_header();
    void read_segments();
    void read_sections();
    void read_symbols();
    std::string function_at(std::uint32_t address) const;
    std::uint32_t word(std::size_t offset) const;
    std::uint32_t half(std::size_t offset) const;
    std::string text(std::size_t offset) const;
    [[noreturn]] void refuse(const std::string& problem) const;

    std::filesystem::path file_;
    std::string content_;
    std::uint32_t entry_ = 0;
    std::vector<ElfSegment> segments_;
    std::vector<Section> sections_;
    std::vector<ElfSymbol> symbols_;  // functions, ascending
    std::shared_ptr<const SourceLines> lines_;
};

}  // namespace cortile
