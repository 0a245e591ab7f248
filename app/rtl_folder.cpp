// SPDX-License-Identifier: Apache-2.0
#include "app/rtl_folder.h"

#include <cstdlib>

namespace cortile {

std::filesystem::path rtl_folder() {
    const char* own = std::getenv("CORTILE_RTL");
    return own != nullptr && *own != '\0' ? own : CORTILE_RTL_FOLDER;
}

}  // namespace cortile
