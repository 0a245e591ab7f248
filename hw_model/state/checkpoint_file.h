// SPDX-License-Identifier: Apache-2.0
// A file that holds a saved state:
//
//     8 bytes   "CRTLCKPT"
//     u32       version of the format
//     u64       number of bytes of the contents
//               contents
//     u32       CRC-32 (zlib's) of everything before
//
// all little-endian. It appears as a whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cortile {

inline constexpr std::string_view kCheckpointMagic = "CRTLCKPT";
// The file's name in the folder of a run's results.
inline constexpr const char* kCheckpointName = "checkpoint";
inline constexpr std::uint32_t kCheckpointVersion = 1;

// `contents` with what stands before and behind them in a file.
std::string framed_checkpoint(std::string_view contents);

// Replaces `file` in one step by these bytes: they are written to "<file>.partial" and on the disk
// before that gets the name. Throws ConfigError (disk full, no permission); the file is as it was
// then.
void replace_file(const std::filesystem::path& file, std::string_view bytes);
// What replace_file() writes to first.
std::filesystem::path partial_of(const std::filesystem::path& file);

// The contents. Throws ConfigError for a file that is not there, no checkpoint, of another version,
// cut off, longer than it says, or changed by a bit or more.
std::string read_checkpoint(const std::filesystem::path& file);

}  // namespace cortile
