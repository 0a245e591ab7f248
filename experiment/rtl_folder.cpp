// SPDX-License-Identifier: Apache-2.0
#include "experiment/rtl_folder.h"

#include <cstdlib>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

std::filesystem::path rtl_folder() {
    namespace fs = std::filesystem;
    const char* own = std::getenv("CORTILE_RTL");
    if (own != nullptr && *own != '\0') {
        return own;
    }
    // An installation may lie anywhere, so the way to its data starts at its program; the build
    // tree has a link at the same place.
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    for (fs::path folder = program.parent_path(); folder.has_relative_path();
         folder = folder.parent_path()) {
        fs::path rtl = folder / "share" / "cortile" / "rtl";
        if (fs::is_directory(rtl, ignored)) {
            return rtl;
        }
    }
    throw ConfigError("CORTILE_RTL", "the RTL of the core types is not beside " + program.string(),
                      "set this environment variable to the folder share/cortile/rtl of an "
                      "installation, or rtl of the sources");
}

std::filesystem::path regression_list_file(const std::string& name) {
    std::error_code ignored;
    if (std::filesystem::exists(name, ignored) || name.find('.') != std::string::npos) {
        return name;
    }
    const std::filesystem::path ours = rtl_folder() / "regress" / "lists" / (name + ".yaml");
    if (!std::filesystem::exists(ours, ignored)) {
        throw ConfigError(fmt::format("'{}'", name), "is neither a file nor a list of ours",
                          "name a list (.yaml), quick or nightly");
    }
    return ours;
}

}  // namespace cortile
