// SPDX-License-Identifier: Apache-2.0
#include "experiment/run_identity.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "hw_model/base/checksum.h"
#include "hw_model/base/text_file.h"

namespace cortile {

namespace {

// Files that a run writes: whether there is one counts, not which.
constexpr std::array kWritten{"noc.trace", "cores.record"};

std::string described(const std::filesystem::path& file) {
    const std::string bytes = read_text_file(file);
    return fmt::format("{} of {} bytes, checksum {:08x}", file.filename().string(), bytes.size(),
                       checksum(bytes));
}

std::string described(const Parameters& parameters, const std::string& path) {
    const Parameters::Value& value = parameters.value(path);
    if (!parameters.given(path)) {
        return value.text;
    }
    if (std::find(kWritten.begin(), kWritten.end(), path) != kWritten.end()) {
        return "a file";
    }
    if (value.descriptor->type == ParameterType::path) {
        return described(parameters.file(path));
    }
    if (value.descriptor->type == ParameterType::path_list) {
        std::string text;
        for (const std::filesystem::path& file : parameters.files(path)) {
            text += (text.empty() ? "" : "; ") + described(file);
        }
        return text;
    }
    return value.text;
}

}  // namespace

std::vector<std::string> run_identity(const Parameters& parameters) {
    std::vector<std::string> lines;
    for (const auto& [path, value] : parameters.values()) {
        lines.push_back(path + ": " + described(parameters, path));
    }
    return lines;
}

std::string difference(const std::vector<std::string>& saved,
                       const std::vector<std::string>& present) {
    const auto [s, p] = std::mismatch(saved.begin(), saved.end(), present.begin(), present.end());
    if (s == saved.end() && p == present.end()) {
        return "";
    }
    const auto shown = [](auto line, auto end) {
        constexpr std::size_t kMost = 200;
        const std::string text = line == end ? "nothing more" : *line;
        return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
    };
    return shown(s, saved.end()) + ", not " + shown(p, present.end());
}

}  // namespace cortile
