// SPDX-License-Identifier: Apache-2.0
// Seeds that stick: a run that failed is run first from then on, until it passes.
#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include "rtl/regress/run_name.h"

namespace cortile::regress {

// A text file, a run name a line; # begins a comment. No file: no such runs. Throws ConfigError
// with file and line.
std::vector<RunName> read_failing_seeds(const std::filesystem::path& file);

// Replaces the file in one step; none of them: removes it. Throws ConfigError.
void write_failing_seeds(const std::filesystem::path& file, const std::vector<RunName>& runs);

// `earlier` without the runs that have passed now, and with those that have failed now behind.
// `now`: each run, and did it pass?
std::vector<RunName> still_failing(const std::vector<RunName>& earlier,
                                   const std::vector<std::pair<RunName, bool>>& now);

}  // namespace cortile::regress
