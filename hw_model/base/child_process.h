// SPDX-License-Identifier: Apache-2.0
// Work that needs a process of its own (SystemC elaborates once per process; a library that was
// built at run time may crash), one after another or several at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

namespace cortile {

// Forks. `work` runs in the child and gives its exit code, EXIT_FAILURE if it throws; the child
// dies with this process. Its standard output and error go to the descriptor `output`, -1: to ours.
// Throws ConfigError when no process can be made. For one to wait for, see below.
pid_t start_child(const std::function<int()>& work, int output = -1);

// SIGINT, SIGTERM or SIGHUP arrived.
class Interrupted : public std::runtime_error {
  public:
    Interrupted() : std::runtime_error("interrupted") {}
};

struct ChildTask {
    std::function<int()> work;                                 // returns the exit code
    std::optional<std::chrono::milliseconds> time_limit = {};  // then it is killed
    // Where its standard output and error go, a file that is made or overwritten; empty: to ours.
    std::filesystem::path output = {};
};

// While it lives these signals do not end the program: they kill the running children, and run()
// and check() throw Interrupted, so that destructors remove what is unfinished. One at a time.
class ChildRunner {
  public:
    ChildRunner();
    ~ChildRunner();
    ChildRunner(const ChildRunner&) = delete;
    ChildRunner& operator=(const ChildRunner&) = delete;

    struct End {
        int exit_code = 0;
        int signal = 0;          // that ended it; 0: none
        bool timed_out = false;  // the signal was ours
        double seconds = 0;      // of real time
    };
    // Runs `task` in a child; what it returns is the exit code. The child gets the signals'
    // default actions, and dies with this process, as do processes that it leaves behind in its
    // process group. Call before threads exist.
    End run(const std::function<int()>& task);

    // Runs every task in a child of its own, `parallel` at a time, started in their order. `ended`
    // is called here, in the order in which they end. The result is in the tasks' order. Throws
    // ConfigError when no process can be made, or no output file.
    std::vector<End> run_all(const std::vector<ChildTask>& tasks, unsigned parallel,
                             const std::function<void(std::size_t, const End&)>& ended = {});

    void check() const;

  private:
    struct Running;
    Running start(const ChildTask& task, std::size_t index) const;
    void wait_for_news(std::chrono::milliseconds at_most) const;

    sigset_t earlier_mask_{}, waited_{};
    struct sigaction earlier_child_action_ {};
    mutable bool interrupted_ = false;
};

}  // namespace cortile
