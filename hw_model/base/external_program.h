// SPDX-License-Identifier: Apache-2.0
// Programs of others that the product calls where they are installed: simulators, synthesis.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortile {

// Where `name` is on PATH.
std::optional<std::filesystem::path> find_program(const std::string& name);

struct ProgramEnd {
    int exit_code = 0;   // 128 + signal for one that a signal ended
    std::string output;  // standard output and standard error together
};

// Runs arguments[0] (looked up on PATH) in `folder` without a shell, and waits. Throws ConfigError
// if there is no such program.
ProgramEnd run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& folder);

}  // namespace cortile
