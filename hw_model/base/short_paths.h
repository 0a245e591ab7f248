// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace cortile {

// A message with the paths of files below the current folder as they are from there: of
// "/home/me/nets/a.nir: is damaged", in /home/me, "nets/a.nir: is damaged". Configurations make
// paths absolute when they are loaded; who named a file knows it by its short name.
std::string short_paths(const std::string& message);
// The same from `folder`, an absolute path.
std::string short_paths(const std::string& message, const std::filesystem::path& folder);

}  // namespace cortile
