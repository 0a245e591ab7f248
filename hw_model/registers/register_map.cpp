// SPDX-License-Identifier: Apache-2.0
#include "hw_model/registers/register_map.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

class Reader {
  public:
    explicit Reader(const std::filesystem::path& file) : file_(file.string()) {}

    RegisterMap map(const YAML::Node& root) const {
        RegisterMap map;
        map.version = number(root, "version");
        map.memories = values(root["memories"], "base");
        map.constants = values(root["constants"], "value");
        for (const auto& entry : root["blocks"]) {
            map.blocks.push_back(block(entry.first.as<std::string>(), entry.second));
        }
        return map;
    }

  private:
    [[noreturn]] void fail(const YAML::Node& node, const std::string& problem) const {
        throw ConfigError(fmt::format("{}:{}", file_, node.Mark().line + 1), problem);
    }

    void check_keys(const YAML::Node& node, const std::set<std::string>& known) const {
        for (const auto& entry : node) {
            if (!known.contains(entry.first.as<std::string>())) {
                fail(entry.first, "unknown key " + entry.first.as<std::string>());
            }
        }
    }

    std::uint32_t number(const YAML::Node& node, const char* key) const {
        if (!node[key]) {
            fail(node, fmt::format("key {} is missing", key));
        }
        try {
            return node[key].as<std::uint32_t>();
        } catch (const YAML::Exception&) {
            fail(node[key], fmt::format("{} is to be a number below 2^32", key));
        }
    }
    std::uint32_t number(const YAML::Node& node, const char* key, std::uint32_t otherwise) const {
        return node[key] ? number(node, key) : otherwise;
    }
    std::string text(const YAML::Node& node, const char* key) const {
        if (!node[key]) {
            fail(node, fmt::format("key {} is missing", key));
        }
        return node[key].as<std::string>();
    }

    Access access(const YAML::Node& node) const {
        static const std::map<std::string, Access> names{{"ro", Access::ro},
                                                         {"rw", Access::rw},
                                                         {"wo", Access::wo},
                                                         {"w1c", Access::w1c},
                                                         {"rc", Access::rc}};
        const auto found = names.find(text(node, "access"));
        if (found == names.end()) {
            fail(node["access"], "access is to be ro, rw, wo, w1c or rc");
        }
        return found->second;
    }

    std::vector<NamedValue> values(const YAML::Node& section, const char* key) const {
        std::vector<NamedValue> result;
        for (const auto& entry : section) {
            check_keys(entry.second, {key, "description"});
            result.push_back({entry.first.as<std::string>(), text(entry.second, "description"),
                              number(entry.second, key)});
        }
        return result;
    }

    RegisterField field(const std::string& name, const YAML::Node& node) const {
        check_keys(node, {"bits", "access", "description"});
        const auto bits =
            node["bits"] ? node["bits"].as<std::vector<unsigned>>() : std::vector<unsigned>{};
        if (bits.size() != 2 || bits[0] > bits[1] || bits[1] > 31) {
            fail(node, "bits is to be [lowest, highest]");
        }
        return {name, bits[0], bits[1], access(node), text(node, "description")};
    }

    RegisterSource register_of(const std::string& name, const YAML::Node& node) const {
        check_keys(node, {"offset", "access", "reset", "count", "stride", "description", "fields"});
        RegisterSource source{name,
                              text(node, "description"),
                              number(node, "offset"),
                              number(node, "reset", 0),
                              number(node, "count", 1),
                              number(node, "stride", 4),
                              {}};
        if (source.offset % 4 != 0 || source.stride % 4 != 0) {
            fail(node, "offset and stride are to be multiples of 4");
        }
        if (!node["fields"]) {
            source.fields.push_back({"", 0, 31, access(node), ""});
            return source;
        }
        std::uint32_t used = 0;
        for (const auto& entry : node["fields"]) {
            const RegisterField some = field(entry.first.as<std::string>(), entry.second);
            const std::uint32_t mask = field_mask(some);
            if (used & mask) {
                fail(entry.second, "the field overlaps another");
            }
            used |= mask;
            source.fields.push_back(some);
        }
        return source;
    }

