// SPDX-License-Identifier: Apache-2.0
#include "hw_model/config/natural_order.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <system_error>

namespace cortile {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    return text.substr(at, end - at);
}

std::string_view without_zeros(std::string_view digits) {
    const auto first = digits.find_first_not_of('0');
    return first == std::string_view::npos ? std::string_view{} : digits.substr(first);
}

bool matches(std::string_view name, std::string_view pattern) {
    if (name.starts_with('.') && !pattern.starts_with('.')) {
        return false;
    }
    // Greedy with one place to come back to: the last * and the name's position it stood at.
    std::size_t n = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            const std::string_view digits_a = digits_at(a, i);
            const std::string_view digits_b = digits_at(b, j);
            const std::string_view number_a = without_zeros(digits_a);
            const std::string_view number_b = without_zeros(digits_b);
            if (number_a.size() != number_b.size()) {
                return number_a.size() < number_b.size();
            }
            if (number_a != number_b) {
                return number_a < number_b;
            }
            i += digits_a.size();
            j += digits_b.size();
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i;
            ++j;
        }
    }
    const std::size_t left_a = a.size() - i;
    const std::size_t left_b = b.size() - j;
    return left_a != left_b ? left_a < left_b : a < b;
}

std::vector<std::filesystem::path> expand_pattern(const std::filesystem::path& pattern) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (fs::exists(pattern, ignored)) {
        return {pattern};
    }
    std::vector<fs::path> found{pattern.root_path()};
    const fs::path relative = pattern.relative_path();
    for (auto part = relative.begin(); part != relative.end(); ++part) {
        const bool last = std::next(part) == relative.end();
        const std::string name = part->string();
        std::vector<fs::path> next;
        for (const fs::path& folder : found) {
            if (fs::exists(folder / *part, ignored) || name.find('*') == std::string::npos) {
                next.push_back(folder / *part);
                continue;
            }
            for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end;
                 it.increment(ignored)) {
                const bool wanted = last ? !it->is_directory(ignored) : it->is_directory(ignored);
                if (wanted && matches(it->path().filename().string(), name)) {
                    next.push_back(it->path());
                }
            }
        }
        found = std::move(next);
    }
    std::erase_if(found, [&](const fs::path& file) { return !fs::exists(file, ignored); });
    std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
        return natural_less(a.string(), b.string());
    });
    return found;
}

}  // namespace cortile
