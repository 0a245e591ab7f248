// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/wave_window.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "hw_model/base/error.h"

namespace cortile::regress {

namespace {

constexpr std::uint64_t kBeyond = 8;  // operations after the one that failed
// The distance to the next copy, as a part of the distance to the failure.
constexpr std::uint64_t kApproach = 8;

// A copy of this process that waits to be told up to which operation it is to go on, or is killed.
class Snapshot {
  public:
    // Makes a copy. In the copy it returns once it was told to go on, and goes_on() says up to
    // which operation.
    explicit Snapshot(std::uint64_t operation) : operation_(operation) {
        std::array<int, 2> channel{};
        if (pipe2(channel.data(), O_CLOEXEC) != 0) {
            fail();
        }
        process_ = fork();
        if (process_ < 0) {
            close(channel[0]);
            close(channel[1]);
            fail();
        }
        if (process_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(channel[1]);
            std::uint64_t last = 0;
            ssize_t got = 0;
            while ((got = read(channel[0], &last, sizeof last)) < 0 && errno == EINTR) {
            }
            if (got != sizeof last) {
                _exit(EXIT_FAILURE);
            }
            goes_on_ = last;
            return;
        }
        close(channel[0]);
        channel_ = channel[1];
    }
    ~Snapshot() {
        if (process_ > 0) {
            kill(process_, SIGKILL);
            wait();
        }
        if (channel_ >= 0) {
            close(channel_);
        }
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    std::uint64_t operation() const { return operation_; }
    std::optional<std::uint64_t> goes_on() const { return goes_on_; }

    // Lets the copy go on, and waits until it is done; did it do well?
    bool resume(std::uint64_t last) {
        return write(channel_, &last, sizeof last) == sizeof last && wait() == EXIT_SUCCESS;
    }

  private:
    [[noreturn]] static void fail() {
        throw ConfigError("fork", std::strerror(errno), "end other programs, or use less memory");
    }
    int wait() {
        int status = 0;
        while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
    }

    std::uint64_t operation_;
    pid_t process_ = 0;
    int channel_ = -1;
    std::optional<std::uint64_t> goes_on_;
};

// The rest of a copy's life.
[[noreturn]] void trace(LockstepRun& run, std::uint64_t last, const std::filesystem::path& fst) {
    int code = EXIT_FAILURE;
    try {
        run.rtl().trace_to(fst);
        while (run.step(last)) {
        }
        run.rtl().stop_trace();
        code = run.failure() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (...) {
        code = EXIT_FAILURE;
    }
    _exit(code);
}

}  // namespace

std::optional<WaveWindow> write_wave_window(LockstepRun& run, std::uint64_t expected,
                                            const std::filesystem::path& fst) {
    std::deque<Snapshot> kept;
    const auto take_snapshot = [&] {
        kept.emplace_back(run.operations());
        if (const auto last = kept.back().goes_on()) {
            trace(run, *last, fst);
        }
        if (kept.size() > 2) {
            kept.pop_front();
        }
    };
    std::uint64_t next = 0;
    do {
        if (run.operations() >= next) {
            take_snapshot();
            const std::uint64_t left =
                expected > run.operations() ? expected - run.operations() : 0;
            next = run.operations() + left / kApproach;
        }
    } while (run.step());
    if (!run.failure()) {
        return std::nullopt;
    }
    const std::uint64_t failed = run.failure()->disagreement.operation;
    WaveWindow window{kept.front().operation(), failed, failed + kBeyond};
    return kept.front().resume(window.last) ? std::optional(window) : std::nullopt;
}

}  // namespace cortile::regress
