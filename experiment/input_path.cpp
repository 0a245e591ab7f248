// SPDX-License-Identifier: Apache-2.0
#include "experiment/input_path.h"

#include "hw_model/base/error.h"

namespace cortile {

namespace fs = std::filesystem;

fs::path checked_path(const fs::path& path, const std::string& where) {
    std::error_code ignored;
    if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
        throw ConfigError(where, path.string() + " is not a regular file", "name a file");
    }
    return path;
}

fs::path input_file(const Parameters& parameters, const char* key) {
    return checked_path(parameters.file(key), parameters.where(key));
}

}  // namespace cortile
