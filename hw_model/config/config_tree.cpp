// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include "hw_model/base/error.h"
#include "hw_model/config/parameters.h"
#include "hw_model/config/yaml_reader.h"
#include "hw_model/config/yaml_text.h"

namespace cortile {
namespace {

// Keys below "noc" are the range ["noc.", "noc/"): '/' follows '.' in ASCII.
template <typename Map>
auto below(Map& map, const std::string& path) {
    return std::pair{map.lower_bound(path + "."), map.lower_bound(path + "/")};
}

template <typename Map>
void erase_below(Map& map, const std::string& path) {
    const auto [first, last] = below(map, path);
    map.erase(first, last);
}

std::string read_file(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        throw ConfigError(file.string(), "is a directory; a YAML file was expected");
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        throw ConfigError(file.string(), fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    // A little beyond the limit of check_config_text is enough to see that a file is too large.
    constexpr std::size_t kMostBytes = std::size_t{17} << 20;
    std::string text;
    std::array<char, 1 << 16> chunk{};
    while (stream && text.size() < kMostBytes) {
        stream.read(chunk.data(), chunk.size());
        text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) {
        throw ConfigError(file.string(), fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    return text;
}

}  // namespace

ConfigTree ConfigTree::from_file(const std::filesystem::path& file) {
    return from_text(read_file(file), file.string(), std::filesystem::absolute(file).parent_path());
}

ConfigTree ConfigTree::from_text(const std::string& text, const std::string& name,
                                 const std::filesystem::path& directory) {
    YamlLeaves leaves = read_yaml(text, {name, true, directory});
    ConfigTree tree;
    tree.entries_ = std::move(leaves.entries);
    tree.sections_ = std::move(leaves.sections);
    tree.layers_ = {name};
    return tree;
}

void ConfigTree::overlay(const ConfigTree& upper) {
    const std::size_t first_layer = layers_.size();
    layers_.insert(layers_.end(), upper.layers_.begin(), upper.layers_.end());
    for (const auto& [path, section] : upper.sections_) {
        sections_[path] = section;
    }
    for (const auto& [path, entry] : upper.entries_) {
        for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
            entries_.erase(path.substr(0, dot));
        }
        if (entry.kind != ConfigEntry::Kind::empty) {
            erase_below(entries_, path);
            erase_below(sections_, path);
            sections_.erase(path);
        }
        ConfigEntry& target = entries_[path];
        target = entry;
        target.layer += first_layer;
    }
}

void ConfigTree::set(const std::string& assignment) {
    const std::string where = "--set";
    const auto equals = assignment.find('=');
    const auto trimmed = [](const std::string& text) {
        const auto first = text.find_first_not_of(" \t\n\r");
        return first == std::string::npos
                   ? std::string()
                   : text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1);
    };
    const std::string path = trimmed(assignment.substr(0, equals));
    const bool dots = path.empty() || path.front() == '.' || path.back() == '.' ||
                      path.find("..") != std::string::npos;
    if (equals == std::string::npos || dots) {
        throw ConfigError(where, fmt::format("{} is not key=value", shown_text(assignment)),
                          "write it like this: --set \"noc.hop_x=4 ns\"");
    }
    const std::string value = trimmed(assignment.substr(equals + 1));
    const std::string place = fmt::format("{}: {}", where, path);
    const std::filesystem::path directory = std::filesystem::current_path();

    ConfigTree upper;
    upper.layers_ = {where};
    if (!value.empty() && std::string_view("[{\"'").find(value.front()) != std::string_view::npos) {
        YamlLeaves leaves = read_yaml("v: " + value, {place, false, directory});
        const auto renamed = [&](const std::string& key) {
            if (key != "v" && !key.starts_with("v.")) {
                throw ConfigError(place,
                                  fmt::format("{} is more than one value", shown_text(value)));
            }
            return path + key.substr(1);
        };
        for (auto& [key, entry] : leaves.entries) {
            upper.entries_[renamed(key)] = std::move(entry);
        }
        for (const auto& [key, section] : leaves.sections) {
            upper.sections_[renamed(key)] = where;
        }
    } else {
        ConfigEntry entry;
        entry.kind = ConfigEntry::Kind::scalar;
        entry.text = value;
        entry.directory = directory;
        upper.entries_[path] = std::move(entry);
    }
    for (auto& [key, entry] : upper.entries_) {
        entry.where = where;
        entry.from_command_line = true;
        for (ConfigItem& item : entry.items) {
            item.where = where;
        }
    }
    overlay(upper);
}

std::optional<std::string> ConfigTree::text_at(const std::string& path) const {
    const auto found = entries_.find(path);
    if (found == entries_.end() || found->second.kind != ConfigEntry::Kind::scalar) {
        return std::nullopt;
    }
    return found->second.text;
}

ConfigTree ConfigTree::only(const std::string& path) const {
    ConfigTree tree;
    tree.layers_ = layers_;
    if (const auto found = entries_.find(path); found != entries_.end()) {
        tree.entries_.insert(*found);
    }
    return tree;
}

std::optional<std::string> ConfigTree::place_of(const std::string& path) const {
    if (const auto found = entries_.find(path); found != entries_.end()) {
        return found->second.where;
    }
    const auto [first, last] = below(entries_, path);
    return first != last ? std::optional(first->second.where) : std::nullopt;
}

bool ConfigTree::drop(const std::string& path) {
    const bool found = entries_.contains(path) || has_section(path);
    entries_.erase(path);
    erase_below(entries_, path);
    erase_below(sections_, path);
    // A section that holds nothing any more would be an unknown key of its own.
    for (std::string section = path; found && !section.empty() && !has_section(section);
         section.resize(section.find('.') == std::string::npos ? 0 : section.rfind('.'))) {
        sections_.erase(section);
    }
    return found;
}

bool ConfigTree::has_section(const std::string& path) const {
    const auto [first, last] = below(entries_, path);
    return first != last;
}

std::vector<ConfigTree::NamedKey> ConfigTree::keys_below(const std::string& path) const {
    struct Place {
        std::string where;
        int line = 0;
    };
    std::map<std::string, Place> places;
    const auto note = [&](const std::string& key, const std::string& where) {
        const auto start = path.empty() ? 0 : path.size() + 1;
        const std::string name = key.substr(start, key.find('.', start) - start);
        const auto colon = where.rfind(':');
        const int line = colon == std::string::npos ? 0 : std::atoi(where.c_str() + colon + 1);
        const auto [place, added] = places.emplace(name, Place{where, line});
        if (!added && line < place->second.line) {
            place->second = {where, line};
        }
    };
    const std::string prefix = path.empty() ? "" : path + ".";
    for (auto section = sections_.lower_bound(prefix);
         section != sections_.end() && section->first.starts_with(prefix); ++section) {
        note(section->first, section->second);
    }
    for (auto entry = entries_.lower_bound(prefix);
         entry != entries_.end() && entry->first.starts_with(prefix); ++entry) {
        note(entry->first, entry->second.where);
    }
    std::vector<NamedKey> keys;
    for (const auto& [name, place] : places) {
        keys.push_back({name, place.where});
    }
    std::stable_sort(keys.begin(), keys.end(), [&](const NamedKey& a, const NamedKey& b) {
        return places.at(a.name).line < places.at(b.name).line;
    });
    return keys;
}

}  // namespace cortile
