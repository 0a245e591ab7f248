// SPDX-License-Identifier: Apache-2.0
#include "app/rtl_folder.h"

#include <cstdlib>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

std::filesystem::path rtl_folder() {
    const char* own = std::getenv("CORTILE_RTL");
    return own != nullptr && *own != '\0' ? own : CORTILE_RTL_FOLDER;
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
