// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace cortile {

// All of a file, as it is. Throws ConfigError: cannot be read.
std::string read_text_file(const std::filesystem::path& file);

// In place of what the file held. Throws ConfigError: cannot be written, with `remedy`.
void write_text_file(const std::filesystem::path& file, std::string_view text,
                     const std::string& remedy = "");

// The folder and what it lies in, if they are not there yet. Throws ConfigError.
void make_folder(const std::filesystem::path& folder, const std::string& remedy = "");

}  // namespace cortile
