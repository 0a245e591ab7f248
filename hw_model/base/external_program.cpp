// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/external_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "hw_model/base/child_process.h"
#include "hw_model/base/error.h"

namespace cortile {

std::optional<std::filesystem::path> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return access(name.c_str(), X_OK) == 0 ? std::optional<std::filesystem::path>(name)
                                               : std::nullopt;
    }
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / name;
        std::error_code error;
        if (std::filesystem::is_regular_file(candidate, error) &&
            access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return std::nullopt;
}

ProgramEnd run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& folder) {
    const auto program = find_program(arguments.at(0));
    if (!program) {
        throw ConfigError(arguments[0], "is not installed", "apt install " + arguments[0]);
    }
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    std::array<int, 2> channel{};
    if (pipe2(channel.data(), O_CLOEXEC) != 0) {
        throw ConfigError(arguments[0], std::string("cannot be run: ") + std::strerror(errno));
    }
    pid_t child = 0;
    try {
        child = start_child(
            [&] {
                const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
                if (dup2(nothing, STDIN_FILENO) >= 0 && chdir(folder.c_str()) == 0) {
                    execv(program->c_str(), argv.data());
                }
                return 127;
            },
            channel[1]);
    } catch (...) {
        close(channel[0]);
        close(channel[1]);
        throw;
    }
    close(channel[1]);
    ProgramEnd end;
    std::array<char, 4096> chunk{};
    for (;;) {
        const ssize_t got = read(channel[0], chunk.data(), chunk.size());
        if (got > 0) {
            end.output.append(chunk.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    close(channel[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return end;
}

}  // namespace cortile
