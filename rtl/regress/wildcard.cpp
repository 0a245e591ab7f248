// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/wildcard.h"

#include <cstddef>

namespace cortile::regress {

bool matches_wildcard(std::string_view text, std::string_view pattern) {
    // Greedy with one place to come back to: the last * and the position in the text it stood at.
    std::size_t t = 0, p = 0, star = std::string_view::npos, star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace cortile::regress
