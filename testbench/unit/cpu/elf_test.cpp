// SPDX-License-Identifier: Apache-2.0
// Is an executable read as it is, and is what the processor cannot run refused by name?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "hw_model/cpu/elf_file.h"

namespace cortile::test {
namespace {

using testing::HasSubstr;

void put(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t size = 4) {
    bytes.resize(std::max(bytes.size(), at + size));
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<char>(value >> 8 * i);
    }
}

// A header, one segment of 8 bytes at 0x80000000 that grows to 32, a symbol table with a function
// of 8 bytes and a label within it, and their names.
std::string small_elf() {
    std::string elf(
        "\x7F"
        "ELF\x01\x01\x01",
        7);
    put(elf, 16, 2, 2);    // executable
    put(elf, 18, 243, 2);  // RISC-V
    put(elf, 24, 0x80000004);
    put(elf, 28, 52);   // program headers
    put(elf, 32, 200);  // section headers
    put(elf, 44, 1, 2);
    put(elf, 48, 4, 2);
    put(elf, 50, 3, 2);  // names of sections
    put(elf, 52, 1);     // load
    put(elf, 56, 84);
    put(elf, 60, 0x80000000);
    put(elf, 64, 0x80000000);
    put(elf, 68, 8);
    put(elf, 72, 32);
    elf.resize(84);
    elf += "CODECODE";                                       // 84
    elf += std::string("\0work\0label\0", 12);               // 92: names of symbols
    elf += std::string("\0.symtab\0.strtab\0.names\0", 25);  // 104
    put(elf, 136 + 16, 1);                                   // 136: symbols; work
    put(elf, 136 + 20, 0x80000000);
    put(elf, 136 + 24, 8);
    put(elf, 136 + 28, 2, 1);
    put(elf, 136 + 30, 1, 2);
    put(elf, 136 + 32, 6);  // label, no size
    put(elf, 136 + 36, 0x80000010);
    put(elf, 136 + 46, 1, 2);
    const auto section = [&](std::size_t index, std::uint32_t name, std::uint32_t type,
                             std::uint32_t offset, std::uint32_t size, std::uint32_t link) {
        const std::size_t at = 200 + 40 * index;
        put(elf, at, name);
        put(elf, at + 4, type);
        put(elf, at + 16, offset);
        put(elf, at + 20, size);
        put(elf, at + 24, link);
        put(elf, at + 36, 0);  // up to its end
    };
    section(1, 1, 2, 136, 48, 2);
    section(2, 9, 3, 92, 12, 0);
    section(3, 17, 3, 104, 25, 0);
    return elf;
}

struct Elf : testing::Test {
    ElfFile read(const std::string& content) {
        write_text_file(folder.path() / "a.elf", content);
        return ElfFile(folder.path() / "a.elf");
    }
    std::string complaint(const std::string& content) {
        try {
            read(content);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "";
    }
    std::string changed(std::size_t at, std::uint32_t value, std::size_t size = 1) {
        std::string elf = small_elf();
        put(elf, at, value, size);
        return complaint(elf);
    }
    TemporaryFolder folder;
};

TEST_F(Elf, GivesSegmentsEntryAndSymbols) {
    const ElfFile elf = read(small_elf());
    EXPECT_EQ(elf.entry(), 0x80000004u);
    ASSERT_EQ(elf.segments().size(), 1u);
    EXPECT_EQ(elf.segments()[0].address, 0x80000000u);
    EXPECT_EQ(elf.segments()[0].size, 32u);
    EXPECT_EQ(std::string(elf.segments()[0].bytes.begin(), elf.segments()[0].bytes.end()),
              "CODECODE");
    EXPECT_EQ(elf.symbol("label"), 0x80000010u);
    EXPECT_EQ(elf.symbol("other"), std::nullopt);
    EXPECT_EQ(elf.describe(0x80000000), "work");
    EXPECT_EQ(elf.describe(0x80000004), "work + 0x4");
    EXPECT_EQ(elf.describe(0x80000008), "?") << "behind the function";
    EXPECT_EQ(elf.describe(0x80000014), "label + 0x4");
    EXPECT_EQ(elf.describe(0x80000020), "?") << "not loaded";
    EXPECT_EQ(elf.describe(0), "?");
}

TEST_F(Elf, RefusesOtherPrograms) {
    EXPECT_EQ(complaint(small_elf()), "");
    EXPECT_THAT(complaint("#!/bin/sh\n"), HasSubstr("no ELF file"));
    EXPECT_THAT(changed(4, 2), HasSubstr("a 64-bit program"));
    EXPECT_THAT(changed(5, 2), HasSubstr("big-endian"));
    EXPECT_THAT(changed(18, 40), HasSubstr("another machine (ELF machine 40)"));
    EXPECT_THAT(changed(16, 1), HasSubstr("no executable"));
    EXPECT_THAT(changed(36, 1), HasSubstr("compressed instructions"));
    EXPECT_THAT(changed(52, 6), HasSubstr("nothing to load"));
    EXPECT_THAT(changed(56, 0xFFFFFF00, 4), HasSubstr("cut off"));
}

TEST_F(Elf, RefusesEveryPartOfItself) {
    const std::string elf = small_elf();
    for (std::size_t bytes = 0; bytes < elf.size(); bytes += 7) {
        EXPECT_NE(complaint(elf.substr(0, bytes)), "") << bytes;
    }
}

}  // namespace
}  // namespace cortile::test
