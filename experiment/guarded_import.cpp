// SPDX-License-Identifier: Apache-2.0
#include "experiment/guarded_import.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// Processor seconds that reading may take: far more than any file of its size needs.
rlim_t time_limit(const std::filesystem::path& file) {
    constexpr std::uintmax_t kBytesPerSecond = 5'000'000;
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    return 20 + (error ? 0 : static_cast<rlim_t>(bytes / kBytesPerSecond));
}

[[noreturn]] void try_in_child(const std::filesystem::path& file,
                               const std::function<Network()>& import) {
    const rlim_t seconds = time_limit(file);
    const rlimit limit{seconds, seconds};
    setrlimit(RLIMIT_CPU, &limit);
    const rlimit no_core_file{0, 0};
    setrlimit(RLIMIT_CORE, &no_core_file);
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    try {
        import();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the parent meets it again and reports it
    }
    _exit(0);
}

}  // namespace

Network import_guarded(const std::filesystem::path& file, const std::function<Network()>& import) {
    const pid_t child = fork();
    if (child == 0) {
        try_in_child(file, import);
    }
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status)) {
        throw ConfigError(file.string(),
                          WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL
                              ? "libhdf5 does not come to an end with this file: it is damaged"
                              : "libhdf5 crashes on this file: it is damaged",
                          "write the file again from the program that made it");
    }
    return import();
}

}  // namespace cortile
