// SPDX-License-Identifier: Apache-2.0
#include "app/child_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> interrupted{false};
std::atomic<pid_t> running{0};
std::array<struct sigaction, kSignals.size()> earlier_actions;

static_assert(std::atomic<pid_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void kill_child(int) {
    const int error = errno;
    interrupted = true;
    if (const pid_t child = running; child > 0) {
        kill(child, SIGKILL);
    }
    errno = error;
}

// No signal between two steps that belong together.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t set;
        sigemptyset(&set);
        for (const int signal : kSignals) {
            sigaddset(&set, signal);
        }
        sigprocmask(SIG_BLOCK, &set, &earlier_);
    }
    ~SignalsBlocked() { sigprocmask(SIG_SETMASK, &earlier_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t earlier_{};
};

void restore_signals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals[i], &earlier_actions[i], nullptr);
    }
}

// Never returns, nor throws: the destructors of the stack below belong to the parent.
[[noreturn]] void run_task(const std::function<int()>& task, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int code = EXIT_FAILURE;
    try {
        code = getppid() == parent ? task() : EXIT_FAILURE;
        std::cerr.flush();
    } catch (...) {
        code = EXIT_FAILURE;
    }
    _exit(code);
}

}  // namespace

ChildRunner::ChildRunner() {
    interrupted = false;
    struct sigaction action {};
    action.sa_handler = kill_child;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals[i], &action, &earlier_actions[i]);
        // Under nohup the program outlives its terminal. SIGINT is ignored in the background of a
        // script, yet means what it says.
        if (kSignals[i] == SIGHUP && earlier_actions[i].sa_handler == SIG_IGN) {
            sigaction(kSignals[i], &earlier_actions[i], nullptr);
        }
    }
}

ChildRunner::~ChildRunner() {
    restore_signals();
}

void ChildRunner::check() const {
    if (interrupted) {
        throw Interrupted();
    }
}

ChildRunner::End ChildRunner::run(const std::function<int()>& task) {
    const pid_t parent = getpid();
    std::cout.flush();
    std::cerr.flush();
    pid_t child = 0;
    {
        const SignalsBlocked blocked;
        check();
        child = fork();
        if (child == 0) {
            restore_signals();
        } else {
            running = child;
        }
    }
    if (child < 0) {
        throw ConfigError("fork", std::strerror(errno), "end other programs, or use less memory");
    }
    if (child == 0) {
        run_task(task, parent);
    }
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    int status = 0;
    {
        // The handler must not kill a process that took over the id.
        const SignalsBlocked blocked;
        running = 0;
        waitpid(child, &status, 0);
    }
    check();
    return WIFSIGNALED(status) ? End{0, WTERMSIG(status)} : End{WEXITSTATUS(status), 0};
}

TemporaryFolder::TemporaryFolder() {
    std::error_code error;
    const std::filesystem::path base = std::filesystem::temp_directory_path(error);
    if (error) {
        throw ConfigError("TMPDIR", "names no folder: " + error.message(),
                          "set TMPDIR to a folder that can be written");
    }
    std::string name = (base / "cortile-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw ConfigError(name,
                          std::string("cannot make a temporary folder: ") + std::strerror(errno),
                          "set TMPDIR to a folder that can be written");
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace cortile
