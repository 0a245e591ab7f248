// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace cortile::report {

std::string engineering(std::optional<double> value, std::string_view unit) {
    if (!value || !std::isfinite(*value)) {
        return "-";
    }
    if (*value == 0) {
        return fmt::format("0 {}", unit);
    }
    static constexpr std::array<const char*, 13> kPrefixes{"a", "f", "p", "n", "u", "m", "",
                                                           "k", "M", "G", "T", "P", "E"};
    constexpr int kNoPrefix = 6;
    // Rounding to three digits first: 999.96 must become 1.00 k, not 1000.
    const std::string rounded = fmt::format("{:.2e}", *value);
    const std::size_t e = rounded.find('e');
    const int exponent = std::stoi(rounded.substr(e + 1));
    int group = exponent >= 0 ? exponent / 3 : -((2 - exponent) / 3);
    group = std::clamp(group, -kNoPrefix, static_cast<int>(kPrefixes.size()) - 1 - kNoPrefix);
    const double scaled = std::stod(rounded) / std::pow(10.0, 3 * group);
    const int decimals = std::clamp(2 - (exponent - 3 * group), 0, 2);
    return fmt::format("{:.{}f} {}{}", scaled, decimals,
                       *std::next(kPrefixes.begin(), group + kNoPrefix), unit);
}

std::string grouped(std::uint64_t value) {
    std::string text = fmt::format("{}", value);
    for (std::size_t from_end = 3; from_end < text.size(); from_end += 4) {
        text.insert(text.size() - from_end, 1, ',');
    }
    return text;
}

std::string percent(std::optional<double> share) {
    if (!share || !std::isfinite(*share)) {
        return "-";
    }
    return *share > 0 && *share < 0.0005 ? "<0.1 %" : fmt::format("{:.1f} %", 100 * *share);
}

std::optional<double> ratio(double numerator, double denominator) {
    if (denominator == 0) {
        return std::nullopt;
    }
    return numerator / denominator;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string(text);
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

std::string padded(std::string_view text, std::size_t width) {
    std::string result(text);
    result.append(width - std::min(width, display_width(text)), ' ');
    return result;
}

std::string right_aligned(std::string_view text, std::size_t width) {
    return std::string(width - std::min(width, display_width(text)), ' ') + std::string(text);
}

std::string wrapped(std::string_view first, std::string_view text, std::size_t width) {
    const std::size_t indent = display_width(first);
    std::string result(first);
    std::size_t column = indent;
    bool line_has_word = false;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \n\t", at)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(" \n\t", at), text.size());
        const std::string_view word = text.substr(at, end - at);
        const std::size_t columns = display_width(word);
        if (line_has_word && column + 1 + columns > width) {
            result += '\n' + std::string(indent, ' ');
            column = indent;
            line_has_word = false;
        }
        if (line_has_word) {
            result += ' ';
            ++column;
        }
        result += word;
        column += columns;
        line_has_word = true;
        at = end;
    }
    result.erase(result.find_last_not_of(' ') + 1);
    return result + '\n';
}

}  // namespace cortile::report
