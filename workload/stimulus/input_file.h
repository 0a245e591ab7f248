// SPDX-License-Identifier: Apache-2.0
// What every stimulus reader does before and while it reads.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace cortile {

// Throws ConfigError unless `path` names a file that is there and is no directory. `key`: the
// experiment's key that named it, for the message.
void require_input_file(const std::filesystem::path& path, std::string_view key);

// Opens `path` for binary reading; throws ConfigError as above, or when it may not be read.
std::ifstream open_input_file(const std::filesystem::path& path, std::string_view key);

// `text` without white space at its ends (a carriage return, too).
std::string_view trimmed(std::string_view text);

// `text` in double quotes, shortened and with unprintable bytes escaped: for messages.
std::string in_quotes(std::string_view text);

// "file.csv:12", and with a column "file.csv:12:7"; both count from 1.
std::string place(const std::filesystem::path& path, std::size_t line, std::size_t column = 0);

}  // namespace cortile
