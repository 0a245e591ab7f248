// SPDX-License-Identifier: Apache-2.0
// Files that an experiment names.
#pragma once

#include <filesystem>
#include <string>

#include "hw_model/config/parameters.h"

namespace cortile {

// `path`, unless it is there and no regular file: a named pipe or a device would keep the program
// waiting, and a folder would give a message about its content. `where`: the key that named it.
std::filesystem::path checked_path(const std::filesystem::path& path, const std::string& where);

// The file that `key` names, so checked.
std::filesystem::path input_file(const Parameters& parameters, const char* key);

}  // namespace cortile
