// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cortile {

// Where rtl/ is: beside the sources that the program was built from, unless $CORTILE_RTL says.
std::filesystem::path rtl_folder();

// A regression list: a file, or the name of a list of ours. Throws ConfigError if it is neither.
std::filesystem::path regression_list_file(const std::string& name);

}  // namespace cortile
