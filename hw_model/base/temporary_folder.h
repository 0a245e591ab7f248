// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace cortile {

// A folder that only this user may read, in the system's place for temporary files; removed with
// all that it holds. Throws ConfigError where it cannot be made.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace cortile
