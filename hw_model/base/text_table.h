// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cortile {

// A table of text, columns two spaces apart. `alignment` has a character per column: '<' puts its
// cells to the left, '>' to the right. The first row is the header.
std::string text_table(const std::vector<std::vector<std::string>>& rows,
                       const std::string& alignment);

}  // namespace cortile
