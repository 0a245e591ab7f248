// SPDX-License-Identifier: Apache-2.0
// Is what is generated from the register map up to date, and is a bad map refused?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "hw_model/base/error.h"
#include "hw_model/base/temporary_folder.h"
#include "hw_model/base/text_file.h"
#include "hw_model/registers/register_map.h"

namespace cortile {
namespace {

using testing::HasSubstr;

const std::filesystem::path kRoot(CORTILE_SOURCE_DIR);

TEST(RegisterMap, GeneratedFilesAreUpToDate) {
    const RegisterMap map = read_register_map(kRoot / kRegisterSource);
    const char* const remedy = "cmake --build --preset release --target registers";
    EXPECT_EQ(read_text_file(kRoot / kCHeader), c_header(map)) << remedy;
    EXPECT_EQ(read_text_file(kRoot / kCppHeader), cpp_header(map)) << remedy;
    EXPECT_EQ(read_text_file(kRoot / kRegisterPage), markdown(map)) << remedy;
}

std::string complaint(const std::string& registers) {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "map.yaml";
    write_text_file(file,
                    "version: 1\nblocks:\n  b:\n    base: 0x1000\n    description: d\n"
                    "    registers:\n" +
                        registers);
    try {
        read_register_map(file);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(RegisterMap, RefusesWhatCannotBe) {
    EXPECT_EQ(complaint("      a: {offset: 0, access: ro, description: d}\n"), "");
    EXPECT_THAT(complaint("      a: {offset: 2, access: ro, description: d}\n"),
                HasSubstr("multiples of 4"));
    EXPECT_THAT(complaint("      a: {offset: 0, access: xx, description: d}\n"),
                HasSubstr("map.yaml:7: access is to be"));
    EXPECT_THAT(complaint("      a: {offset: 0, access: ro, description: d}\n"
                          "      c: {offset: 0, access: ro, description: d}\n"),
                HasSubstr("map.yaml:8: the register overlaps another"));
    EXPECT_THAT(complaint("      a: {offset: 0, acces: ro, description: d}\n"),
                HasSubstr("unknown key acces"));
    EXPECT_THAT(complaint("      a: {offset: 0, description: d, fields: {x: {bits: [3, 1], "
                          "access: ro, description: d}}}\n"),
                HasSubstr("bits is to be"));
    EXPECT_THAT(complaint("      a: {offset: 0, description: d, fields: {x: {bits: [0, 3], "
                          "access: ro, description: d}, y: {bits: [3, 4], access: rw, "
                          "description: d}}}\n"),
                HasSubstr("the field overlaps another"));
    EXPECT_THAT(complaint("      a: [\n"), HasSubstr("map.yaml:"));
}

}  // namespace
}  // namespace cortile
