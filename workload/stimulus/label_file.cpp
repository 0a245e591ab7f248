// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/label_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "hw_model/base/error.h"
#include "workload/stimulus/input_file.h"

namespace cortile {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
    constexpr std::string_view kBetween = " \t,;";
    std::vector<std::string_view> fields;
    std::size_t at = line.find_first_not_of(kBetween);
    while (at != std::string_view::npos) {
        const std::size_t end = std::min(line.find_first_of(kBetween, at), line.size());
        fields.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(kBetween, end);
    }
    return fields;
}

std::uint32_t label_of(std::string_view text, const std::string& where) {
    std::uint32_t label = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), label);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw ConfigError(
            where,
            fmt::format("expected a label, a whole number from 0, found {}", in_quotes(text)),
            "one label a line, in the order of the samples");
    }
    return label;
}

using NamedLabels = std::map<std::string, std::uint32_t, std::less<>>;

std::vector<std::uint32_t> labels_by_name(const std::filesystem::path& path,
                                          const NamedLabels& named,
                                          std::span<const std::filesystem::path> files,
                                          std::uint32_t samples) {
    if (files.size() != samples) {
        throw ConfigError(path.string(),
                          fmt::format("expected one label a line, as {} file(s) hold {} samples, "
                                      "found a file name before each label",
                                      files.size(), samples),
                          "leave the names out");
    }
    std::vector<std::uint32_t> labels;
    std::map<std::string, const std::filesystem::path*> taken;
    for (const auto& file : files) {
        const std::string name = file.stem().string();
        const auto found = named.find(name);
        if (found == named.end()) {
            throw ConfigError(path.string(),
                              fmt::format("expected a line for {}, found none that begins with {}",
                                          file.string(), in_quotes(name)),
                              "name each file without directory and extension");
        }
        const auto [other, is_new] = taken.emplace(name, &file);
        if (!is_new) {
            throw ConfigError(path.string(),
                              fmt::format("expected one file of each name, found {} and {}",
                                          other->second->string(), file.string()),
                              "give the labels without names, in the order of the files");
        }
        labels.push_back(found->second);
    }
    return labels;
}

}  // namespace

std::vector<std::uint32_t> read_label_file(const std::filesystem::path& path,
                                           std::span<const std::filesystem::path> files,
                                           std::uint32_t samples) {
    auto stream = open_input_file(path, "stimulus.labels");
    std::vector<std::uint32_t> labels;
    NamedLabels named;
    std::size_t columns = 0;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        const auto text = trimmed(line);
        if (text.empty() || text.front() == '#') {
            continue;
        }
        const auto fields = fields_of(text);
        const std::string where = place(path, number);
        if (fields.empty() || fields.size() > 2 || (columns != 0 && fields.size() != columns)) {
            throw ConfigError(where,
                              fmt::format("expected {}, found {} fields",
                                          columns == 0   ? "a label, or a file name and a label"
                                          : columns == 1 ? "a label, as in the lines before"
                                                         : "a file name and a label, as in the "
                                                           "lines before",
                                          fields.size()),
                              "one label a line, in the order of the samples");
        }
        columns = fields.size();
        const std::uint32_t label = label_of(fields.back(), where);
        if (columns == 1) {
            labels.push_back(label);
        } else if (!named.emplace(fields.front(), label).second) {
            throw ConfigError(
                where,
                fmt::format("expected each name once, found {} again", in_quotes(fields.front())),
                "remove one of the lines");
        }
    }
    if (columns == 2) {
        return labels_by_name(path, named, files, samples);
    }
    if (labels.size() != samples) {
        throw ConfigError(
            path.string(),
            fmt::format("expected {} labels, one a sample, found {}", samples, labels.size()),
            "one label a line, in the order of the samples");
    }
    return labels;
}

}  // namespace cortile
