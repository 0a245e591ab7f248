// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/short_paths.h"

#include <cctype>
#include <string_view>
#include <system_error>

namespace cortile {

std::string short_paths(const std::string& message) {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::current_path(error);
    return error ? message : short_paths(message, folder);
}

std::string short_paths(const std::string& message, const std::filesystem::path& folder) {
    const std::string prefix = folder.string() + "/";
    if (!folder.has_relative_path()) {  // the root: all paths are below it
        return message;
    }
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = message.find(prefix); at != std::string::npos;
         at = message.find(prefix, at + 1)) {
        // Not within a longer path that has the same names in it.
        const bool begins = at == 0 || std::isspace(static_cast<unsigned char>(message[at - 1])) ||
                            std::string_view("'\"(=:[,").find(message[at - 1]) != std::string::npos;
        const std::size_t end = at + prefix.size();
        const bool names_a_file =
            end < message.size() && !std::isspace(static_cast<unsigned char>(message[end]));
        if (begins && names_a_file) {
            result.append(message, done, at - done);
            done = end;
        }
    }
    return result + message.substr(done);
}

}  // namespace cortile
