// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "hw_model/base/error.h"

namespace cortile {

std::string read_text_file(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    // An empty file sets the failbit of what it is copied to, and is no error.
    if (!stream ||
        (stream.peek() != std::ifstream::traits_type::eof() && !(content << stream.rdbuf())) ||
        stream.bad()) {
        throw ConfigError(file.string(), std::string("cannot be read: ") + std::strerror(errno));
    }
    return content.str();
}

void write_text_file(const std::filesystem::path& file, std::string_view text,
                     const std::string& remedy) {
    errno = 0;
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        throw ConfigError(file.string(), std::string("cannot be written: ") + std::strerror(errno),
                          remedy);
    }
}

void make_folder(const std::filesystem::path& folder, const std::string& remedy) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw ConfigError(folder.string(), "cannot be made: " + error.message(), remedy);
    }
}

}  // namespace cortile
