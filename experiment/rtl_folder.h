// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cortile {

// Where rtl/ is: in $CORTILE_RTL, else in share/cortile/ beside the running program or above it, as
// an installation and a build tree have it. Throws ConfigError if it is in neither.
std::filesystem::path rtl_folder();

// A regression list: a file, or the name of a list of ours. Throws ConfigError if it is neither.
std::filesystem::path regression_list_file(const std::string& name);

}  // namespace cortile
