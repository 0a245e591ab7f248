// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const std::filesystem::path base = std::filesystem::temp_directory_path(error);
    if (error) {
        throw ConfigError("TMPDIR", "names no folder: " + error.message(),
                          "set TMPDIR to a folder that can be written");
    }
    std::string name = (base / "cortile-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw ConfigError(name,
                          std::string("cannot make a temporary folder: ") + std::strerror(errno),
                          "set TMPDIR to a folder that can be written");
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace cortile
