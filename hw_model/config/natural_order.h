// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace cortile {

// Runs of digits compare as numbers: "step2" before "step10". Texts that differ only in leading
// zeros are told apart by plain comparison, so that the order is total.
bool natural_less(std::string_view a, std::string_view b);

// The files that an absolute `pattern` stands for, in natural order; * is any number of characters
// within one name, except a leading dot. A pattern that is itself the name of a file stands for it.
// Empty when nothing matches.
std::vector<std::filesystem::path> expand_pattern(const std::filesystem::path& pattern);

}  // namespace cortile
