// SPDX-License-Identifier: Apache-2.0
// ConfigTree::resolve: what a schema makes of the leaves.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hw_model/base/error.h"
#include "hw_model/base/spelling.h"
#include "hw_model/config/parameters.h"
#include "hw_model/config/parse_value.h"
#include "hw_model/config/yaml_reader.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {
namespace {

using Value = Parameters::Value;

std::string parent_of(const std::string& path) {
    const auto dot = path.rfind('.');
    return dot == std::string::npos ? "" : path.substr(0, dot);
}

std::string name_of(const std::string& path) {
    return path.substr(path.rfind('.') + 1);
}

const std::vector<std::string>& citation_keys() {
    static const std::vector<std::string> keys{"value", "source", "grade"};
    return keys;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos
               ? std::string()
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string cited_example(const ParameterDescriptor& descriptor) {
    std::string example = "…";
    switch (descriptor.type) {
        case ParameterType::time:
            example = "6.0 ns";
            break;
        case ParameterType::energy:
            example = "23.6 pJ";
            break;
        case ParameterType::power:
            example = "104.4 mW";
            break;
        case ParameterType::time_table:
            example = "[[1, 113 ns], [32, 465 ns]]";
            break;
        default:
            break;
    }
    return fmt::format("{}: {{value: {}, source: \"where it is published\", grade: simulated}}",
                       name_of(descriptor.path), example);
}

}  // namespace

struct ConfigTree::Resolver {
    const ConfigTree& tree;
    const ParameterSchema& schema;
    std::map<std::string, const ParameterDescriptor*> descriptors;
    std::set<std::string> sections;  // every proper prefix of a schema path
    std::vector<std::string> keys;   // every path that a leaf may have

    void read_schema();
    void check_leaf(const std::string& path, const ConfigEntry& entry) const;
    void check_keys() const;
    [[noreturn]] void reject_unknown(const std::string& path, const std::string& where) const;
    [[noreturn]] void reject_missing() const;

    const ConfigEntry* entry(const std::string& path) const {
        const auto found = tree.entries_.find(path);
        return found == tree.entries_.end() ? nullptr : &found->second;
    }
    std::optional<Value> default_value(const ParameterDescriptor& descriptor) const;
    std::optional<Value> given_value(const ParameterDescriptor& descriptor) const;
    std::optional<Value> cited_value(const ParameterDescriptor& descriptor) const;
    Value cited_whole(const ParameterDescriptor& descriptor, const ConfigEntry& value) const;
    std::optional<Value> value_of(const ParameterDescriptor& descriptor) const;
};

void ConfigTree::Resolver::read_schema() {
    for (const ParameterDescriptor& descriptor : schema) {
        if (descriptor.path.empty() || !descriptors.emplace(descriptor.path, &descriptor).second) {
            throw ContractViolation(
                fmt::format("schema: the path \"{}\" is empty or there twice", descriptor.path));
        }
        if (descriptor.type == ParameterType::choice && descriptor.choices.empty()) {
            throw ContractViolation(fmt::format("schema: {} has no choices", descriptor.path));
        }
        for (std::string section = parent_of(descriptor.path); !section.empty();
             section = parent_of(section)) {
            sections.insert(section);
        }
        keys.push_back(descriptor.path);
        if (descriptor.cited) {
            for (const std::string& key : citation_keys()) {
                keys.push_back(descriptor.path + "." + key);
            }
        }
    }
    for (const auto& [path, descriptor] : descriptors) {
        if (sections.contains(path)) {
            throw ContractViolation(fmt::format("schema: {} is a parameter and a section", path));
        }
    }
}

void ConfigTree::Resolver::reject_unknown(const std::string& path, const std::string& where) const {
    std::optional<std::string> nearest = nearest_spelling(path, keys);
    if (!nearest) {
        // Right name, wrong section.
        const auto same = std::find_if(keys.begin(), keys.end(), [&](const std::string& key) {
            return name_of(key) == name_of(path);
        });
        if (same != keys.end() && name_of(path) != "value" && name_of(path) != "source" &&
            name_of(path) != "grade") {
            nearest = *same;
        }
    }
    std::string hint = nearest ? fmt::format("did you mean {}?", *nearest) : "";
    if (hint.empty()) {
        std::string section = parent_of(path);
        while (!section.empty() && !sections.contains(section)) {
            section = parent_of(section);
        }
        const std::string prefix = section.empty() ? "" : section + ".";
        std::set<std::string> names;
        for (const auto& [key, descriptor] : descriptors) {
            if (key.starts_with(prefix)) {
                const std::string rest = key.substr(prefix.size());
                names.insert(rest.substr(0, rest.find('.')));
            }
        }
        hint = fmt::format("known {}: {}",
                           section.empty() ? "sections and keys" : "keys of " + section,
                           fmt::join(names, ", "));
    }
    throw ConfigError(fmt::format("{}: {}", where, path), "unknown key", hint);
}

void ConfigTree::Resolver::check_leaf(const std::string& path, const ConfigEntry& entry) const {
    if (descriptors.contains(path)) {
        return;
    }
    const std::string where = fmt::format("{}: {}", entry.where, path);
    if (sections.contains(path)) {
        if (entry.kind == ConfigEntry::Kind::empty) {
            return;  // "noc:" with nothing, or only comments, below it
        }
        throw ConfigError(where, "found a value; this is a section with keys of its own",
                          fmt::format("write its keys below \"{}:\", indented", name_of(path)));
    }
    for (std::string upper = parent_of(path); !upper.empty(); upper = parent_of(upper)) {
        const auto found = descriptors.find(upper);
        if (found == descriptors.end()) {
            continue;
        }
        const ParameterDescriptor& descriptor = *found->second;
        const auto& allowed = citation_keys();
        const std::string name = path.substr(upper.size() + 1);
        if (!descriptor.cited) {
            throw ConfigError(
                where, fmt::format("{} is not a section; {} was expected as its value", upper,
                                   expected_value(descriptor)));
        }
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
            return;
        }
        const auto nearest = nearest_spelling(name, allowed);
        throw ConfigError(where, "unknown key of a cited value, which has value, source and grade",
                          nearest ? fmt::format("did you mean {}?", *nearest) : "");
    }
    reject_unknown(path, entry.where);
}

