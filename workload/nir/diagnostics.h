// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hw_model/base/error.h"

namespace cortile::nir {

// Where the importer says what is wrong with a file, and what it had to guess.
class Diagnostics {
  public:
    Diagnostics(std::string file, bool strict) : file_(std::move(file)), strict_(strict) {}

    // `path` is a path inside the HDF5 file, or empty for the file as a whole.
    std::string place(const std::string& path) const {
        return path.empty() ? file_ : file_ + ": " + path;
    }

    [[noreturn]] void error(const std::string& path, const std::string& what,
                            const std::string& hint) const {
        throw ConfigError(place(path), what, hint);
    }

    // Something that has one likely reading: a warning, or an error where types are strict.
    void guess(const std::string& path, const std::string& what, const std::string& taken) {
        if (strict_) {
            error(path, what + " (" + taken + " if network.strict were false)",
                  "mend the file, or set network.strict to false");
        }
        warn(path, what + ": " + taken);
    }

    void warn(const std::string& path, const std::string& text) {
        warnings_.push_back(place(path) + ": " + text);
    }

    std::vector<std::string> take_warnings() { return std::move(warnings_); }

  private:
    std::string file_;
    bool strict_;
    std::vector<std::string> warnings_;
};

}  // namespace cortile::nir
