// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cortile {

// What a simulator's file list names (files, -v, +incdir+, -I, +define+, -D, -f and -F; other
// options are passed over). Paths are relative to the list.
struct FileList {
    std::vector<std::filesystem::path> sources, include_directories;
    std::map<std::string, std::string> defines;
};
// Throws ConfigError.
FileList read_file_list(const std::filesystem::path& file);

}  // namespace cortile
