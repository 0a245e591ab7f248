// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
  public:
    explicit Descriptor(int value) : value_(value) {}
    ~Descriptor() {
        if (value_ >= 0) {
            close(value_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int value() const { return value_; }

  private:
    int value_;
};

int open_output(const std::filesystem::path& file) {
    if (file.empty()) {
        return -1;
    }
    const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        throw ConfigError(file.string(), std::string("cannot be written: ") + std::strerror(errno));
    }
    return descriptor;
}

// Never returns, nor throws: the destructors of the stack below belong to the parent.
[[noreturn]] void run_work(const std::function<int()>& work, int output, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int code = EXIT_FAILURE;
    try {
        const bool redirected =
            output < 0 || (dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0);
        if (redirected && getppid() == parent) {
            code = work();
        }
        std::cout.flush();
        std::fflush(stdout);
        std::cerr.flush();
    } catch (...) {
        code = EXIT_FAILURE;
    }
    _exit(code);
}

}  // namespace

pid_t start_child(const std::function<int()>& work, int output) {
    const pid_t parent = getpid();
    std::cout.flush();
    std::fflush(stdout);
    std::cerr.flush();
    const pid_t child = fork();
    if (child < 0) {
        throw ConfigError("fork", std::strerror(errno), "end other programs, or use less memory");
    }
    if (child == 0) {
        run_work(work, output, parent);
    }
    return child;
}

struct ChildRunner::Running {
    std::size_t index = 0;
    pid_t process = 0;
    Clock::time_point started{}, deadline = Clock::time_point::max();
    bool timed_out = false;

    // The whole group: a compiler that the child had started, say.
    void kill_all() const { kill(-process, SIGKILL); }
};

// The signals are blocked rather than handled, and fetched where they can be acted upon: there is
// no moment at which one is lost, nor a handler that may find a process's number taken over.
ChildRunner::ChildRunner() {
    sigemptyset(&waited_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        struct sigaction action {};
        sigaction(signal, nullptr, &action);
        // Under nohup the program outlives its terminal. SIGINT is ignored in the background of a
        // script, yet means what it says.
        if (signal != SIGHUP || action.sa_handler != SIG_IGN) {
            sigaddset(&waited_, signal);
        }
    }
    // With SIGCHLD ignored, as some parents leave it, children would vanish without their ends.
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &standard, &earlier_child_action_);
    sigprocmask(SIG_BLOCK, &waited_, &earlier_mask_);
}

ChildRunner::~ChildRunner() {
    wait_for_news(std::chrono::milliseconds(0));  // a second Ctrl-C must not end the tidying up
    sigaction(SIGCHLD, &earlier_child_action_, nullptr);
    sigprocmask(SIG_SETMASK, &earlier_mask_, nullptr);
}

// Until a child may have ended or the user has had enough.
void ChildRunner::wait_for_news(std::chrono::milliseconds at_most) const {
    timespec time{};
    time.tv_sec = at_most.count() / 1000;
    time.tv_nsec = at_most.count() % 1000 * 1'000'000;
    for (int signal; (signal = sigtimedwait(&waited_, nullptr, &time)) > 0 || errno == EINTR;) {
        interrupted_ = interrupted_ || (signal > 0 && signal != SIGCHLD);
        time = {};
    }
}

void ChildRunner::check() const {
    wait_for_news(std::chrono::milliseconds(0));
    if (interrupted_) {
        throw Interrupted();
    }
}

ChildRunner::Running ChildRunner::start(const ChildTask& task, std::size_t index) const {
    const Descriptor output(open_output(task.output));
    const pid_t child = start_child(
        [&] {
            setpgid(0, 0);
            sigaction(SIGCHLD, &earlier_child_action_, nullptr);
            sigprocmask(SIG_SETMASK, &earlier_mask_, nullptr);
            return task.work();
        },
        output.value());
    setpgid(child, child);  // here too: it may be killed before it has run
    Running running{index, child, Clock::now()};
    if (task.time_limit) {
        running.deadline = running.started + *task.time_limit;
    }
    return running;
}

ChildRunner::End ChildRunner::run(const std::function<int()>& task) {
    return run_all({{task}}, 1).front();
}

std::vector<ChildRunner::End> ChildRunner::run_all(
    const std::vector<ChildTask>& tasks, unsigned parallel,
    const std::function<void(std::size_t, const End&)>& ended) {
    std::vector<End> ends(tasks.size());
    std::vector<Running> running;
    // Whatever is thrown here, no child survives it.
    struct Guard {
        std::vector<Running>& running;
        ~Guard() {
            for (const Running& child : running) {
                child.kill_all();
                while (waitpid(child.process, nullptr, 0) < 0 && errno == EINTR) {
                }
            }
        }
    } guard{running};

    // Signals tell when to look; a look now and then besides costs nothing and needs no proof.
    constexpr std::chrono::milliseconds kLook{500};
    for (std::size_t next = 0; next < tasks.size() || !running.empty();) {
        check();
        while (next < tasks.size() && running.size() < std::max(parallel, 1u)) {
            running.push_back(start(tasks[next], next));
            ++next;
        }
        const Clock::time_point now = Clock::now();
        Clock::time_point wake = now + kLook;
        for (Running& child : running) {
            if (child.deadline <= now && !child.timed_out) {
                child.timed_out = true;
                child.kill_all();
            } else if (!child.timed_out) {
                wake = std::min(wake, child.deadline);
            }
        }
        wait_for_news(std::chrono::ceil<std::chrono::milliseconds>(wake - now));
        for (std::size_t i = 0; i < running.size();) {
            const Running child = running[i];
            siginfo_t info{};
            if (waitid(P_PID, static_cast<id_t>(child.process), &info,
                       WEXITED | WNOHANG | WNOWAIT) != 0 ||
                info.si_pid == 0) {
                ++i;
                continue;
            }
            child.kill_all();  // what it left behind; its number is still taken
            int status = 0;
            waitpid(child.process, &status, 0);
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
            End& end = ends[child.index];
            end.seconds = std::chrono::duration<double>(Clock::now() - child.started).count();
            if (WIFSIGNALED(status)) {
                end.signal = WTERMSIG(status);
                end.timed_out = child.timed_out;
            } else {
                end.exit_code = WEXITSTATUS(status);
            }
            check();
            if (ended) {
                ended(child.index, end);
            }
        }
    }
    return ends;
}

}  // namespace cortile
