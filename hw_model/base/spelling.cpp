// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/spelling.h"

#include <algorithm>
#include <cstddef>

namespace cortile {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Optimal string alignment, without regard to letter case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            current[j] =
                std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                 lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

}  // namespace

std::optional<std::string> nearest_spelling(std::string_view word,
                                            const std::vector<std::string>& candidates) {
    // Nobody misspells a word this long; the bound keeps hostile input from costing time.
    constexpr std::size_t kLongest = 128;
    if (word.empty() || word.size() > kLongest) {
        return std::nullopt;
    }
    const std::size_t limit =
        word.size() <= 2 ? 1 : std::max<std::size_t>(2, std::min<std::size_t>(word.size() / 4, 5));
    std::optional<std::string> best;
    std::size_t best_cost = 2 * limit + 2;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > kLongest) {
            continue;
        }
        std::size_t distance = edit_distance(word, candidate);
        if (word.size() >= 3 && candidate.starts_with(word)) {
            distance = std::min<std::size_t>(distance, 2);
        }
        // Without this, any two-letter word would be near any other.
        if (distance >= std::max(word.size(), candidate.size())) {
            continue;
        }
        const std::size_t cost = 2 * distance + (word == candidate.substr(0, word.size()) ? 0 : 1);
        if (cost < best_cost) {
            best_cost = cost;
            best = candidate;
        }
    }
    return best;
}

}  // namespace cortile
