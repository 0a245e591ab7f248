// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace cortile {

// Where rtl/ is: beside the sources that the program was built from, unless $CORTILE_RTL says.
std::filesystem::path rtl_folder();

}  // namespace cortile
