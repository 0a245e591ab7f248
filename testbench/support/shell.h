// SPDX-License-Identifier: Apache-2.0
// Programs as a user runs them, and the files that they leave.
#pragma once

#include <filesystem>
#include <string>

namespace cortile::test {

struct Outcome {
    int code = -1;     // 128 and the signal's number if one ended it
    std::string text;  // standard output and error together
};

// A command of the shell.
Outcome shell(const std::string& command);

// All of a file; "" if there is none.
std::string contents(const std::filesystem::path& file);

}  // namespace cortile::test
