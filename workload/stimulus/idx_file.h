// SPDX-License-Identifier: Apache-2.0
// idx files of unsigned bytes, as MNIST and Fashion-MNIST are distributed: big-endian header
// (magic number, count, and for images rows and columns), then the bytes. Plain or gzip.
// Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace cortile {

struct IdxImages {
    std::uint32_t count = 0;  // images in the file
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint32_t first = 0;           // index in the file of the first image kept
    std::uint32_t kept = 0;            // images kept
    std::vector<std::uint8_t> pixels;  // kept * rows * columns, row-major
};

// Keeps images [first, first + samples), or all from `first`. The whole file is read and checked.
// Throws ConfigError: file missing, empty, truncated, longer than its header says, wrong magic
// number, damaged gzip, or a range that the file does not hold.
IdxImages read_idx_images(const std::filesystem::path& path, std::uint32_t first,
                          std::optional<std::uint32_t> samples);

// The labels that belong to `images`, read from `images_path`. Throws ConfigError as above, and
// when the file does not hold as many labels as there are images.
std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path,
                                          const IdxImages& images,
                                          const std::filesystem::path& images_path);

}  // namespace cortile
