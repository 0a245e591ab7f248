// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace cortile {

// Labels as text. Either one integer a line, in the order of the samples; or two fields a line,
// `name label` (blank, tab or comma between), where the name is a stimulus file's without directory
// and extension: then each of `files` must be one sample. Blank lines and lines that begin with #
// are skipped. Returns `samples` labels; throws ConfigError naming file:line.
std::vector<std::uint32_t> read_label_file(const std::filesystem::path& path,
                                           std::span<const std::filesystem::path> files,
                                           std::uint32_t samples);

}  // namespace cortile
