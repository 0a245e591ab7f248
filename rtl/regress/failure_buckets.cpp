// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/failure_buckets.h"

#include <algorithm>
#include <cctype>

namespace cortile::regress {

namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string without_folders(std::string_view line) {
    constexpr std::string_view kEnds = " \t\"'()[]<>,;";
    std::string result;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = std::min(line.find_first_of(kEnds, at), line.size());
        std::string_view word = line.substr(at, end - at);
        for (const std::string_view start : {"/", "./", "../", "~/"}) {
            if (word.starts_with(start) && !word.ends_with('/')) {
                word.remove_prefix(word.rfind('/') + 1);
                break;
            }
        }
        result += word;
        if (end < line.size()) {
            result += line[end++];
        }
        at = end;
    }
    return result;
}

// Where the number that starts at `at` ends: 12, 3.5e3, 0x1f, 8'hff, 4'sb01.
std::size_t number_end(std::string_view text, std::size_t at) {
    const auto follows = [&](std::size_t place, auto&& test) {
        return place < text.size() && test(text[place]);
    };
    while (follows(at, is_word) ||
           ((follows(at, [](char c) { return c == '.'; }) && follows(at + 1, is_digit)) ||
            (follows(at, [](char c) { return c == '\''; }) && follows(at + 1, is_word)))) {
        ++at;
    }
    return at;
}

}  // namespace

std::string normalised_message(std::string_view message) {
    const std::string line = without_folders(message.substr(0, message.find('\n')));
    std::string result;
    for (std::size_t at = 0; at < line.size();) {
        const bool starts = at == 0 || !is_word(line[at - 1]);
        const bool negative = line[at] == '-' && at + 1 < line.size() && is_digit(line[at + 1]);
        if (starts && (is_digit(line[at]) || negative)) {
            at = number_end(line, at + (negative ? 1 : 0));
            result += '#';
        } else {
            result += line[at++];
        }
    }
    return result;
}

std::vector<FailureBucket> bucket_failures(const std::vector<std::string>& messages) {
    std::vector<FailureBucket> buckets;
    for (std::size_t run = 0; run < messages.size(); ++run) {
        if (messages[run].empty()) {
            continue;
        }
        const auto known = std::find_if(buckets.begin(), buckets.end(), [&](const auto& bucket) {
            return bucket.message == messages[run];
        });
        (known == buckets.end() ? buckets.emplace_back(FailureBucket{messages[run], {}}) : *known)
            .runs.push_back(run);
    }
    std::stable_sort(buckets.begin(), buckets.end(),
                     [](const auto& a, const auto& b) { return a.runs.size() > b.runs.size(); });
    return buckets;
}

}  // namespace cortile::regress
