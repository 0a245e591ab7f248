// SPDX-License-Identifier: Apache-2.0
#include "rtl/regress/run_name.h"

#include <algorithm>
#include <charconv>

#include "rtl/regress/wildcard.h"

namespace cortile::regress {

std::string RunName::text() const {
    return datapath + "/" + test + "." + std::to_string(seed);
}

bool is_plain_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::optional<RunName> parse_run_name(std::string_view text) {
    const std::size_t slash = text.find('/'), dot = text.rfind('.');
    if (slash == std::string_view::npos || dot == std::string_view::npos || dot < slash) {
        return std::nullopt;
    }
    RunName name{std::string(text.substr(0, slash)),
                 std::string(text.substr(slash + 1, dot - slash - 1)), 0};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + dot + 1, end, name.seed);
    // One name for one run: 017 is not another way to write 17.
    const bool good = error == std::errc() && rest == end && name.text() == text;
    return good && is_plain_name(name.datapath) && is_plain_name(name.test) ? std::optional(name)
                                                                            : std::nullopt;
}

bool is_selected(const RunName& run, std::string_view pattern) {
    const std::string seeded = run.test + "." + std::to_string(run.seed);
    const std::string forms[] = {run.text(), run.datapath + "/" + run.test, seeded, run.test,
                                 run.datapath};
    return std::any_of(std::begin(forms), std::end(forms),
                       [&](const std::string& form) { return matches_wildcard(form, pattern); });
}

}  // namespace cortile::regress
