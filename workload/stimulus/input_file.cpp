// SPDX-License-Identifier: Apache-2.0
#include "workload/stimulus/input_file.h"

#include <fmt/format.h>

#include <system_error>

#include "hw_model/base/error.h"

namespace cortile {

void require_input_file(const std::filesystem::path& path, std::string_view key) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        throw ConfigError(path.string(), "expected a file to read, found none",
                          fmt::format("check the path that {} gives", key));
    }
    if (std::filesystem::is_directory(status)) {
        throw ConfigError(path.string(), "expected a file, found a directory",
                          fmt::format("let {} name the file itself", key));
    }
}

std::ifstream open_input_file(const std::filesystem::path& path, std::string_view key) {
    require_input_file(path, key);
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw ConfigError(path.string(),
                          "expected a readable file, found one that cannot be opened",
                          fmt::format("check the permissions of the file that {} gives", key));
    }
    return stream;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShown = 24;
    std::string out = "\"";
    for (const char c : text.substr(0, kShown)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    out += text.size() > kShown ? "...\"" : "\"";
    return out;
}

std::string place(const std::filesystem::path& path, std::size_t line, std::size_t column) {
    return column == 0 ? fmt::format("{}:{}", path.string(), line)
                       : fmt::format("{}:{}:{}", path.string(), line, column);
}

}  // namespace cortile