    RegisterBlockSource block(const std::string& name, const YAML::Node& node) const {
        check_keys(node, {"base", "description", "registers"});
        RegisterBlockSource result{name, text(node, "description"), number(node, "base"), {}};
        std::set<std::uint32_t> taken;
        for (const auto& entry : node["registers"]) {
            RegisterSource source = register_of(entry.first.as<std::string>(), entry.second);
            for (std::uint32_t i = 0; i < source.count; ++i) {
                if (!taken.insert(source.offset + i * source.stride).second) {
                    fail(entry.second, "the register overlaps another");
                }
            }
            result.registers.push_back(std::move(source));
        }
        return result;
    }

  public:
    static std::uint32_t field_mask(const RegisterField& field) {
        return static_cast<std::uint32_t>((std::uint64_t{2} << field.high) -
                                          (std::uint64_t{1} << field.low));
    }

  private:
    std::string file_;
};

std::uint32_t mask_of(const RegisterSource& source, Access access) {
    std::uint32_t mask = 0;
    for (const RegisterField& field : source.fields) {
        mask |= field.access == access ? Reader::field_mask(field) : 0;
    }
    return mask;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

const char* name_of(Access access) {
    switch (access) {
        case Access::ro:
            return "ro";
        case Access::rw:
            return "rw";
        case Access::wo:
            return "wo";
        case Access::w1c:
            return "w1c";
        case Access::rc:
            return "rc";
    }
    return "";
}

constexpr const char* kHead =
    "// SPDX-License-Identifier: Apache-2.0\n"
    "// Generated from hw_model/registers/management.yaml; change that.\n";

}  // namespace

RegisterMap read_register_map(const std::filesystem::path& file) {
    try {
        return Reader(file).map(YAML::LoadFile(file.string()));
    } catch (const YAML::Exception& error) {
        throw ConfigError(fmt::format("{}:{}", file.string(), error.mark.line + 1), error.msg);
    }
}

std::string c_header(const RegisterMap& map) {
    std::string text = kHead;
    text += "// Addresses in the management plane, offsets of registers and bits of fields.\n";
    text +=
        "// clang-format off\n#ifndef CORTILE_HAL_REGISTERS_H\n#define CORTILE_HAL_REGISTERS_H\n\n";
    for (const NamedValue& memory : map.memories) {
        text += fmt::format("#define {}_BASE 0x{:08X}u  // {}\n", upper(memory.name), memory.value,
                            memory.description);
    }
    text += '\n';
    for (const NamedValue& constant : map.constants) {
        text += fmt::format("#define {} 0x{:X}u  // {}\n", upper(constant.name), constant.value,
                            constant.description);
    }
    for (const RegisterBlockSource& block : map.blocks) {
        const std::string name = upper(block.name);
        text += fmt::format("\n// {}\n#define {}_BASE 0x{:08X}u\n", block.description, name,
                            block.base);
        for (const RegisterSource& source : block.registers) {
            const std::string full = name + "_" + upper(source.name);
            text += source.count == 1
                        ? fmt::format("#define {} 0x{:02X}u  // {}\n", full, source.offset,
                                      source.description)
                        : fmt::format("#define {}(n) (0x{:02X}u + {}u * (n))  // {}\n", full,
                                      source.offset, source.stride, source.description);
            for (const RegisterField& field : source.fields) {
                if (source.has_fields()) {
                    text += fmt::format("#define {}_{} 0x{:X}u  // {}\n", full, upper(field.name),
                                        Reader::field_mask(field), field.description);
                }
            }
        }
    }
    return text + "\n#endif\n";
}

