// SPDX-License-Identifier: Apache-2.0
// Typed, checked access to one group of a .net file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workload/hdf5/hdf5_file.h"
#include "workload/network/network.h"

namespace cortile::netx {

// Whole numbers with the extents they are stored in.
struct Integers {
    std::vector<std::uint64_t> shape;
    std::vector<std::int32_t> values;
};

// Group "/layer/3" or "/layer/3/neuron". All methods throw ConfigError naming file and path.
class Group {
  public:
    Group(const hdf5::File& file, std::string path) : file_(&file), path_(std::move(path)) {}

    const std::string& path() const { return path_; }
    std::string place(const std::string& field) const { return file_->place(path_ + "/" + field); }
    bool has(const std::string& field) const;
    Group group(const std::string& field) const { return {*file_, path_ + "/" + field}; }

    std::string text(const std::string& field) const;
    // Single or first of several equal ones; within [least, most].
    std::int32_t integer(const std::string& field, std::int64_t least, std::int64_t most) const;
    std::int32_t integer_or(const std::string& field, std::int32_t otherwise, std::int64_t least,
                            std::int64_t most) const;
    bool flag(const std::string& field) const;  // false if absent
    // Floats are taken if they are whole: quantised weights are often stored so.
    Integers integers(const std::string& field) const;
    // (height, width); one number stands for both.
    std::pair<std::uint32_t, std::uint32_t> extents(const std::string& field,
                                                    std::uint32_t otherwise,
                                                    std::int64_t least) const;
    // The stored shape; extents of 1 are kept.
    std::optional<Shape> shape() const;

    [[noreturn]] void fail(const std::string& field, const std::string& problem,
                           const std::string& hint) const;

  private:
    hdf5::Values numbers(const std::string& field) const;

    const hdf5::File* file_;
    std::string path_;
};

}  // namespace cortile::netx
