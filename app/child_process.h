// SPDX-License-Identifier: Apache-2.0
// Work that needs a process of its own (SystemC elaborates once per process), and what is left to
// tidy up when the user stops it.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>

namespace cortile {

// SIGINT, SIGTERM or SIGHUP arrived.
class Interrupted : public std::runtime_error {
  public:
    Interrupted() : std::runtime_error("interrupted") {}
};

// While it lives these signals do not end the program: they kill the running child, and run() and
// check() throw Interrupted, so that destructors remove what is unfinished. One at a time.
class ChildRunner {
  public:
    ChildRunner();
    ~ChildRunner();
    ChildRunner(const ChildRunner&) = delete;
    ChildRunner& operator=(const ChildRunner&) = delete;

    struct End {
        int exit_code = 0;
        int signal = 0;  // that ended it; 0: none
    };
    // Runs `task` in a child; what it returns is the exit code. The child gets the signals'
    // default actions, and dies with this process. Call before threads exist.
    End run(const std::function<int()>& task);

    void check() const;
};

// A folder that only this user may read, in the system's place for temporary files; removed with
// all that it holds.
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