std::string cpp_header(const RegisterMap& map) {
    std::string text = kHead;
    text +=
        "#pragma once\n\n#include <array>\n#include <cstdint>\n\n"
        "#include \"hw_model/registers/register_access.h\"\n\n// clang-format off\n"
        "namespace cortile::registers {\n\n";
    text += fmt::format("inline constexpr std::uint32_t version = {};\n", map.version);
    for (const NamedValue& memory : map.memories) {
        text += fmt::format("inline constexpr std::uint32_t {}_base = 0x{:08X};\n", memory.name,
                            memory.value);
    }
    for (const NamedValue& constant : map.constants) {
        text += fmt::format("inline constexpr std::uint32_t {} = 0x{:X};\n", constant.name,
                            constant.value);
    }
    text += "\nstruct ExitCode {\n    std::uint32_t code;\n    const char* meaning;\n};\n";
    text += "inline constexpr ExitCode exit_codes[] = {\n";
    for (const NamedValue& constant : map.constants) {
        if (constant.name.starts_with("exit_")) {
            text += fmt::format("    {{{}, \"{}\"}},\n", constant.name, constant.description);
        }
    }
    text += "};\n";
    for (const RegisterBlockSource& block : map.blocks) {
        text += fmt::format("\nnamespace {} {{\ninline constexpr std::uint32_t base = 0x{:08X};\n",
                            block.name, block.base);
        text += "enum Register : std::uint32_t {\n";
        for (const RegisterSource& source : block.registers) {
            text += fmt::format("    {} = 0x{:02X},\n", source.name, source.offset);
        }
        text += "};\n";
        for (const RegisterSource& source : block.registers) {
            for (const RegisterField& field : source.fields) {
                if (source.has_fields()) {
                    text += fmt::format("inline constexpr std::uint32_t {}_{} = 0x{:X};\n",
                                        source.name, field.name, Reader::field_mask(field));
                }
            }
        }
        text += fmt::format("inline constexpr std::array<RegisterRow, {}> rows{{{{\n",
                            block.registers.size());
        for (const RegisterSource& source : block.registers) {
            text += fmt::format("    {{\"{}.{}\", 0x{:02X}, 0x{:X}, {}, {}", upper(block.name),
                                upper(source.name), source.offset, source.reset, source.count,
                                source.stride);
            for (const Access access :
                 {Access::ro, Access::rw, Access::wo, Access::w1c, Access::rc}) {
                text += fmt::format(", 0x{:X}", mask_of(source, access));
            }
            text += "},\n";
        }
        text += fmt::format("}}}};\n}}  // namespace {}\n", block.name);
    }
    return text + "\n}  // namespace cortile::registers\n";
}

std::string markdown(const RegisterMap& map) {
    std::string text =
        "# Memory map and registers of the management plane\n\n"
        "Generated from `hw_model/registers/management.yaml`, as are `firmware/hal/registers.h` "
        "and the model's\nown tables. [docs/firmware.md](../firmware.md) says how to use them.\n\n"
        "Registers are 32 bits wide and are accessed as whole words. Anything else is answered "
        "with a bus error:\nother addresses, other widths, reading what is `wo`, writing what is "
        "`ro` or `rc`, ones in bits that no field\nhas, a value in an `ro` field that it does not "
        "have already.\n\n"
        "`ro` read-only, `rw` read and write, `wo` write-only, `w1c` written ones clear, `rc` "
        "reading takes out.\n\n## Map\n\n| address | | |\n|---|---|---|\n";
    std::vector<NamedValue> places = map.memories;
    for (const RegisterBlockSource& block : map.blocks) {
        if (block.name != "core") {
            places.push_back({block.name, block.description, block.base});
        }
    }
    std::sort(places.begin(), places.end(),
              [](const NamedValue& a, const NamedValue& b) { return a.value < b.value; });
    for (const NamedValue& place : places) {
        text += fmt::format("| `0x{:08X}` | {} | {} |\n", place.value, upper(place.name),
                            place.description);
    }
    text += "\n## Constants\n\n| | | |\n|---|---|---|\n";
    for (const NamedValue& constant : map.constants) {
        text += fmt::format("| `{}` | 0x{:X} | {} |\n", upper(constant.name), constant.value,
                            constant.description);
    }
    for (const RegisterBlockSource& block : map.blocks) {
        text += fmt::format(
            "\n## {}\n\nAt `0x{:08X}`: {}.\n\n| offset | register | bits | access | reset | "
            "|\n|---|---|---|---|---|---|\n",
            upper(block.name), block.base, block.description);
        for (const RegisterSource& source : block.registers) {
            const std::string offset = source.count == 1
                                           ? fmt::format("`0x{:02X}`", source.offset)
                                           : fmt::format("`0x{:02X}` + {} n, n < {}", source.offset,
                                                         source.stride, source.count);
            text += fmt::format("| {} | `{}` | | {} | 0x{:X} | {} |\n", offset, upper(source.name),
                                source.has_fields() ? "" : name_of(source.fields.front().access),
                                source.reset, source.description);
            for (const RegisterField& field : source.fields) {
                if (source.has_fields()) {
                    text += fmt::format("| | `.{}` | {} | {} | | {} |\n", upper(field.name),
                                        field.low == field.high
                                            ? std::to_string(field.low)
                                            : fmt::format("{}:{}", field.high, field.low),
                                        name_of(field.access), field.description);
                }
            }
        }
    }
    return text;
}

}  // namespace cortile
