// SPDX-License-Identifier: Apache-2.0
// Failures of one cause, told by their message without what differs from case to case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cortile::regress {

// The first line of `message`, with numbers (of any base, with SystemVerilog's too) written as #
// and paths cut down to the file's name. Digits of a name ("u_next1") stay.
std::string normalised_message(std::string_view message);

struct FailureBucket {
    std::string message;            // normalised
    std::vector<std::size_t> runs;  // indices, ascending
};

// `messages`: of each run, normalised; empty for those that passed. Largest bucket first; of equal
// ones the one that occurs first.
std::vector<FailureBucket> bucket_failures(const std::vector<std::string>& messages);

}  // namespace cortile::regress