void ConfigTree::Resolver::check_keys() const {
    for (const auto& [path, entry] : tree.entries_) {
        check_leaf(path, entry);
    }
    // Mappings without any leaf, such as "chip: {mesh: {width: {}}}".
    for (const auto& [path, where] : tree.sections_) {
        const auto found = descriptors.find(path);
        if (sections.contains(path) || tree.has_section(path)) {
            continue;
        }
        if (found == descriptors.end()) {
            reject_unknown(path, where);
        }
        throw ConfigError(
            fmt::format("{}: {}", where, path),
            fmt::format("found an empty mapping; {} was expected", expected_value(*found->second)));
    }
}

void ConfigTree::Resolver::reject_missing() const {
    std::vector<const ParameterDescriptor*> missing;
    for (const auto& [path, descriptor] : descriptors) {
        if (!descriptor->default_text && !given_value(*descriptor)) {
            missing.push_back(descriptor);
        }
    }
    const ParameterDescriptor& first = *missing.front();
    std::string place = fmt::format("{}", fmt::join(tree.layers_, " + "));
    for (std::string section = parent_of(first.path); !section.empty();
         section = parent_of(section)) {
        const auto found = tree.sections_.find(section);
        if (found != tree.sections_.end()) {
            place = found->second;
            break;
        }
    }
    std::string hint = first.cited ? fmt::format("write \"{}\"", cited_example(first))
                                   : fmt::format("write {}", expected_value(first));
    if (missing.size() > 1) {
        hint += "; also missing:";
        constexpr std::size_t kMostShown = 12;
        for (std::size_t i = 1; i < missing.size() && i <= kMostShown; ++i) {
            hint += " " + missing[i]->path;
        }
        if (missing.size() > kMostShown + 1) {
            hint += fmt::format(" and {} more", missing.size() - 1 - kMostShown);
        }
    }
    throw ConfigError(fmt::format("{}: {}", place, first.path),
                      fmt::format("missing: {}", first.description), hint);
}

std::optional<Value> ConfigTree::Resolver::default_value(
    const ParameterDescriptor& descriptor) const {
    if (!descriptor.default_text) {
        return std::nullopt;
    }
    const std::string& text = *descriptor.default_text;
    try {
        // A quantity, or a mapping or list in YAML; free text is never read as YAML.
        const bool yaml = descriptor.type != ParameterType::text &&
                          descriptor.type != ParameterType::path &&
                          (text.starts_with('[') || text.starts_with('{'));
        std::map<std::string, ConfigEntry> leaves;
        if (yaml) {
            leaves = read_yaml("v: " + text, {"default", false, {}}).entries;
        } else {
            ConfigEntry scalar;
            scalar.kind = ConfigEntry::Kind::scalar;
            scalar.text = text;
            scalar.where = "default";
            leaves["v"] = scalar;
        }
        const bool whole = leaves.contains("v");
        Value value = parse_value(descriptor, whole ? leaves.at("v") : leaves.at("v.value"));
        if (descriptor.cited) {
            value.citation = whole ? Citation{"default", Grade::assumed}
                                   : Citation{leaves.at("v.source").text,
                                              parse_grade(leaves.at("v.grade").text, "default")};
        }
        value.is_default = true;
        return value;
    } catch (const std::exception& error) {
        throw ContractViolation(fmt::format("schema: the default of {} is not valid: {}",
                                            descriptor.path, error.what()));
    }
}

