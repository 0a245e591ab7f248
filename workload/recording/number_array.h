// SPDX-License-Identifier: Apache-2.0
// Numbers with extents, from the files that Python programs write: NumPy's .npy and .npz, HDF5,
// text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cortile {

struct NumberArray {
    std::vector<std::uint64_t> shape;  // rank 0: empty, one number
    std::vector<double> numbers;       // row-major
};

// Arrays of more numbers are refused (2^28, 2 GB once read).
inline constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 28;

// `dataset`: which array of an .npz or HDF5 file; may be empty for .npz files that hold one, and is
// for .npy and text. Text has the shape (rows, columns). The
// format is told by content. Throws ConfigError naming file and array: missing, damaged, too large,
// or of a type that is no number.
NumberArray read_number_array(const std::filesystem::path& path, const std::string& dataset);

bool is_numpy_file(const std::filesystem::path& path);  // .npy or .npz

}  // namespace cortile
