// SPDX-License-Identifier: Apache-2.0
// Reading HDF5 through libhdf5's C interface: handles that close themselves, values of any numeric
// or string type, errors as ConfigError with file and path. libhdf5 prints nothing meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hw_model/base/hdf5_handle.h"

namespace cortile::hdf5 {

// The values of one dataset, row-major. Rank 0 has an empty shape and one value.
struct Values {
    std::vector<std::uint64_t> shape;
    bool is_text = false;
    std::vector<double> numbers;     // integers, floats and booleans of any width
    std::vector<std::string> texts;  // fixed or variable length, padding removed

    std::size_t size() const { return is_text ? texts.size() : numbers.size(); }
};

enum class ObjectKind { group, dataset, other };

struct Child {
    std::string name;
    ObjectKind kind = ObjectKind::other;
};

class File {
  public:
    // Throws ConfigError when the file is missing, not HDF5, or damaged.
    explicit File(const std::filesystem::path& path);

    // What ConfigErrors about `path` inside the file name as their place.
    std::string place(const std::string& path) const { return display_ + ": " + path; }

    // nullopt when nothing has that path. Throws when it cannot be opened (a broken link).
    std::optional<ObjectKind> kind(const std::string& path) const;

    // Members of a group in ascending order of their names' bytes.
    std::vector<Child> children(const std::string& group) const;

    // Throws ConfigError for types that are neither number nor text, for filters that this libhdf5
    // lacks, and for data that cannot be read.
    Values read(const std::string& dataset) const;

  private:
    SilentErrors silent_;
    std::string display_;
    Handle file_;
};

}  // namespace cortile::hdf5
