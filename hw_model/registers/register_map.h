// SPDX-License-Identifier: Apache-2.0
// A register map as its YAML file gives it, and the files that are made of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hw_model/registers/register_access.h"

namespace cortile {

struct RegisterField {
    std::string name;
    unsigned low = 0, high = 31;  // bits
    Access access = Access::ro;
    std::string description;
};

struct RegisterSource {
    std::string name, description;
    std::uint32_t offset = 0, reset = 0;
    std::uint32_t count = 1, stride = 4;
    std::vector<RegisterField> fields;  // one named "" of all bits, where the file gives none
    bool has_fields() const { return !fields.front().name.empty(); }
};

struct RegisterBlockSource {
    std::string name, description;
    std::uint32_t base = 0;
    std::vector<RegisterSource> registers;
};

struct NamedValue {
    std::string name, description;
    std::uint32_t value = 0;
};

struct RegisterMap {
    std::uint32_t version = 0;
    std::vector<NamedValue> memories, constants;
    std::vector<RegisterBlockSource> blocks;
};

// Throws ConfigError: a file that is no register map, registers or blocks that overlap.
RegisterMap read_register_map(const std::filesystem::path& file);

std::string c_header(const RegisterMap& map);
std::string cpp_header(const RegisterMap& map);
std::string markdown(const RegisterMap& map);

// The generated files, from the project's root.
inline constexpr const char* kRegisterSource = "hw_model/registers/management.yaml";
inline constexpr const char* kCHeader = "firmware/hal/registers.h";
inline constexpr const char* kCppHeader = "hw_model/registers/management_registers.h";
inline constexpr const char* kRegisterPage = "docs/reference/registers.md";

}  // namespace cortile
