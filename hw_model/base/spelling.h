// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortile {

// The candidate that a misspelt `word` most likely stands for, by edit distance (insertion,
// deletion, replacement, swap of neighbours; letter case counts least). Nothing when none is near.
// Of equally near ones the first.
std::optional<std::string> nearest_spelling(std::string_view word,
                                            const std::vector<std::string>& candidates);

}  // namespace cortile