Value ConfigTree::Resolver::cited_whole(const ParameterDescriptor& descriptor,
                                        const ConfigEntry& value_entry) const {
    const std::string& path = descriptor.path;
    Value value = parse_value(descriptor, value_entry);
    const ConfigEntry* source = entry(path + ".source");
    const ConfigEntry* grade = entry(path + ".grade");
    const bool by_command = value_entry.from_command_line;
    const auto belongs = [&](const ConfigEntry* part) {
        return part != nullptr &&
               (by_command ? part->from_command_line : part->layer == value_entry.layer);
    };
    const auto text_of = [&](const ConfigEntry& part, const char* key) {
        const std::string where = fmt::format("{}: {}.{}", part.where, path, key);
        if (part.kind != ConfigEntry::Kind::scalar || trimmed(part.text).empty()) {
            throw ConfigError(where, fmt::format("is empty; the {} of the value was expected", key),
                              std::string("write ") + cited_example(descriptor));
        }
        return trimmed(part.text);
    };
    Citation citation{"command line", Grade::assumed};
    for (const ConfigEntry* part : {source, grade}) {
        const char* key = part == source ? "source" : "grade";
        if (belongs(part) || (by_command && (part == nullptr || !part->from_command_line))) {
            continue;
        }
        if (part == nullptr || part->layer < value_entry.layer) {
            throw ConfigError(
                fmt::format("{}: {}", value_entry.where, path),
                part == nullptr
                    ? fmt::format("the value has no {}", key)
                    : fmt::format("the value has no {} of its own; the one at {} belongs to "
                                  "another value",
                                  key, part->where),
                std::string("write ") + cited_example(descriptor));
        }
        throw ConfigError(fmt::format("{}: {}.{}", part->where, path, key),
                          fmt::format("a {} without its value; the value at {} has its own", key,
                                      value_entry.where),
                          std::string("write ") + cited_example(descriptor));
    }
    if (belongs(source)) {
        citation.source = text_of(*source, "source");
    }
    if (belongs(grade)) {
        citation.grade =
            parse_grade(text_of(*grade, "grade"), fmt::format("{}: {}.grade", grade->where, path));
    }
    value.citation = citation;
    return value;
}

std::optional<Value> ConfigTree::Resolver::cited_value(
    const ParameterDescriptor& descriptor) const {
    const std::string& path = descriptor.path;
    if (const ConfigEntry* bare = entry(path)) {
        Value value = parse_value(descriptor, *bare);
        if (!bare->from_command_line) {
            throw ConfigError(fmt::format("{}: {}", bare->where, path),
                              "the value has no source and grade",
                              std::string("write ") + cited_example(descriptor) +
                                  "; grades: measured, simulated, derived, assumed");
        }
        value.citation = Citation{"command line", Grade::assumed};
        return value;
    }
    if (const ConfigEntry* value = entry(path + ".value")) {
        return cited_whole(descriptor, *value);
    }
    for (const char* key : {".source", ".grade"}) {
        if (const ConfigEntry* part = entry(path + key)) {
            throw ConfigError(fmt::format("{}: {}{}", part->where, path, key),
                              "there is no value beside it",
                              std::string("write ") + cited_example(descriptor));
        }
    }
    return std::nullopt;
}

std::optional<Value> ConfigTree::Resolver::given_value(
    const ParameterDescriptor& descriptor) const {
    if (descriptor.cited) {
        return cited_value(descriptor);
    }
    const ConfigEntry* found = entry(descriptor.path);
    return found == nullptr ? std::nullopt : std::optional(parse_value(descriptor, *found));
}

std::optional<Value> ConfigTree::Resolver::value_of(const ParameterDescriptor& descriptor) const {
    std::optional<Value> standard = default_value(descriptor);
    std::optional<Value> given = given_value(descriptor);
    if (!given) {
        return standard;
    }
    if (standard) {
        const bool same_citation =
            !given->citation || (given->citation->source == standard->citation->source &&
                                 given->citation->grade == standard->citation->grade);
        given->is_default = given->text == standard->text && same_citation;
    }
    return given;
}

Parameters ConfigTree::resolve(const ParameterSchema& schema) const {
    Parameters parameters;
    parameters.schema_ = std::make_shared<const ParameterSchema>(schema);
    Resolver resolver{*this, *parameters.schema_, {}, {}, {}};
    resolver.read_schema();
    resolver.check_keys();
    for (const auto& [path, descriptor] : resolver.descriptors) {
        std::optional<Value> value = resolver.value_of(*descriptor);
        if (!value) {
            resolver.reject_missing();
        }
        parameters.values_.emplace(path, std::move(*value));
    }
    return parameters;
}

}  // namespace cortile
