// SPDX-License-Identifier: Apache-2.0
#include "rtl/mutation/mutation_result.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace cortile {

const char* to_string(MutantVerdict verdict) {
    switch (verdict) {
        case MutantVerdict::killed:
            return "killed";
        case MutantVerdict::equivalent:
            return "equivalent";
        case MutantVerdict::equivalent_within:
            return "equivalent within the contract";
        case MutantVerdict::survived:
            break;
    }
    return "survived";
}

std::size_t MutationResult::count(MutantVerdict verdict) const {
    return static_cast<std::size_t>(
        std::count_if(outcomes.begin(), outcomes.end(),
                      [&](const MutantOutcome& outcome) { return outcome.verdict == verdict; }));
}

std::size_t MutationResult::not_equivalent() const {
    return count(MutantVerdict::killed) + count(MutantVerdict::survived);
}

double MutationResult::score() const {
    const std::size_t all = not_equivalent();
    return all == 0 ? 100.0
                    : 100.0 * static_cast<double>(count(MutantVerdict::killed)) /
                          static_cast<double>(all);
}

std::size_t MutationResult::killed_after(std::uint64_t limit) const {
    return static_cast<std::size_t>(
        std::count_if(outcomes.begin(), outcomes.end(), [&](const MutantOutcome& outcome) {
            return outcome.kill && outcome.kill->operations <= limit;
        }));
}

std::string percent_text(double percent) {
    return fmt::format("{:.2f} %", std::floor(percent * 100.0 + 1e-9) / 100.0);
}

}  // namespace cortile
